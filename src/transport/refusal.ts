import { StreamError } from '../core/errors.js'
import { excerpt, isObject, parseJson } from '../core/json.js'
import { codeOf, readProviderError } from '../core/provider-error.js'

/** The head of a response and the beginning of its body, as far as a message needs it. */
export interface Refused {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** Who was asked: what messages call it, and what one does where it refuses the key. */
export interface Asked {
  readonly name: string
  readonly keyHint: string
}

/** Whether a response is what was asked for: an event stream, in plain bytes. */
export function isEventStream({ status, headers }: Omit<Refused, 'body'>): boolean {
  const type = headers.get('content-type') ?? ''
  const encoding = headers.get('content-encoding') ?? 'identity'
  return status === 200 && /^text\/event-stream\s*(;|$)/i.test(type.trim()) && encoding === 'identity'
}

/** What a response that is no event stream comes down to. */
export function refusal({ status, headers, body }: Refused, asked: Asked): StreamError {
  const parsed = parseJson(body)
  const told = Array.isArray(parsed) ? (parsed[0] as unknown) : parsed
  if (status >= 400) return refused(status, headers, isObject(told) ? told : { message: plain(body) }, asked)
  if (isObject(told) && told['error']) {
    const error = readProviderError(told['error'], told)
    return new StreamError(codeOf(error), `${error.message} (HTTP ${status} with an error in it)`)
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
  return new StreamError('not_sse', `the answer is ${what}, not an event stream (HTTP ${status}${begins})`)
}

function refused(
  status: number,
  headers: Refused['headers'],
  body: Record<string, unknown>,
  { name, keyHint }: Asked,
): StreamError {
  const error = { ...readProviderError(body['error'] ?? body, body), status }
  // Money that is only held back for other requests comes free again.
  const code = status === 402 && headers.has('retry-after') ? 'rate_limited' : codeOf(error)
  if (code === 'auth') {
    return new StreamError(code, `${name} refused the key (HTTP ${status}: ${error.message}); ${keyHint}`)
  }
  const wait = headers.get('retry-after') ?? ''
  const again = /^\d+(\.\d+)?$/.test(wait) ? `, try again in ${wait} s` : ''
  return new StreamError(code, `${error.message} (HTTP ${status}${again})`)
}

/** The words of a body that isn't JSON: of a web page its title. */
function plain(body: string): string {
  const title = /<title>([^<]*)<\/title>/i.exec(body)?.[1]
  return excerpt(title ?? body.replace(/<[^<>]*>/g, ' ')) || 'no message'
}
