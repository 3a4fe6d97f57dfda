import { StreamError, type ErrorDetails } from '../errors/error.js'
import type { ErrorCode } from '../errors/codes.js'
import { readErrorDetails, describeDetails } from './provider-details.js'
import { excerpt, isObject, numberOf, objectsOf, parseJson, stringOf, type JsonObject } from '../json/json.js'

/** An error as a provider tells it, in a body or in a stream. `status` is an HTTP status, `type` its own word for the cause. */
export interface ProviderError {
  readonly message: string
  readonly status: number | undefined
  readonly type: string | undefined
  /** What else it says of who failed, of which limit, and of what to do; absent where that is nothing. */
  readonly details?: ErrorDetails
}

/** Reads an `error` member in any of the spellings in use: an object, a string, or something that holds one of them. */
export function readProviderError(error: unknown, beside: JsonObject = {}): ProviderError {
  const told = isObject(error) ? error : { message: error }
  const metadata = isObject(told['metadata']) ? told['metadata'] : {}
  const codes = [told['code'], told['http_status'], told['status'], beside['status_code'], beside['code']]
  const types = [
    metadata['error_type'],
    told['error_type'],
    beside['error_type'],
    told['code'],
    told['status'],
    told['type'],
    beside['type'],
  ]
  const facts = readErrorDetails(told, beside)
  return {
    message: messageOf(told) ?? messageOf(beside) ?? 'no message',
    status: codes.map(asStatus).find((status) => status !== undefined),
    type: types.map(stringOf).find((type) => type !== undefined && type !== 'error') ?? typeBy(metadata),
    ...(Object.keys(facts).length > 0 ? { details: facts } : {}),
  }
}

/** What the shape of the metadata means where no type is given. */
function typeBy(metadata: JsonObject): string | undefined {
  if (metadata['reasons'] !== undefined) return 'content_policy_violation'
  return metadata['limit_source'] === undefined ? undefined : 'payment_required'
}

function asStatus(code: unknown): number | undefined {
  const number = typeof code === 'string' && /^\d{3}$/.test(code) ? Number(code) : numberOf(code)
  return number !== undefined && number >= 400 && number <= 599 ? number : undefined
}

const LONGEST_MESSAGE = 500
/** How deep errors are looked for inside errors: providers wrap one another's. */
const DEEPEST = 4

/** The human text hides in one of these; `raw` of older provider errors may be JSON itself. */
function messageOf(told: JsonObject, depth = 0): string | undefined {
  const metadata = isObject(told['metadata']) ? told['metadata'] : {}
  const raw = typeof metadata['raw'] === 'string' ? (parseJson(metadata['raw']) ?? metadata['raw']) : metadata['raw']
  const inner = depth < DEEPEST && isObject(raw) ? innerMessage(raw, depth + 1) : stringOf(raw)
  const own = [
    told['message'],
    told['error_message'],
    told['detail'],
    objectsOf(told['detail'])[0]?.['msg'],
    told['msg'],
  ]
    .map(stringOf)
    .find((text) => text !== undefined)
  return own && inner && own !== inner ? `${shortened(own)}: ${excerpt(inner)}` : shortened(own ?? inner)
}

function innerMessage(raw: JsonObject, depth: number): string | undefined {
  return messageOf(isObject(raw['error']) ? raw['error'] : raw, depth) ?? stringOf(raw['error'])
}

function shortened(text: string | undefined): string | undefined {
  return text !== undefined && text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text
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

/** The codes that say more than the status they come with, and lead to the same exit. */
const FINER: Partial<Record<ErrorCode, readonly number[]>> = {
  context_length: [400],
  moderation: [403],
  credits: [403],
}

/** Our code for it: the status decides, the type refines it or stands in for it; `stream_error` where neither says anything. */
export function errorCodeFor({ status, type }: ProviderError): ErrorCode {
  const named = type === undefined ? undefined : BY_TYPE.get(type.toLowerCase())
  if (status === undefined) return named ?? 'stream_error'
  if (named !== undefined && FINER[named]?.includes(status)) return named
  return BY_STATUS.get(status) ?? (status >= 500 ? 'server_error' : 'bad_request')
}

/** The failure that an error event in a stream is. */
export function failureFromError(error: ProviderError): StreamError {
  const named = [error.status, error.type].filter((part) => part !== undefined).map(String)
  return failureWithCode(error, errorCodeFor(error), [...new Set(named)])
}

/** The failure that a provider's error is, with what is known of it in brackets, the most telling first, and what one does about it. */
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
