import { StreamError, type ErrorDetails } from '../errors/error.js'
import type { ErrorCode } from '../errors/codes.js'
import { readErrorDetails, describeDetails } from './provider-details.js'
import { excerpt, isObject, numberOf, objectsOf, parseJson, stringOf, type JsonObject } from '../json/json.js'

/** An error of a provider, from a response body or a stream. `status` is an HTTP status, `type` the provider's name for the cause. */
export interface ProviderError {
  readonly message: string
  readonly status: number | undefined
  readonly type: string | undefined
  /** Further details, such as the provider, a limit or a remedy. Absent if there are none. */
  readonly details?: ErrorDetails
}

/** Reads an `error` member in any form in use: an object, a string, or an object around one. `beside` is the object that contains it. */
export function readProviderError(error: unknown, beside: JsonObject = {}): ProviderError {
  const errorObject = isObject(error) ? error : { message: error }
  const metadata = isObject(errorObject['metadata']) ? errorObject['metadata'] : {}
  const codes = [
    errorObject['code'],
    errorObject['http_status'],
    errorObject['status'],
    beside['status_code'],
    beside['code'],
  ]
  const types = [
    metadata['error_type'],
    errorObject['error_type'],
    beside['error_type'],
    errorObject['code'],
    errorObject['status'],
    errorObject['type'],
    beside['type'],
  ]
  const facts = readErrorDetails(errorObject, beside)
  return {
    message: messageOf(errorObject) ?? messageOf(beside) ?? 'no message',
    status: codes.map(parseStatus).find((status) => status !== undefined),
    type: types.map(stringOf).find((type) => type !== undefined && type !== 'error') ?? typeFromMetadata(metadata),
    ...(Object.keys(facts).length > 0 ? { details: facts } : {}),
  }
}

/** Returns the type that the metadata implies, for an error without a type. */
function typeFromMetadata(metadata: JsonObject): string | undefined {
  if (metadata['reasons'] !== undefined) return 'content_policy_violation'
  return metadata['limit_source'] === undefined ? undefined : 'payment_required'
}

function parseStatus(code: unknown): number | undefined {
  const number = typeof code === 'string' && /^\d{3}$/.test(code) ? Number(code) : numberOf(code)
  return number !== undefined && number >= 400 && number <= 599 ? number : undefined
}

const MAX_MESSAGE = 500
/** The maximum depth of nested errors: providers wrap the errors of other providers. */
const MAX_DEPTH = 4

/** Finds the message in the members in use. `raw` of older provider errors may itself be JSON. */
function messageOf(errorObject: JsonObject, depth = 0): string | undefined {
  const metadata = isObject(errorObject['metadata']) ? errorObject['metadata'] : {}
  const raw = typeof metadata['raw'] === 'string' ? (parseJson(metadata['raw']) ?? metadata['raw']) : metadata['raw']
  const inner = depth < MAX_DEPTH && isObject(raw) ? innerMessage(raw, depth + 1) : stringOf(raw)
  const own = [
    errorObject['message'],
    errorObject['error_message'],
    errorObject['detail'],
    objectsOf(errorObject['detail'])[0]?.['msg'],
    errorObject['msg'],
  ]
    .map(stringOf)
    .find((text) => text !== undefined)
  return own && inner && own !== inner ? `${shorten(own)}: ${excerpt(inner)}` : shorten(own ?? inner)
}

function innerMessage(raw: JsonObject, depth: number): string | undefined {
  return messageOf(isObject(raw['error']) ? raw['error'] : raw, depth) ?? stringOf(raw['error'])
}

function shorten(text: string | undefined): string | undefined {
  return text !== undefined && text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text
}

const BY_TYPE = new Map<string, ErrorCode>([
  ['context_length_exceeded', 'context_length'],
  ['exceed_context_size_error', 'context_length'],
  ['max_tokens_exceeded', 'context_length'],
  ['token_limit_exceeded', 'context_length'],
  ['authentication', 'auth'],
  ['authentication_error', 'auth'],
  ['invalid_api_key', 'auth'],
  ['payment_required', 'credits'],
  ['insufficient_quota', 'credits'],
  ['billing_error', 'credits'],
  ['permission_denied', 'forbidden'],
  ['permission_error', 'forbidden'],
  ['content_policy_violation', 'moderation'],
  ['refusal', 'moderation'],
  ['not_found', 'not_found'],
  ['not_found_error', 'not_found'],
  ['image_not_found', 'not_found'],
  ['rate_limit_exceeded', 'rate_limited'],
  ['rate_limit_error', 'rate_limited'],
  ['provider_overloaded', 'overloaded'],
  ['overloaded_error', 'overloaded'],
  ['overloaded', 'overloaded'],
  ['timeout', 'timeout'],
  ['timeout_error', 'timeout'],
  ['server_error', 'server_error'],
  ['server', 'server_error'],
  ['unmapped', 'server_error'],
  ['api_error', 'server_error'],
  ['internal_error', 'server_error'],
  ['provider_unavailable', 'server_error'],
  ['service_unavailable', 'server_error'],
  ['invalid_request', 'bad_request'],
  ['invalid_request_error', 'bad_request'],
  ['invalid_prompt', 'bad_request'],
  ['string_too_long', 'bad_request'],
  ['precondition_failed', 'bad_request'],
  ['payload_too_large', 'bad_request'],
  ['unprocessable', 'bad_request'],
  ['invalid_image', 'bad_request'],
  ['image_too_large', 'bad_request'],
  ['image_too_small', 'bad_request'],
  ['unsupported_image_format', 'bad_request'],
  ['image_download_failed', 'bad_request'],
])

const BY_STATUS = new Map<number, ErrorCode>([
  [401, 'auth'],
  [402, 'credits'],
  [403, 'forbidden'],
  [404, 'not_found'],
  [408, 'timeout'],
  [409, 'server_error'],
  [425, 'server_error'],
  [429, 'rate_limited'],
  [503, 'overloaded'],
  [504, 'timeout'],
  [524, 'timeout'],
  [529, 'overloaded'],
])

/** Codes by type that are more specific than the code by status, with the statuses for which they replace it. */
const REFINED_STATUSES: Partial<Record<ErrorCode, readonly number[]>> = {
  context_length: [400],
  moderation: [403],
  credits: [403],
}

/** Returns the code for an error. The status decides; the type refines it, or replaces a missing one. `stream_error` without both. */
export function errorCodeFor({ status, type }: ProviderError): ErrorCode {
  const named = type === undefined ? undefined : BY_TYPE.get(type.toLowerCase())
  if (status === undefined) return named ?? 'stream_error'
  if (named !== undefined && REFINED_STATUSES[named]?.includes(status)) return named
  return BY_STATUS.get(status) ?? (status >= 500 ? 'server_error' : 'bad_request')
}

/** Returns the failure for an error event in a stream. */
export function failureFromError(error: ProviderError): StreamError {
  const named = [error.status, error.type].filter((part) => part !== undefined).map(String)
  return failureWithCode(error, errorCodeFor(error), [...new Set(named)])
}

/** Returns the failure for a provider's error. Its message ends with the `known` clauses, the details and the remedy. */
export function failureWithCode(
  { message, status, details: facts = {} }: ProviderError,
  code: ErrorCode,
  known: readonly string[],
  advice?: string,
): StreamError {
  const { retryable, retry_after_ms: wait } = facts
  const clauses = [...known, ...describeDetails(facts)].join(', ')
  const remedy = stringOf(facts['remedy']) ?? advice
  return new StreamError(
    code,
    `${message}${clauses === '' ? '' : ` (${clauses})`}${remedy === undefined ? '' : `; ${remedy}`}`,
    {
      details: { ...(status === undefined ? {} : { http_status: status }), ...facts },
      ...(typeof retryable === 'boolean' ? { retryable } : {}),
      ...(typeof wait === 'number' ? { retryAfter: wait } : {}),
    },
  )
}
