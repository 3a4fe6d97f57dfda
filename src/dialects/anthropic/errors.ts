import type { OutgoingError } from '../../core/answer/dialect.js'
import type { JsonObject } from '../../core/json/json.js'

/** Error types by HTTP status (Anthropic's API reference, "Errors"). For 408 and 503: OpenRouter's mapping of timeouts and overload. */
const ERROR_TYPES = new Map([
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [408, 'timeout_error'],
  [409, 'conflict_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [503, 'overloaded_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
])

function errorTypeOf(status: number): string {
  return ERROR_TYPES.get(status) ?? (status < 500 ? 'invalid_request_error' : 'api_error')
}

/** Returns the error object, which is the same in an event and in a response body. */
export function errorBody({ code, message }: OutgoingError): JsonObject {
  return { type: 'error', error: { type: typeof code === 'string' ? code : errorTypeOf(code), message } }
}
