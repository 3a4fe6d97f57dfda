import { StreamError } from './error.js'
import { FAILURES, type ErrorCode } from './codes.js'
import { exitStatus, type ExitStatus } from './exit-status.js'
import { verdictNamed, type Verdict } from './verdict.js'

/**
 * The report of a failure to the next program in a pipe: the last line of the stream, an SSE comment that other parsers ignore.
 * `reported` (`told=1` in the line) is true if the failure has already been written to stderr.
 */
export interface Trailer {
  readonly status: ExitStatus
  readonly verdict: Verdict
  readonly code: ErrorCode
  readonly reported: boolean
}

/** Returns the trailer as a comment line. No empty line follows it, so an unfinished event before it is not dispatched. */
export function trailerLine({ status, verdict, code, reported }: Trailer): string {
  return `: or-stream status=${status} verdict=${verdict} code=${code} told=${reported ? 1 : 0}\n`
}

/**
 * Parses the text of a comment, and returns undefined if it is not a trailer. A trailer with status 0 or an unknown status is ignored; an
 * unknown verdict or code is replaced by `error` or `stream_error`.
 */
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

/** Returns the failure that a trailer reports. */
export function failureFromTrailer({ status, verdict, code, reported }: Trailer): StreamError {
  return new StreamError(code, `or-stream exited with ${status} (verdict ${verdict})`, { status, reported })
}
