import type { ErrorCode } from './codes.js'

/** Describes the code of a failure. Separate from the codes, because a bundle with only `StreamError` does not need it. */
export interface FailureDescription {
  /** The condition, for the table of codes. */
  readonly when: string
  /** The remedy, for the table and for messages. */
  readonly advice: string
}

/** Condition and remedy of every failure, for readers of the programs' messages. */
export const DESCRIPTIONS: Readonly<Record<ErrorCode, FailureDescription>> = {
  usage: { when: 'the command line is invalid', advice: 'see --help' },
  no_input: { when: 'an input file is missing or unreadable', advice: 'check its name and its permissions' },
  no_output: { when: 'an output file cannot be created', advice: 'check its path and the permissions' },
  no_key: {
    when: 'no API key is set, or it contains an invalid character',
    advice: 'set the variable that the message names',
  },
  bad_config: {
    when: 'a base URL or an environment variable is invalid',
    advice: 'correct the value that the message names',
  },
  bad_data: {
    when: 'the input has the wrong format, or contains invalid JSON',
    advice: 'check the position that the message names',
  },
  too_large: { when: 'an event or a file exceeds its size limit', advice: 'raise --max-event-bytes' },
  bad_request: {
    when: 'the server rejected the request as invalid (400, 405, 410, 412, 413, 422)',
    advice: 'check the request body with --dry-run',
  },
  context_length: {
    when: 'prompt and answer exceed the context length of the model',
    advice: 'shorten the prompt, or use a model with a longer context',
  },
  auth: { when: 'the server rejected the key (401)', advice: 'set a valid key' },
  credits: {
    when: 'the credits are used up, or a spending limit is reached (402)',
    advice: 'add credits, raise the limit, or use a free model',
  },
  forbidden: { when: 'the key does not permit this request (403)', advice: 'ask the owner of the key for permission' },
  moderation: {
    when: 'the prompt was flagged, or the provider refused it (403)',
    advice: 'change the prompt, or use another model',
  },
  unreachable: {
    when: 'host not found, no route to the host, or connection refused',
    advice: 'check the base URL and the network',
  },
  tls: {
    when: 'the TLS certificate of the host is not valid',
    advice: 'to trust its authority, set NODE_EXTRA_CA_CERTS to a PEM file with its certificate',
  },
  not_found: { when: 'no such model, or no provider is available for it (404)', advice: 'check the name of the model' },
  port_taken: { when: 'the port is already in use', advice: 'choose another port with --port' },
  rate_limited: {
    when: 'too many requests (429), or credits reserved for other requests (402 with Retry-After)',
    advice: 'try again later',
  },
  overloaded: {
    when: 'the provider is overloaded (503, 529)',
    advice: 'try again later, or set another model with --fallback',
  },
  server_error: {
    when: 'the server failed (5xx), or the request conflicts with another (409, 425)',
    advice: 'try again later',
  },
  timeout: { when: 'the server timed out (408, 504, 524)', advice: 'try again' },
  timeout_connect: { when: 'no connection was made within --connect-timeout', advice: 'check the network' },
  timeout_first_byte: {
    when: 'no response arrived within --first-byte-timeout',
    advice: 'raise --first-byte-timeout, or use a faster model',
  },
  timeout_idle: { when: 'no byte arrived within --idle-timeout, before the answer started', advice: 'try again' },
  timeout_data: {
    when: 'only comments arrived within --data-timeout, before the answer started',
    advice: 'raise --data-timeout, or use a faster model',
  },
  timeout_total: { when: 'no answer started within --max-time', advice: 'raise --max-time' },
  connection: { when: 'the connection was lost before the answer started', advice: 'try again' },
  not_sse: {
    when: 'the response is a redirect, a web page or other data, not an event stream',
    advice: 'check the base URL',
  },
  stream_error: {
    when: 'the answer ended with an error without a known code',
    advice: 'read the message of the provider',
  },
  truncated: {
    when: 'the answer was cut off: its end marker is missing',
    advice: 'try again, or accept the answer with --allow-truncated',
  },
  empty: { when: 'the answer has no data event', advice: 'try again' },
  length: {
    when: 'the token limit cut off the answer, and --fail-on length is set or its JSON is incomplete',
    advice: 'raise --max-tokens',
  },
  filtered: {
    when: 'the answer was refused or filtered, and --fail-on filtered is set or its JSON is incomplete',
    advice: 'change the prompt, or use another model',
  },
  no_usage: {
    when: 'the stream contains no usage, and --require-usage is set',
    advice: 'request usage from the provider',
  },
  write_failed: { when: 'a write failed (disk full, I/O error)', advice: 'check the disk and its free space' },
  read_failed: { when: 'a read failed', advice: 'check the disk' },
  interrupted: { when: 'a signal stopped or-stream (129, 130 or 143)', advice: 'run it again' },
  internal: { when: 'a bug in or-stream', advice: 'report it' },
}
