import type { ExitStatus } from './exit-status.js'

/** The kind of a failure. */
export interface FailureKind {
  readonly status: ExitStatus
  /** True if the same call may succeed when it is repeated. */
  readonly retryable: boolean
  /** The condition, for the table of codes. */
  readonly when: string
  /** The remedy, for the table and for messages. */
  readonly advice: string
}

/** Types the table by its codes alone, so that no text becomes a type. */
function table<Code extends string>(kinds: Record<Code, FailureKind>): Readonly<Record<Code, FailureKind>> {
  return kinds
}

/** Every failure by its code. Scripts may rely on the codes: exit status, default for `retryable`, condition and remedy of each. */
export const FAILURES = /* @__PURE__ */ table({
  // the command line, the files, the settings
  usage: { status: 64, retryable: false, when: 'the command line is invalid', advice: 'see --help' },
  no_input: {
    status: 66,
    retryable: false,
    when: 'an input file is missing or unreadable',
    advice: 'check its name and its permissions',
  },
  no_output: {
    status: 73,
    retryable: false,
    when: 'an output file cannot be created',
    advice: 'check its path and the permissions',
  },
  no_key: {
    status: 78,
    retryable: false,
    when: 'no API key is set, or it contains an invalid character',
    advice: 'set the variable that the message names',
  },
  bad_config: {
    status: 78,
    retryable: false,
    when: 'a base URL or an environment variable is invalid',
    advice: 'correct the value that the message names',
  },
  // the input, the request
  bad_data: {
    status: 65,
    retryable: false,
    when: 'the input has the wrong format, or contains invalid JSON',
    advice: 'check the position that the message names',
  },
  too_large: {
    status: 65,
    retryable: false,
    when: 'an event or a file exceeds its size limit',
    advice: 'raise --max-event-bytes',
  },
  bad_request: {
    status: 65,
    retryable: false,
    when: 'the server rejected the request as invalid (400, 405, 410, 412, 413, 422)',
    advice: 'check the request body with --dry-run',
  },
  context_length: {
    status: 65,
    retryable: false,
    when: 'prompt and answer exceed the context length of the model',
    advice: 'shorten the prompt, or use a model with a longer context',
  },
  // authentication, payment, permission
  auth: { status: 77, retryable: false, when: 'the server rejected the key (401)', advice: 'set a valid key' },
  credits: {
    status: 77,
    retryable: false,
    when: 'the credits are used up, or a spending limit is reached (402)',
    advice: 'add credits, raise the limit, or use a free model',
  },
  forbidden: {
    status: 77,
    retryable: false,
    when: 'the key does not permit this request (403)',
    advice: 'ask the owner of the key for permission',
  },
  moderation: {
    status: 77,
    retryable: false,
    when: 'the prompt was flagged, or the provider refused it (403)',
    advice: 'change the prompt, or use another model',
  },
  // the server, the network
  unreachable: {
    status: 69,
    retryable: true,
    when: 'host not found, no route to the host, or connection refused',
    advice: 'check the base URL and the network',
  },
  tls: {
    status: 69,
    retryable: false,
    when: 'the TLS certificate of the host is not valid',
    advice: 'to trust its authority, set NODE_EXTRA_CA_CERTS to a PEM file with its certificate',
  },
  not_found: {
    status: 69,
    retryable: false,
    when: 'no such model, or no provider is available for it (404)',
    advice: 'check the name of the model',
  },
  port_taken: {
    status: 69,
    retryable: false,
    when: 'the port is already in use',
    advice: 'choose another port with --port',
  },
  rate_limited: {
    status: 75,
    retryable: true,
    when: 'too many requests (429), or credits reserved for other requests (402 with Retry-After)',
    advice: 'try again later',
  },
  overloaded: {
    status: 75,
    retryable: true,
    when: 'the provider is overloaded (503, 529)',
    advice: 'try again later, or set another model with --fallback',
  },
  server_error: {
    status: 75,
    retryable: true,
    when: 'the server failed (5xx), or the request conflicts with another (409, 425)',
    advice: 'try again later',
  },
  timeout: { status: 75, retryable: true, when: 'the server timed out (408, 504, 524)', advice: 'try again' },
  timeout_connect: {
    status: 75,
    retryable: true,
    when: 'no connection was made within --connect-timeout',
    advice: 'check the network',
  },
  timeout_first_byte: {
    status: 75,
    retryable: true,
    when: 'no response arrived within --first-byte-timeout',
    advice: 'raise --first-byte-timeout, or use a faster model',
  },
  timeout_idle: {
    status: 75,
    retryable: true,
    when: 'no byte arrived within --idle-timeout, before the answer started',
    advice: 'try again',
  },
  timeout_data: {
    status: 75,
    retryable: true,
    when: 'only comments arrived within --data-timeout, before the answer started',
    advice: 'raise --data-timeout, or use a faster model',
  },
  timeout_total: {
    status: 75,
    retryable: true,
    when: 'no answer started within --max-time',
    advice: 'raise --max-time',
  },
  connection: {
    status: 75,
    retryable: true,
    when: 'the connection was lost before the answer started',
    advice: 'try again',
  },
  // the answer
  not_sse: {
    status: 76,
    retryable: false,
    when: 'the response is a redirect, a web page or other data, not an event stream',
    advice: 'check the base URL',
  },
  stream_error: {
    status: 76,
    retryable: false,
    when: 'the answer ended with an error without a known code',
    advice: 'read the message of the provider',
  },
  truncated: {
    status: 76,
    retryable: true,
    when: 'the answer was cut off: its end marker is missing',
    advice: 'try again, or accept the answer with --allow-truncated',
  },
  empty: { status: 76, retryable: true, when: 'the answer has no data event', advice: 'try again' },
  length: {
    status: 76,
    retryable: false,
    when: 'the token limit cut off the answer, and --fail-on length is set or its JSON is incomplete',
    advice: 'raise --max-tokens',
  },
  filtered: {
    status: 76,
    retryable: false,
    when: 'the answer was refused or filtered, and --fail-on filtered is set or its JSON is incomplete',
    advice: 'change the prompt, or use another model',
  },
  no_usage: {
    status: 76,
    retryable: false,
    when: 'the stream contains no usage, and --require-usage is set',
    advice: 'request usage from the provider',
  },
  // this machine
  write_failed: {
    status: 74,
    retryable: false,
    when: 'a write failed (disk full, I/O error)',
    advice: 'check the disk and its free space',
  },
  read_failed: { status: 74, retryable: false, when: 'a read failed', advice: 'check the disk' },
  interrupted: {
    status: 130,
    retryable: true,
    when: 'a signal stopped or-stream (129, 130 or 143)',
    advice: 'run it again',
  },
  internal: { status: 70, retryable: false, when: 'a bug in or-stream', advice: 'report it' },
})

/** The codes of failures. Scripts may rely on them. */
export type ErrorCode = keyof typeof FAILURES

/** Returns the exit status for an error code. A `StreamError` may carry another one: use its `status`. */
export function statusOf(code: ErrorCode): ExitStatus {
  return FAILURES[code].status
}
