import { Client, type Dispatcher } from 'undici'
import type { Call } from '../core/call.js'
import type { Environment } from '../core/environment.js'
import { StreamError, type ErrorCode } from '../core/errors.js'
import { isEventStream, refusal, type Asked } from './refusal.js'

/** An HTTP response whose body is still coming. Leaving its iteration closes the connection. */
export interface Answer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  /** The bytes as they come. Throws `truncated` where the connection broke or went silent, `connection` where it did before a byte. */
  body(): AsyncGenerator<Uint8Array>
}

const CONNECT_TIMEOUT = 10_000
const SILENCE_TIMEOUT = 120_000

/**
 * Sends a request and resolves with the head of the response, whatever its status. Nothing is followed, decompressed or
 * sent again. Throws `unreachable`, `timeout` or `connection`; an abort rejects with the signal's reason.
 */
export async function send(
  { url, headers, body }: Call,
  signal: AbortSignal,
  environment: Environment = {},
): Promise<Answer> {
  const { client, proxy } = await dispatcher(url, environment)
  try {
    const response = await client.request({
      method: 'POST',
      origin: url.origin,
      path: url.pathname + url.search,
      headers,
      body,
      signal,
    })
    return {
      status: response.statusCode,
      headers: new Map(
        Object.entries(response.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
      ),
      async *body() {
        let received = 0
        try {
          for await (const bytes of response.body as AsyncIterable<Uint8Array>) {
            received += bytes.length
            yield bytes
          }
        } catch (error) {
          signal.throwIfAborted()
          throw brokenOff(error, received)
        } finally {
          void client.destroy()
        }
      },
    }
  } catch (error) {
    void client.destroy()
    signal.throwIfAborted()
    throw unanswered(error, url.host, proxy)
  }
}

const TIMEOUTS = {
  connect: { timeout: CONNECT_TIMEOUT },
  headersTimeout: SILENCE_TIMEOUT,
  bodyTimeout: SILENCE_TIMEOUT,
}

/** What carries the request: a connection of its own, or the proxies of the environment. Throws `bad_config`. */
async function dispatcher(
  url: URL,
  environment: Environment,
): Promise<{ client: Dispatcher; proxy?: URL | undefined }> {
  const named = (variable: string) => environment[variable.toLowerCase()] || environment[variable] || undefined
  const proxies = { httpProxy: named('HTTP_PROXY'), httpsProxy: named('HTTPS_PROXY'), noProxy: named('NO_PROXY') }
  if (proxies.httpProxy === undefined && proxies.httpsProxy === undefined) {
    return { client: new Client(url.origin, TIMEOUTS) }
  }
  const { proxied, proxyFor } = await import('./proxy.js')
  return { proxy: proxyFor(url, proxies), client: proxied(proxies, TIMEOUTS) }
}

const CAUSES = new Map<string, readonly [ErrorCode, string]>([
  ['ECONNREFUSED', ['unreachable', 'connection refused']],
  ['ENOTFOUND', ['unreachable', 'no such host']],
  ['EAI_AGAIN', ['unreachable', 'the name of the host could not be looked up']],
  ['EHOSTUNREACH', ['unreachable', 'no route to the host']],
  ['ENETUNREACH', ['unreachable', 'the network is unreachable']],
  ['CERT_HAS_EXPIRED', ['unreachable', 'its certificate has expired']],
  ['ERR_TLS_CERT_ALTNAME_INVALID', ['unreachable', 'its certificate is for another host']],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', ['unreachable', 'its certificate is self-signed']],
  ['ECONNRESET', ['connection', 'the connection was reset']],
  ['UND_ERR_SOCKET', ['connection', 'the connection was closed without an answer']],
  ['UND_ERR_CONNECT_TIMEOUT', ['timeout', `no connection within ${CONNECT_TIMEOUT / 1000} s`]],
  ['UND_ERR_HEADERS_TIMEOUT', ['timeout', `no answer within ${SILENCE_TIMEOUT / 1000} s`]],
])

function unanswered(error: unknown, host: string, proxy: URL | undefined): StreamError {
  const [code, what] = CAUSES.get(codeOf(error)) ?? [
    'connection',
    codeOf(error).startsWith('HPE_') ? 'the answer is not HTTP' : codeOf(error) || 'no answer',
  ]
  const { address, hostname } = error as { address?: unknown; hostname?: unknown }
  const isProxy = proxy !== undefined && (address === proxy.hostname || hostname === proxy.hostname)
  return new StreamError(code, `${host}: ${what}${isProxy ? ` by the proxy ${proxy.host}` : ''}`, { cause: error })
}

function brokenOff(error: unknown, received: number): StreamError {
  const why =
    codeOf(error) === 'UND_ERR_BODY_TIMEOUT' ? `silent for ${SILENCE_TIMEOUT / 1000} s` : 'the connection broke'
  return new StreamError('truncated', `the answer was cut off after ${received} bytes (${why})`, { cause: error })
}

/** The code of an error, or of the first of several (one for each address that was tried). */
function codeOf(error: unknown): string {
  const { code, errors } = error as { code?: unknown; errors?: unknown[] }
  return typeof code === 'string' ? code : errors?.[0] === undefined ? '' : codeOf(errors[0])
}

/** How much of a refusal's body is read: its message stands in the beginning. */
const REFUSAL_BYTES = 64 * 1024

/** Sends a request for an event stream. Throws what the refusal comes down to where the answer is something else. */
export async function openStream(
  call: Call,
  asked: Asked,
  signal: AbortSignal,
  environment: Environment = {},
): Promise<Answer> {
  const answer = await send(call, signal, environment)
  if (isEventStream(answer)) return answer
  const decoder = new TextDecoder()
  let body = ''
  try {
    for await (const bytes of answer.body()) {
      body += decoder.decode(bytes, { stream: true })
      if (body.length > REFUSAL_BYTES) break
    }
  } catch (error) {
    // A refusal that is cut is one all the same.
    if (!(error instanceof StreamError)) throw error
  }
  throw refusal({ ...answer, body }, asked)
}
