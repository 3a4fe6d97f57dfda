import type { ExitStatus } from './exit-status.js'

/** Defaults for a code, which a failure can override. */
export interface FailureKind {
  readonly status: ExitStatus
  /** True if the same call may succeed when it is repeated. */
  readonly retryable: boolean
}

/** Every failure by its code, with its exit status and the default for `retryable`. Scripts may rely on the codes. */
export const FAILURES = {
  // the command line, the files, the settings
  usage: { status: 64, retryable: false },
  no_input: { status: 66, retryable: false },
  no_output: { status: 73, retryable: false },
  no_key: { status: 78, retryable: false },
  bad_config: { status: 78, retryable: false },
  // the input, the request
  bad_data: { status: 65, retryable: false },
  too_large: { status: 65, retryable: false },
  bad_request: { status: 65, retryable: false },
  context_length: { status: 65, retryable: false },
  // authentication, payment, permission
  auth: { status: 77, retryable: false },
  credits: { status: 77, retryable: false },
  forbidden: { status: 77, retryable: false },
  moderation: { status: 77, retryable: false },
  // the server, the network
  unreachable: { status: 69, retryable: true },
  tls: { status: 69, retryable: false },
  not_found: { status: 69, retryable: false },
  port_taken: { status: 69, retryable: false },
  rate_limited: { status: 75, retryable: true },
  overloaded: { status: 75, retryable: true },
  server_error: { status: 75, retryable: true },
  timeout: { status: 75, retryable: true },
  timeout_connect: { status: 75, retryable: true },
  timeout_first_byte: { status: 75, retryable: true },
  timeout_idle: { status: 75, retryable: true },
  timeout_data: { status: 75, retryable: true },
  timeout_total: { status: 75, retryable: true },
  connection: { status: 75, retryable: true },
  // the answer
  not_sse: { status: 76, retryable: false },
  stream_error: { status: 76, retryable: false },
  truncated: { status: 76, retryable: true },
  empty: { status: 76, retryable: true },
  length: { status: 76, retryable: false },
  filtered: { status: 76, retryable: false },
  no_usage: { status: 76, retryable: false },
  // this machine
  write_failed: { status: 74, retryable: false },
  read_failed: { status: 74, retryable: false },
  interrupted: { status: 130, retryable: true },
  internal: { status: 70, retryable: false },
} as const satisfies Record<string, FailureKind>

/** The code of a failure: a key of `FAILURES`. */
export type ErrorCode = keyof typeof FAILURES

/** Returns the exit status for an error code. A `StreamError` may carry another one: use its `status`. */
export function statusOf(code: ErrorCode): ExitStatus {
  return FAILURES[code].status
}
