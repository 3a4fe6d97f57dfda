import { FAILURES, statusOf, worse, type ErrorCode, type ExitStatus } from './codes.js'

/** What is known of a failure beside its code, by the keys that `--errors=json` gives it. */
export type ErrorDetails = { readonly [name: string]: string | number | boolean | readonly string[] }

/** Where a failure differs from others of its code. */
export interface FailureOptions extends ErrorOptions {
  readonly status?: ExitStatus | undefined
  readonly retryable?: boolean | undefined
  /** The wait before another try that the other side asked for, in milliseconds. */
  readonly retryAfter?: number | undefined
  readonly details?: ErrorDetails | undefined
  /** Whether somebody upstream has told of it already. */
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
    { status, retryable, retryAfter, details: facts, reported: told, ...options }: FailureOptions = {},
  ) {
    super(message, options)
    this.status = status ?? statusOf(code)
    this.retryable = retryable ?? FAILURES[code].retryable
    this.retryAfter = retryAfter
    this.details = facts ?? {}
    this.reported = told ?? false
  }

  /** The same failure in other words. */
  withMessage(message: string): StreamError {
    const { code, status, retryable, retryAfter, details: facts, reported: told, cause } = this
    return new StreamError(code, message, { status, retryable, retryAfter, details: facts, reported: told, cause })
  }
}

/** Of two failures the one whose status weighs more, where there is one. */
export function moreSevere(a: StreamError | undefined, b: StreamError | undefined): StreamError | undefined {
  if (!a || !b) return a ?? b
  return worse(a.status, b.status) === a.status ? a : b
}
