import { StreamError } from './error.js'
import { FAILURES, type ErrorCode } from './codes.js'
import { exitStatus, type ExitStatus } from './exit-status.js'
import { verdictNamed, type Verdict } from './verdict.js'

/**
 * How a failure travels down a pipe: the last line of a stream that failed, an SSE comment that every parser ignores.
 * `reported` (`told=1` in the line) means that the reason is on stderr already.
 */
export interface Trailer {
  readonly status: ExitStatus
  readonly verdict: Verdict
  readonly code: ErrorCode
  readonly reported: boolean
}

/** The trailer as a comment line, without an empty line after it, so that half an event before it stays half an event. */
export function trailerLine({ status, verdict, code, reported }: Trailer): string {
  return `: or-stream status=${status} verdict=${verdict} code=${code} told=${reported ? 1 : 0}\n`
}

/** The trailer that a comment is, if it is one. What stands in it is only taken where it is known, and never for a success. */
export function readTrailer(comment: string): Trailer | undefined {
  const text = /^or-stream (status=\d{1,3}(?: [a-z]+=\w+)*)$/.exec(comment)?.[1]
  if (text === undefined) return undefined
  const fields = new Map(text.split(' ').map((field) => field.split('=') as [string, string]))
  const status = exitStatus(Number(fields.get('status')))
  if (status === undefined || status === 0) return undefined
  const code = fields.get('code') ?? ''
  return {
    status,
    verdict: verdictNamed(fields.get('verdict')) ?? 'error',
    code: Object.hasOwn(FAILURES, code) ? (code as ErrorCode) : 'stream_error',
    reported: fields.get('told') === '1',
  }
}

/** The failure that a trailer reports. */
export function failureFromTrailer({ status, verdict, code, reported }: Trailer): StreamError {
  return new StreamError(code, `or-stream left with ${status} (verdict ${verdict})`, { status, reported })
}
