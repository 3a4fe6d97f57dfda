import { FAILURES, statusOf, type ErrorCode } from './codes.js'
import { worseStatus, type ExitStatus } from './exit-status.js'

/** Details of a failure beside its code and message, by the keys of `--errors=json`: the HTTP status, the provider, limits, and so on. */
export type ErrorDetails = { readonly [name: string]: string | number | boolean | readonly string[] }

/** Options of a `StreamError`. They override the defaults of its code. */
export interface FailureOptions extends ErrorOptions {
  readonly status?: ExitStatus | undefined
  readonly retryable?: boolean | undefined
  /** The delay before a retry that the server asked for, in milliseconds. */
  readonly retryAfter?: number | undefined
  readonly details?: ErrorDetails | undefined
  /** True if an upstream program has already written the failure to stderr. */
  readonly reported?: boolean | undefined
}

/** The error class of the toolkit: `code` is for scripts, `message` for people. The message never contains an API key. */
export class StreamError extends Error {
  override readonly name = 'StreamError'
  /** The exit status of a program that ends with this failure. */
  readonly status: ExitStatus
  /** True if the same call may succeed when it is repeated. */
  readonly retryable: boolean
  /** The delay before a retry that the server asked for, in milliseconds. */
  readonly retryAfter: number | undefined
  readonly details: ErrorDetails
  /** True if an upstream program has already written the failure to stderr. */
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

  /** Returns a copy of the failure with another message. */
  withMessage(message: string): StreamError {
    const { code, status, retryable, retryAfter, details, reported, cause } = this
    return new StreamError(code, message, { status, retryable, retryAfter, details, reported, cause })
  }
}

const INCOMPLETE = new Set<ErrorCode>(['truncated', 'empty', 'length', 'filtered', 'no_usage'])

/** Ranks a failure: an incomplete answer is the least severe, then invalid data, then everything else. */
function severity({ code }: StreamError): number {
  if (INCOMPLETE.has(code)) return 0
  return code === 'bad_data' ? 1 : 2
}

/** Returns the more severe of two failures, or the first if they are equal. Between failures of one rank, the exit status decides. */
export function moreSevere(a: StreamError | undefined, b: StreamError | undefined): StreamError | undefined {
  if (!a || !b) return a ?? b
  const difference = severity(a) - severity(b)
  if (difference !== 0) return difference > 0 ? a : b
  return worseStatus(a.status, b.status) === a.status ? a : b
}
