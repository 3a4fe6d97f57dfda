import { plural } from '../../core/text/plural.js'
import { StreamError } from '../../core/errors/error.js'
import type { Outcome } from '../../core/stream/output.js'
import type { Stage } from '../../core/stream/stage.js'
import { statusOf } from '../../core/errors/codes.js'
import { worseStatus } from '../../core/errors/exit-status.js'
import { VERDICTS, type Verdict } from '../../core/errors/verdict.js'
import { oneLine } from '../../core/text/terminal.js'
import type { CheckSummary, Finding } from './check.js'

export interface CheckReportOptions {
  /** Print one JSON object per input. */
  readonly json: boolean
  /** True if there is more than one input; the report then has a line per input and a summary. */
  readonly several: boolean
  /** Treat a finding as a failure. */
  readonly pedantic: boolean
  /** The only verdict that is not a failure. */
  readonly expect: Verdict | undefined
}

/** Formats the findings of each input and a summary of all inputs. */
export interface CheckReport {
  /** Adds one input and yields its report. */
  addInput(file: string | undefined): Stage<Finding | CheckSummary, string | Outcome>
  /** Yields the summary of all inputs. */
  end(): Generator<string>
}

export function checkReport({ json, several, pedantic, expect }: CheckReportOptions): CheckReport {
  const verdicts: Verdict[] = []
  let inputs = 0
  let findings = 0

  function addInput(file: string | undefined): Stage<Finding | CheckSummary, string | Outcome> {
    const name = oneLine(file ?? '-')
    const kept: Omit<Finding, 'type'>[] = []
    let count = 0
    inputs++

    /** Yields the last line of an input and its outcome. */
    function* close(summary: CheckSummary): Generator<string | Outcome> {
      const { verdict, events, formatError, warnings } = summary
      verdicts.push(verdict)
      findings += count
      const isExpected = verdict === expect
      const ownFailure = isExpected ? formatError : unexpected(summary, expect)
      const failure = pedantic && count > 0 ? withFindings(ownFailure, count) : ownFailure
      const { status = 0, code = null } = failure ?? {}
      if (json) yield `${JSON.stringify({ file: file ?? null, verdict, status, code, events, findings: kept })}\n`
      else if (several) yield `${verdict.padEnd(VERDICT_WIDTH)}  ${plural(count, 'finding').padEnd(12)}  ${name}\n`
      yield { note: `${verdict}, ${plural(events, 'event')}, ${plural(count, 'finding')}` }
      if (!isExpected) for (const warning of warnings) yield { warning }
      if (failure) yield { failure }
    }

    return {
      *push(item) {
        if (item.type === 'summary') yield* close(item)
        else {
          count++
          const { line, rule, message } = item
          if (json) kept.push({ line, rule, message })
          else yield `${name}:${line}: ${rule}: ${message}\n`
        }
      },
      end: () => [],
    }
  }

  return {
    addInput,
    *end() {
      if (json || !several) return
      const verdictCounts = VERDICTS.map(
        (verdict) => [verdicts.filter((one) => one === verdict).length, verdict] as const,
      )
      const unread = inputs - verdicts.length
      const parts = [...verdictCounts, [unread, 'not read'] as const].filter(([times]) => times > 0)
      const sum = parts.map(([times, label]) => `${times} ${label}`).join(', ')
      yield `${plural(inputs, 'file')}: ${sum}; ${plural(findings, 'finding')}\n`
    },
  }
}

const VERDICT_WIDTH = Math.max(...VERDICTS.map(({ length }) => length))

/** Returns the failure of a stream. If a verdict is expected, any other verdict is a failure. */
function unexpected({ failure, verdict }: CheckSummary, expect: Verdict | undefined): StreamError | undefined {
  if (expect === undefined) return failure
  const expectation = `expected ${expect}, but the verdict is ${verdict}`
  if (failure === undefined) return new StreamError('bad_data', expectation)
  // A new error without `reported`: an upstream program may have reported the failure, but not this expectation.
  const { code, message, status, retryable, details } = failure
  return new StreamError(code, `${expectation}: ${message}`, { status, retryable, details, cause: failure })
}

/** Returns a failure for findings, or `failure` if that is at least as severe. */
function withFindings(failure: StreamError | undefined, count: number): StreamError {
  const text = `${plural(count, 'finding')} (--pedantic makes a finding an error)`
  if (failure === undefined) return new StreamError('bad_data', text)
  const isLessSevere = worseStatus(failure.status, statusOf('bad_data')) !== failure.status
  return isLessSevere ? new StreamError('bad_data', `${text}; ${failure.code}: ${failure.message}`) : failure
}
