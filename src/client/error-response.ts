import { StreamError, type ErrorDetails } from '../core/errors/error.js'
import { excerpt, isObject, parseJson, type JsonObject } from '../core/json/json.js'
import { isEventStreamType } from '../core/http/media-type.js'
import { errorCodeFor, failureWithCode, readProviderError, type ProviderError } from '../core/answer/provider-error.js'
import { FAILURES } from '../core/errors/codes.js'
import { DESCRIPTIONS } from '../core/errors/descriptions.js'
import { retryAfter, shouldRetry } from './retry.js'

/** The head of a response and the beginning of its body, as far as a message needs it. */
export interface ErrorResponse {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** Who was asked: what messages call it, and what one does where it refuses the key. */
export interface Upstream {
  readonly name: string
  readonly keyHint: string
}

/** Who was asked, and where. */
export interface AskedUpstream extends Upstream {
  readonly url: URL
}

/** Whether a response is what was asked for: an event stream, in plain bytes. */
export function isEventStream({ status, headers }: Omit<ErrorResponse, 'body'>): boolean {
  const encoding = headers.get('content-encoding') ?? 'identity'
  return status === 200 && isEventStreamType(headers.get('content-type')) && encoding === 'identity'
}

/** What a response that is no event stream comes down to. `now` is the wall clock, for the dates in it. */
export function errorFromResponse(
  { status, headers, body }: ErrorResponse,
  asked: AskedUpstream,
  now: number,
): StreamError {
  const parsed = parseJson(body)
  const told = Array.isArray(parsed) ? (parsed[0] as unknown) : parsed
  if (status >= 400) return refused({ status, headers, body }, isObject(told) ? told : undefined, asked, now)
  if (isObject(told) && told['error']) {
    const error = readProviderError(told['error'], told)
    return failureWithCode(error, errorCodeFor(error), [`HTTP ${status} with an error in it`])
  }
  if (status >= 300) {
    const to = headers.get('location') ?? 'nowhere'
    const host = URL.canParse(to) ? new URL(to).host : to
    return new StreamError(
      'not_sse',
      `redirected to ${host} (HTTP ${status}); redirects are not followed, set the base URL instead`,
    )
  }
  const encoding = headers.get('content-encoding')
  if (encoding !== undefined && encoding !== 'identity') {
    return new StreamError('not_sse', `the answer is compressed (${encoding}) although plain bytes were asked for`)
  }
  if (status !== 200) return new StreamError('not_sse', `the answer came with HTTP ${status}, not 200`)
  const what = isObject(told) ? 'whole JSON' : (headers.get('content-type') ?? 'of no type')
  const begins = body === '' ? '' : `: ${excerpt(plain(body))}`
  const hint = isObject(told) ? '; jq can read what the call of --curl brings' : ''
  return new StreamError('not_sse', `the answer is ${what}, not an event stream (HTTP ${status}${begins})${hint}`)
}

/** What to do about a 404, by what its JSON says. The first row that matches counts; without any, the path is unknown. */
const NOT_FOUND_ADVICE: readonly (readonly [message: RegExp, advice: string])[] = [
  // or-serve
  [/^no recording of /, 'or-serve --record can make one'],
  [/image_not_found/, 'check the address of the image'],
  [
    /data policy|privacy|guardrail/i,
    'check the privacy settings (https://openrouter.ai/settings/privacy), or take another model',
  ],
  [
    /\bno.(?:allowed |available )?(?:endpoints|providers)|provider routing|constraint/i,
    'no provider fits the request: check the model, the provider routing and the options',
  ],
  [/POST \/|\b(?:URL|path|route)\b/i, DESCRIPTIONS.not_sse.advice],
  [/model/i, DESCRIPTIONS.not_found.advice],
]

function notFoundAdvice({ message, type, details = {} }: ProviderError): string {
  const said = [message, type, details['availability']].join(' ')
  return NOT_FOUND_ADVICE.find(([cause]) => cause.test(said))?.[1] ?? DESCRIPTIONS.not_sse.advice
}

/** `json` is the body if it is a JSON object. */
function refused(
  { status, headers, body }: ErrorResponse,
  json: JsonObject | undefined,
  { name, keyHint, url }: AskedUpstream,
  now: number,
): StreamError {
  const said = json ?? { message: plain(body) }
  const error = readProviderError(said['error'] ?? said, said)
  const wait = retryAfter(headers, now)
  // Money that is only held back for other requests comes free again.
  const isHeldBack = status === 402 && wait !== undefined
  const code = isHeldBack ? 'rate_limited' : errorCodeFor({ ...error, status })
  const retryable = shouldRetry(headers)
  const details = {
    ...limitsIn(headers),
    ...error.details,
    ...(wait === undefined ? {} : { retry_after_ms: wait }),
    ...(retryable === undefined ? {} : { retryable }),
  }
  const message = code === 'auth' ? `${name} refused the key` : error.message
  const { known, advice } = explained()
  return failureWithCode({ ...error, message, status, details }, code, [known], advice)

  function explained(): { readonly known: string; readonly advice: string | undefined } {
    if (code === 'auth') return { known: `HTTP ${status}: ${error.message}`, advice: keyHint }
    // A query can hold secrets.
    if (code === 'not_found')
      return {
        known: `HTTP ${status} from ${url.origin}${url.pathname}`,
        advice: json ? notFoundAdvice(error) : DESCRIPTIONS.not_sse.advice,
      }
    // That one may try again is told with the time for it.
    return { known: `HTTP ${status}`, advice: FAILURES[code].retryable ? undefined : DESCRIPTIONS[code].advice }
  }
}

/** What the headers of OpenRouter's own 429 say: so many requests, and from when on again (milliseconds since 1970). */
function limitsIn(headers: ErrorResponse['headers']): ErrorDetails {
  const [limit, reset] = [headers.get('x-ratelimit-limit') ?? '', Number(headers.get('x-ratelimit-reset'))]
  const isTime = reset > 1e12 && reset < 1e14
  return {
    ...(/^\d+$/.test(limit) ? { limit: `${limit} requests` } : {}),
    ...(isTime ? { resets_at: new Date(reset).toISOString() } : {}),
  }
}

/** The words of a body that isn't JSON: of a web page its title. */
function plain(body: string): string {
  const title = /<title>([^<]*)<\/title>/i.exec(body)?.[1]
  return excerpt(title ?? body.trimStart().replace(/<[^<>]*>/g, ' ')) || 'no message'
}
