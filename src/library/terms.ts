import type { StreamError } from '../core/errors/error.js'

/** Names in the library of the command-line options that messages mention. */
const TERMS = new Map([
  ['--connect-timeout', 'limits.connect'],
  ['--first-byte-timeout', 'limits.firstByte'],
  ['--idle-timeout', 'limits.idle'],
  ['--data-timeout', 'limits.data'],
  ['--retry', 'retry.times'],
  ['--retry-max-time, --max-time', 'retry.maxTime'],
  ['--max-event-bytes', 'maxEventBytes'],
  ['--allow-truncated', 'allowTruncated'],
  ['--insecure-http', 'fetchOptions.insecureHttp'],
  ['-H', 'fetchOptions.headers'],
])

const OPTION = /--retry-max-time, --max-time|(?<![\w-])(?:--[a-z][a-z-]*|-H)(?![\w-])/g

/** Returns the failure with a message that names the options of `streamChat` instead of those of the command line. */
export function inLibraryTerms(failure: StreamError): StreamError {
  const message = failure.message.replace(OPTION, (option) => TERMS.get(option) ?? option)
  return message === failure.message ? failure : failure.withMessage(message)
}
