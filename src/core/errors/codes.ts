import type { ExitStatus } from './exit-status.js'

interface FailureKind {
  readonly status: ExitStatus
  /** Whether the same call may succeed when it is made again. */
  readonly retryable: boolean
  readonly when: string
  /** What one does about it. */
  readonly advice: string
}

/** Everything that can go wrong, in words that scripts may rely on. */
export const FAILURES = {
  // the command line, the files, the settings
  usage: { status: 64, retryable: false, when: 'the command line is wrong', advice: 'see --help' },
  no_input: { status: 66, retryable: false, when: 'a file is missing or unreadable', advice: 'check its name' },
  no_output: {
    status: 73,
    retryable: false,
    when: 'an output file cannot be made',
    advice: 'check its name and folder',
  },
  no_key: {
    status: 78,
    retryable: false,
    when: 'there is no key, or it has a character that no key has',
    advice: 'set the variable that the message names',
  },
  bad_config: {
    status: 78,
    retryable: false,
    when: 'a base URL or a variable of the environment is wrong',
    advice: 'correct it',
  },
  // the input, the request
  bad_data: {
    status: 65,
    retryable: false,
    when: 'the input is not what the program reads, or JSON in it is broken',
    advice: 'look at the place that the message names',
  },
  too_large: {
    status: 65,
    retryable: false,
    when: 'one event or file is over its bound',
    advice: 'raise --max-event-bytes',
  },
  bad_request: {
    status: 65,
    retryable: false,
    when: 'the request was refused as invalid (400, 405, 410, 412, 413, 422)',
    advice: 'look at the body with --dry-run',
  },
  context_length: {
    status: 65,
    retryable: false,
    when: 'prompt and answer are longer than the model reads',
    advice: 'shorten the prompt, or take a model with a longer context',
  },
  // who may, and who pays
  auth: { status: 77, retryable: false, when: 'the key was refused (401)', advice: 'set a valid key' },
  credits: {
    status: 77,
    retryable: false,
    when: 'credits or a spending limit are used up (402)',
    advice: 'add credits, raise the limit, or take a free model',
  },
  forbidden: {
    status: 77,
    retryable: false,
    when: 'the key may not do this (403)',
    advice: 'ask whoever manages the key',
  },
  moderation: {
    status: 77,
    retryable: false,
    when: 'the prompt was flagged, or the provider refused it (403)',
    advice: 'change the prompt, or take another model',
  },
  // the other side
  unreachable: {
    status: 69,
    retryable: true,
    when: 'no such host, no route to it, or nobody listens there',
    advice: 'check the base URL and the network',
  },
  tls: {
    status: 69,
    retryable: false,
    when: 'the certificate of the host is not valid',
    advice: 'to trust its authority, set NODE_EXTRA_CA_CERTS to a PEM file with its certificate',
  },
  not_found: {
    status: 69,
    retryable: false,
    when: 'no such model, or no provider left for it (404)',
    advice: 'check the name of the model',
  },
  port_taken: {
    status: 69,
    retryable: false,
    when: 'another program listens on the port',
    advice: 'take another with --port',
  },
  rate_limited: {
    status: 75,
    retryable: true,
    when: 'too many requests (429), or credits held back for others (402 with Retry-After)',
    advice: 'try again later',
  },
  overloaded: {
    status: 75,
    retryable: true,
    when: 'the provider is overloaded (503, 529)',
    advice: 'try again later, or name another model with --fallback',
  },
  server_error: {
    status: 75,
    retryable: true,
    when: 'the server failed (5xx), or the request met another (409, 425)',
    advice: 'try again later',
  },
  timeout: { status: 75, retryable: true, when: 'the server gave up waiting (408, 504, 524)', advice: 'try again' },
  timeout_connect: {
    status: 75,
    retryable: true,
    when: 'no connection within --connect-timeout',
    advice: 'check the network',
  },
  timeout_first_byte: {
    status: 75,
    retryable: true,
    when: 'no answer within --first-byte-timeout',
    advice: 'raise it, or take a faster model',
  },
  timeout_idle: {
    status: 75,
    retryable: true,
    when: 'before the answer no byte came within --idle-timeout',
    advice: 'try again',
  },
  timeout_data: {
    status: 75,
    retryable: true,
    when: 'before the answer nothing but comments came within --data-timeout',
    advice: 'raise it, or take a faster model',
  },
  timeout_total: { status: 75, retryable: true, when: 'no answer began within --max-time', advice: 'raise it' },
  connection: { status: 75, retryable: true, when: 'the connection broke before the answer', advice: 'try again' },
  // the answer
  not_sse: {
    status: 76,
    retryable: false,
    when: 'the answer is a redirect, a web page or other data, not an event stream',
    advice: 'check the base URL',
  },
  stream_error: {
    status: 76,
    retryable: false,
    when: 'the answer ended with an error that names no cause',
    advice: 'read its message',
  },
  truncated: {
    status: 76,
    retryable: true,
    when: 'the answer broke off: its end mark is missing',
    advice: 'ask again; --allow-truncated takes it as it is',
  },
  empty: { status: 76, retryable: true, when: 'the answer has no data event', advice: 'ask again' },
  length: {
    status: 76,
    retryable: false,
    when: 'the answer was cut at the token limit, and --fail-on length was given or its JSON is cut too',
    advice: 'raise --max-tokens',
  },
  filtered: {
    status: 76,
    retryable: false,
    when: 'the answer was refused or filtered, and --fail-on filtered was given or its JSON is not whole',
    advice: 'change the prompt, or take another model',
  },
  no_usage: {
    status: 76,
    retryable: false,
    when: 'the stream says nothing of its usage, and --require-usage was given',
    advice: 'ask the provider for it',
  },
  // this machine
  write_failed: { status: 74, retryable: false, when: 'a write failed (disk full, I/O error)', advice: 'make room' },
  read_failed: { status: 74, retryable: false, when: 'a read failed', advice: 'check the disk' },
  interrupted: {
    status: 130,
    retryable: true,
    when: 'a signal ended or-stream (129, 130 or 143)',
    advice: 'ask again',
  },
  internal: { status: 70, retryable: false, when: 'a bug of ours', advice: 'report it' },
} as const satisfies Record<string, FailureKind>

/** The name of a failure. */
export type ErrorCode = keyof typeof FAILURES

/** The exit status of a failure. */
export function statusOf(code: ErrorCode): ExitStatus {
  return FAILURES[code].status
}
