import { plural } from '../../core/text/plural.js'
import { StreamError } from '../../core/errors/error.js'
import type { Stage } from '../../core/stream/stage.js'
import { statusOf, worse } from '../../core/errors/codes.js'
import { VERDICTS, type Verdict } from '../../core/errors/verdict.js'
import { oneLine } from '../../core/text/terminal.js'
import type { Check, Finding } from './check.js'

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

/** The report on one input. */
export interface CheckEntry {
  readonly stage: Stage<Uint8Array, string>
  failure(): StreamError | undefined
  warnings(): readonly string[]
  notes(): readonly string[]
}

/** Words what was found in each input, and sums up. */
export interface CheckReport {
  entry(file: string | undefined, checked: Check): CheckEntry
  /** What there is to say of all inputs. */
  end(): Generator<string>
}

export function checkReport({ json, several, pedantic, expect }: CheckReportOptions): CheckReport {
  const verdicts: Verdict[] = []
  let inputs = 0
  let findings = 0

  function entry(file: string | undefined, checked: Check): CheckEntry {
    const name = oneLine(file ?? '-')
    const kept: Finding[] = []
    let count = 0
    inputs++

    function* tell(found: Iterable<Finding>): Generator<string> {
      for (const finding of found) {
        count++
        if (json) kept.push(finding)
        else yield `${name}:${finding.line}: ${finding.rule}: ${finding.message}\n`
      }
    }

    /** The last line on an input, which may have failed before its end. */
    function* close(broken?: StreamError): Generator<string> {
      const verdict = checked.verdict()
      verdicts.push(verdict)
      findings += count
      const { status = 0, code = null } = broken ?? failure() ?? {}
      if (json)
        yield `${JSON.stringify({ file: file ?? null, verdict, status, code, events: checked.events(), findings: kept })}\n`
      else if (several) yield `${verdict.padEnd(WIDEST)}  ${plural(count, 'finding').padEnd(12)}  ${name}\n`
    }

    function* whole(outputs: () => Iterable<string>): Generator<string> {
      try {
        yield* outputs()
      } catch (error) {
        if (error instanceof StreamError) yield* close(error)
        throw error
      }
    }

    const isExpected = () => expect !== undefined && checked.verdict() === expect

    function failure(): StreamError | undefined {
      const found = isExpected() ? checked.misread() : unexpected(checked, expect)
      return pedantic && count > 0 ? withFindings(found, count) : found
    }

    return {
      stage: {
        push: (bytes) => whole(() => tell(checked.push(bytes))),
        end: () =>
          whole(function* () {
            yield* tell(checked.end())
            yield* close()
          }),
      },
      failure,
      warnings: () => (isExpected() ? [] : checked.warnings()),
      notes: () => [`${checked.verdict()}, ${plural(checked.events(), 'event')}, ${plural(count, 'finding')}`],
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
function unexpected(checked: Check, expect: Verdict | undefined): StreamError | undefined {
  const failure = checked.failure()
  if (expect === undefined) return failure
  const sentence = `expected ${expect}, but the verdict is ${checked.verdict()}`
  if (failure === undefined) return new StreamError('bad_data', sentence)
  // Nobody upstream has told of what was expected here.
  const { code, message, status, retryable, details: facts } = failure
  return new StreamError(code, `${sentence}: ${message}`, { status, retryable, details: facts, cause: failure })
}

/** The failure that findings are, beside another; the worse of the two decides. */
function withFindings(failure: StreamError | undefined, count: number): StreamError {
  const found = `${plural(count, 'finding')}, and --pedantic was given`
  if (failure === undefined) return new StreamError('bad_data', found)
  const isLighter = worse(failure.status, statusOf('bad_data')) !== failure.status
  return isLighter ? new StreamError('bad_data', `${found}; ${failure.code}: ${failure.message}`) : failure
}
