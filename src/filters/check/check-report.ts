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
  /** A JSON object for each input. */
  readonly json: boolean
  /** Whether there is more than one input, and so a line for each and a summary. */
  readonly several: boolean
  /** Whether a finding is a failure. */
  readonly pedantic: boolean
  /** The verdict that is no failure; every other one is. */
  readonly expect: Verdict | undefined
}

/** Words what was found in each input, and sums up. */
export interface CheckReport {
  /** Reports on one input. */
  entry(file: string | undefined): Stage<Finding | CheckSummary, string | Outcome>
  /** Reports on all inputs together. */
  end(): Generator<string>
}

export function checkReport({ json, several, pedantic, expect }: CheckReportOptions): CheckReport {
  const verdicts: Verdict[] = []
  let inputs = 0
  let findings = 0

  function entry(file: string | undefined): Stage<Finding | CheckSummary, string | Outcome> {
    const name = oneLine(file ?? '-')
    const kept: Omit<Finding, 'type'>[] = []
    let count = 0
    inputs++

    /** The last line on an input, and how it ended. */
    function* close(summary: CheckSummary): Generator<string | Outcome> {
      const { verdict, events, formatError, warnings } = summary
      verdicts.push(verdict)
      findings += count
      const isExpected = verdict === expect
      const found = isExpected ? formatError : unexpected(summary, expect)
      const failure = pedantic && count > 0 ? withFindings(found, count) : found
      const { status = 0, code = null } = failure ?? {}
      if (json) yield `${JSON.stringify({ file: file ?? null, verdict, status, code, events, findings: kept })}\n`
      else if (several) yield `${verdict.padEnd(WIDEST)}  ${plural(count, 'finding').padEnd(12)}  ${name}\n`
      yield { note: `${verdict}, ${plural(events, 'event')}, ${plural(count, 'finding')}` }
      if (!isExpected) for (const warning of warnings) yield { warning }
      if (failure) yield { failure }
    }

    return {
      *push(found) {
        if (found.type === 'summary') yield* close(found)
        else {
          count++
          const { line, rule, message } = found
          if (json) kept.push({ line, rule, message })
          else yield `${name}:${line}: ${rule}: ${message}\n`
        }
      },
      end: () => [],
    }
  }

  return {
    entry,
    *end() {
      if (json || !several) return
      const told = VERDICTS.map((verdict) => [verdicts.filter((one) => one === verdict).length, verdict] as const)
      const unread = inputs - verdicts.length
      const parts = [...told, [unread, 'not read'] as const].filter(([times]) => times > 0)
      const sum = parts.map(([times, what]) => `${times} ${what}`).join(', ')
      yield `${plural(inputs, 'file')}: ${sum}; ${plural(findings, 'finding')}\n`
    },
  }
}

const WIDEST = Math.max(...VERDICTS.map(({ length }) => length))

/** The failure of a stream whose verdict is not the expected one, if one is expected. */
function unexpected({ failure, verdict }: CheckSummary, expect: Verdict | undefined): StreamError | undefined {
  if (expect === undefined) return failure
  const sentence = `expected ${expect}, but the verdict is ${verdict}`
  if (failure === undefined) return new StreamError('bad_data', sentence)
  // No upstream program has reported what was expected here.
  const { code, message, status, retryable, details } = failure
  return new StreamError(code, `${sentence}: ${message}`, { status, retryable, details, cause: failure })
}

/** The failure that findings are, beside another; the worse of the two decides. */
function withFindings(failure: StreamError | undefined, count: number): StreamError {
  const found = `${plural(count, 'finding')}, and --pedantic was given`
  if (failure === undefined) return new StreamError('bad_data', found)
  const isLighter = worseStatus(failure.status, statusOf('bad_data')) !== failure.status
  return isLighter ? new StreamError('bad_data', `${found}; ${failure.code}: ${failure.message}`) : failure
}
