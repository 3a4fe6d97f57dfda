import { StreamError, type ErrorDetails } from '../core/errors/error.js'
import { excerpt, isObject, parseJson, type JsonObject } from '../core/json/json.js'
import { isEventStreamType } from '../core/http/media-type.js'
import { errorCodeFor, failureWithCode, readProviderError, type ProviderError } from '../core/answer/provider-error.js'
import { FAILURES } from '../core/errors/codes.js'
import { DESCRIPTIONS } from '../core/errors/descriptions.js'
import { retryAfter, shouldRetry } from './retry.js'

/** The head of a response and the start of its body, for an error message. */
export interface ErrorResponse {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** The provider of a request: its name in messages, and what to do if it refuses the key. */
export interface Upstream {
  readonly name: string
  readonly keyHint: string
}

/** The provider of a request, and the URL of the request. */
export interface AskedUpstream extends Upstream {
  readonly url: URL
}

/** Returns true if a response is an uncompressed event stream with status 200. */
export function isEventStream({ status, headers }: Omit<ErrorResponse, 'body'>): boolean {
  const encoding = headers.get('content-encoding') ?? 'identity'
  return status === 200 && isEventStreamType(headers.get('content-type')) && encoding === 'identity'
}

/** Returns the failure that a response which is not an event stream is mapped to. `now` is the wall clock, for dates in the headers. */
export function errorFromResponse(
  { status, headers, body }: ErrorResponse,
  upstream: AskedUpstream,
  now: number,
): StreamError {
  const parsed = parseJson(body)
  const json = Array.isArray(parsed) ? (parsed[0] as unknown) : parsed
  if (status >= 400) return errorFromStatus({ status, headers, body }, isObject(json) ? json : undefined, upstream, now)
  if (isObject(json) && json['error']) {
    const error = readProviderError(json['error'], json)
    return failureWithCode(error, errorCodeFor(error), [`HTTP ${status} with an error in the body`])
  }
  if (status >= 300) {
    const location = headers.get('location') ?? 'an unknown location'
    const host = URL.canParse(location) ? new URL(location).host : location
    return new StreamError(
      'not_sse',
      `redirected to ${host} (HTTP ${status}); redirects are not followed, set the base URL instead`,
    )
  }
  const encoding = headers.get('content-encoding')
  if (encoding !== undefined && encoding !== 'identity') {
    return new StreamError(
      'not_sse',
      `the response is compressed (${encoding}), although the request excludes it (accept-encoding: identity)`,
    )
  }
  if (status !== 200) return new StreamError('not_sse', `the response has HTTP status ${status}, not 200`)
  const type = isObject(json) ? 'a JSON object' : (headers.get('content-type') ?? 'without a content type')
  const beginning = body === '' ? '' : `: ${excerpt(plainText(body))}`
  const hint = isObject(json) ? '; to read it with jq, send the request that --curl prints' : ''
  return new StreamError('not_sse', `the response is ${type}, not an event stream (HTTP ${status}${beginning})${hint}`)
}

/** Advice for a 404 by the text of its JSON. The first match counts; if none matches, the path is unknown. */
const NOT_FOUND_ADVICE: readonly (readonly [message: RegExp, advice: string])[] = [
  // or-serve
  [/^no recording of /, 'or-serve --record can make one'],
  [/image_not_found/, 'check the URL of the image'],
  [
    /data policy|privacy|guardrail/i,
    'check the privacy settings (https://openrouter.ai/settings/privacy), or choose another model',
  ],
  [
    /\bno.(?:allowed |available )?(?:endpoints|providers)|provider routing|constraint/i,
    'no provider fits the request: check the model, the provider routing and the options',
  ],
  [/POST \/|\b(?:URL|path|route)\b/i, DESCRIPTIONS.not_sse.advice],
  [/model/i, DESCRIPTIONS.not_found.advice],
]

function notFoundAdvice({ message, type, details = {} }: ProviderError): string {
  const text = [message, type, details['availability']].join(' ')
  return NOT_FOUND_ADVICE.find(([cause]) => cause.test(text))?.[1] ?? DESCRIPTIONS.not_sse.advice
}

/** Returns the failure for a status of 400 or more. `json` is the body if it is a JSON object. */
function errorFromStatus(
  { status, headers, body }: ErrorResponse,
  json: JsonObject | undefined,
  { name, keyHint, url }: AskedUpstream,
  now: number,
): StreamError {
  const source = json ?? { message: plainText(body) }
  const error = readProviderError(source['error'] ?? source, source)
  const wait = retryAfter(headers, now)
  // A 402 with a waiting time means that credit is only reserved for other requests, and is released again.
  const isReserved = status === 402 && wait !== undefined
  const code = isReserved ? 'rate_limited' : errorCodeFor({ ...error, status })
  const retryable = shouldRetry(headers)
  const details = {
    ...rateLimitDetails(headers),
    ...error.details,
    ...(wait === undefined ? {} : { retry_after_ms: wait }),
    ...(retryable === undefined ? {} : { retryable }),
  }
  const message = code === 'auth' ? `${name} refused the key` : error.message
  const { known, advice } = explanation()
  return failureWithCode({ ...error, message, status, details }, code, [known], advice)

  function explanation(): { readonly known: string; readonly advice: string | undefined } {
    if (code === 'auth') return { known: `HTTP ${status}: ${error.message}`, advice: keyHint }
    // The query is left out, because it can hold secrets.
    if (code === 'not_found')
      return {
        known: `HTTP ${status} from ${url.origin}${url.pathname}`,
        advice: json ? notFoundAdvice(error) : DESCRIPTIONS.not_sse.advice,
      }
    // For a retryable failure the message already says that a retry may help, and when.
    return { known: `HTTP ${status}`, advice: FAILURES[code].retryable ? undefined : DESCRIPTIONS[code].advice }
  }
}

/** Reads the headers of a 429 by OpenRouter itself: the limit in requests, and when it resets in milliseconds since 1970. */
function rateLimitDetails(headers: ErrorResponse['headers']): ErrorDetails {
  const [limit, reset] = [headers.get('x-ratelimit-limit') ?? '', Number(headers.get('x-ratelimit-reset'))]
  const isTime = reset > 1e12 && reset < 1e14
  return {
    ...(/^\d+$/.test(limit) ? { limit: `${limit} requests` } : {}),
    ...(isTime ? { resets_at: new Date(reset).toISOString() } : {}),
  }
}

/** Returns the text of a body that isn't JSON: the title of a web page, otherwise the body without tags. */
function plainText(body: string): string {
  const title = /<title>([^<]*)<\/title>/i.exec(body)?.[1]
  return excerpt(title ?? body.trimStart().replace(/<[^<>]*>/g, ' ')) || 'no message'
}
