/** What can go wrong, in words that scripts may rely on. `core/status.ts` gives each its exit status. */
export type ErrorCode =
  // the command line, the files, the settings
  | 'usage'
  | 'no_input'
  | 'no_key'
  | 'bad_config'
  // the input, the request
  | 'bad_data'
  | 'too_large'
  | 'bad_request'
  | 'context_length'
  // who may, and who pays
  | 'auth'
  | 'credits'
  | 'forbidden'
  | 'moderation'
  // the other side
  | 'unreachable'
  | 'port_taken'
  | 'not_found'
  | 'rate_limited'
  | 'overloaded'
  | 'server_error'
  | 'timeout'
  | 'connection'
  // the answer
  | 'not_sse'
  | 'stream_error'
  | 'truncated'
  | 'no_usage'
  | 'empty'
  // this machine
  | 'write_failed'
  | 'read_failed'
  | 'internal'

/** The one error of the toolkit: a code for scripts, a sentence for people. Its message never holds a key. */
export class StreamError extends Error {
  override readonly name = 'StreamError'

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
