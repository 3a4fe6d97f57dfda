import { FAILURES, statusOf, type ErrorCode } from './codes.js'
import { worseStatus, type ExitStatus } from './exit-status.js'

/** What is known of a failure beside its code, by the keys that `--errors=json` gives it. */
export type ErrorDetails = { readonly [name: string]: string | number | boolean | readonly string[] }

/** Where a failure differs from others of its code. */
export interface FailureOptions extends ErrorOptions {
  readonly status?: ExitStatus | undefined
  readonly retryable?: boolean | undefined
  /** The wait before another try that the other side asked for, in milliseconds. */
  readonly retryAfter?: number | undefined
  readonly details?: ErrorDetails | undefined
  /** Whether an upstream program has written it to stderr already. */
  readonly reported?: boolean | undefined
}

/** The one error of the toolkit: a code for scripts, a sentence for people. Its message never holds a key. */
export class StreamError extends Error {
  override readonly name = 'StreamError'
  readonly status: ExitStatus
  /** Whether the same call may succeed when it is made again. */
  readonly retryable: boolean
  readonly retryAfter: number | undefined
  readonly details: ErrorDetails
  readonly reported: boolean

  constructor(
    readonly code: ErrorCode,
    message: string,
    { status, retryable, retryAfter, details, reported, ...options }: FailureOptions = {},
  ) {
    super(message, options)
    this.status = status ?? statusOf(code)
    this.retryable = retryable ?? FAILURES[code].retryable
    this.retryAfter = retryAfter
    this.details = details ?? {}
    this.reported = reported ?? false
  }

  /** Returns the same failure with another message. */
  withMessage(message: string): StreamError {
    const { code, status, retryable, retryAfter, details, reported, cause } = this
    return new StreamError(code, message, { status, retryable, retryAfter, details, reported, cause })
  }
}

const INCOMPLETE = new Set<ErrorCode>(['truncated', 'empty', 'length', 'filtered', 'no_usage'])

/** What failed beats unreadable data, and unreadable data beats an answer that is not whole. */
function severity({ code }: StreamError): number {
  if (INCOMPLETE.has(code)) return 0
  return code === 'bad_data' ? 1 : 2
}

/** Returns the more severe of two failures, the first if they are equal. The exit status decides between failures of one kind. */
export function moreSevere(a: StreamError | undefined, b: StreamError | undefined): StreamError | undefined {
  if (!a || !b) return a ?? b
  const difference = severity(a) - severity(b)
  if (difference !== 0) return difference > 0 ? a : b
  return worseStatus(a.status, b.status) === a.status ? a : b
}
