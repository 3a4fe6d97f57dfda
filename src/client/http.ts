import type { LookupFunction } from 'node:net'
import { buildConnector, Client, type Dispatcher } from 'undici'
import type { Call } from '../core/http/request.js'
import type { Environment } from '../core/http/environment.js'
import { StreamError } from '../core/errors/error.js'
import type { ErrorCode } from '../core/errors/codes.js'
import { blockScanner } from '../core/sse/boundaries.js'
import { exchange } from './exchange.js'
import { isLinkLocal, lookupBeyondLink } from './link-local.js'
import { countdown, LIMITS, overLimit, type Limits } from './timeouts.js'
import { isEventStream, refusal, type Asked } from './refusal.js'
import type { Tap } from './observer.js'

/** An HTTP response whose body is still coming. Leaving its iteration closes the connection. */
export interface Answer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  /** The bytes as they come. Throws `connection` where the connection broke, `timeout_idle` or `timeout_data` where it went silent. */
  body(patience?: Pick<Limits, 'idle' | 'data'>): AsyncGenerator<Uint8Array>
}

/** What a request depends on beside what it says. */
export interface Sending {
  readonly signal: AbortSignal
  readonly limits?: Limits | undefined
  /** Where the proxies are named. */
  readonly environment?: Environment | undefined
  /** Hears of the responses. */
  readonly tap?: Tap | undefined
  /** Whether addresses of this link are closed, those of metadata services among them; whoever asks for others needs that. */
  readonly beyondLink?: boolean | undefined
  /** Whether pieces that came together are given as one. */
  readonly joins?: boolean | undefined
}

/**
 * Sends a request and resolves with the head of the response, whatever its status. Nothing is followed, decompressed or
 * sent again. Throws `unreachable`, `tls`, `connection` or a time-out; an abort rejects with the signal's reason.
 */
export async function send(
  { url, headers, body }: Call,
  { signal, limits = LIMITS, environment = {}, tap, beyondLink = false, joins = false }: Sending,
): Promise<Answer> {
  if (beyondLink && isLinkLocal(url.hostname)) throw new StreamError('forbidden', `${url.host}: ${ON_LINK}`)
  const { client, proxy, lost } = await dispatcher(url, environment, limits, beyondLink ? lookupBeyondLink : undefined)
  const own = new AbortController()
  const either = AbortSignal.any([signal, own.signal])
  const giveUp = (limit: keyof Limits) => own.abort(overLimit(limit, limits, url.host))
  const firstByte = countdown(limits.firstByte, () => giveUp('firstByte'))
  try {
    const response = await exchange(client, { url, headers, body }, either, lost, tap)
    return {
      status: response.status,
      headers: response.headers,
      async *body({ idle, data } = limits) {
        const silence = countdown(idle, () => giveUp('idle'))
        const drought = countdown(data, () => giveUp('data'))
        const frames = blockScanner()
        let cut: unknown = LEFT
        try {
          for await (const bytes of response.body(joins)) {
            const before = frames.events()
            frames.push(bytes)
            if (frames.events() > before) drought.restart()
            // Whoever reads slowly is not kept waiting.
            silence.pause()
            drought.pause()
            yield bytes
            silence.restart()
            silence.resume()
            drought.resume()
          }
        } catch (error) {
          cut = either.aborted ? either.reason : brokenOff(error, url.host)
          throw cut
        } finally {
          tap?.ended(cut instanceof StreamError ? cut : LEFT)
          silence.stop()
          drought.stop()
          void client.destroy()
        }
      },
    }
  } catch (error) {
    void client.destroy()
    either.throwIfAborted()
    throw codeOf(error) === 'UND_ERR_CONNECT_TIMEOUT'
      ? overLimit('connect', limits, url.host)
      : unanswered(error, url.host, proxy)
  } finally {
    firstByte.stop()
  }
}

interface Carrier {
  readonly client: Dispatcher
  readonly proxy?: URL | undefined
  /** How the connection failed, if it did. */
  lost(): Error | undefined
}

/** What carries the request: a connection of its own, or the proxies of the environment. Throws `bad_config`. */
async function dispatcher(
  url: URL,
  environment: Environment,
  { connect }: Limits,
  lookup: LookupFunction | undefined,
): Promise<Carrier> {
  const named = (variable: string) => environment[variable.toLowerCase()] || environment[variable] || undefined
  const proxies = { httpProxy: named('HTTP_PROXY'), httpsProxy: named('HTTPS_PROXY'), noProxy: named('NO_PROXY') }
  // Other limits than that of the connection are our own: undici's go on while a slow reader is waited for.
  const patient = { headersTimeout: 0, bodyTimeout: 0 }
  if (proxies.httpProxy === undefined && proxies.httpsProxy === undefined) {
    const connector = buildConnector({ timeout: connect, ...(lookup ? { lookup } : {}) })
    let failure: Error | undefined
    const client = new Client(url.origin, {
      ...patient,
      connect: (options, callback) =>
        connector(options, (...[error, socket]) => {
          socket?.once('error', (broken: Error) => (failure = broken))
          if (!error) callback(null, socket)
          // A connection that was not there is refused, not reset.
          else if (options.protocol === 'https:' && codeOf(error) === 'ECONNRESET') callback(new HandshakeReset(), null)
          else callback(error, null)
        }),
    })
    return { client, lost: () => failure }
  }
  const { proxied, proxyFor } = await import('./proxy.js')
  const proxy = proxyFor(url, proxies)
  return { proxy, client: proxied(proxies, { ...patient, connect: { timeout: connect } }), lost: () => undefined }
}

/** What ends the body of a response that nobody wants to read further. */
const LEFT = new StreamError('interrupted', 'the answer was left before its end')

function brokenOff(error: unknown, host: string): StreamError {
  const [code, what] = isMalformed(error) ? NOT_HTTP : (['connection', 'the connection broke'] as const)
  return new StreamError(code, `${host}: ${what}`, { cause: error })
}

class HandshakeReset extends Error {
  readonly code = 'HANDSHAKE_RESET'
}

const ON_LINK = 'the address is one of this link, where a cloud may keep secrets'

const NOT_HTTP = ['not_sse', 'the answer is not HTTP'] as const
const isMalformed = (error: unknown) => (error as Error).name === 'HTTPParserError'

const CAUSES = new Map<string, readonly [ErrorCode, string]>([
  ['ECONNREFUSED', ['unreachable', 'connection refused']],
  ['ENOTFOUND', ['unreachable', 'no such host']],
  ['EAI_AGAIN', ['unreachable', 'the name of the host could not be looked up']],
  ['EHOSTUNREACH', ['unreachable', 'no route to the host']],
  ['ENETUNREACH', ['unreachable', 'the network is unreachable']],
  ['ELINKLOCAL', ['forbidden', ON_LINK]],
  ['CERT_HAS_EXPIRED', ['tls', 'its certificate has expired']],
  ['CERT_NOT_YET_VALID', ['tls', 'its certificate is not valid yet']],
  ['ERR_TLS_CERT_ALTNAME_INVALID', ['tls', 'its certificate is for another host']],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', ['tls', 'its certificate is self-signed']],
  ['SELF_SIGNED_CERT_IN_CHAIN', ['tls', 'its certificate comes from an authority that signed itself']],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', ['tls', 'its certificate comes from an unknown authority']],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', ['tls', 'its certificate comes from an unknown authority']],
  ['HANDSHAKE_RESET', ['tls', 'the connection was reset in the TLS handshake']],
  ['ECONNRESET', ['connection', 'the connection was reset']],
  ['UND_ERR_SOCKET', ['connection', 'the connection was closed without an answer']],
  ['UND_ERR_HEADERS_OVERFLOW', ['not_sse', 'the head of the answer is too large']],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', ['not_sse', 'the answer has another length than it says']],
])

function unanswered(error: unknown, host: string, proxy: URL | undefined): StreamError {
  const [code, what] = causeIn(error)
  const { address, hostname } = error as { address?: unknown; hostname?: unknown }
  const isProxy = proxy !== undefined && (address === proxy.hostname || hostname === proxy.hostname)
  return new StreamError(code, `${host}: ${what}${isProxy ? ` by the proxy ${proxy.host}` : ''}`, { cause: error })
}

function causeIn(error: unknown): readonly [ErrorCode, string] {
  const { message } = error as Error
  const code = codeOf(error)
  if (isMalformed(error)) return NOT_HTTP
  if (/before secure TLS connection/.test(message)) return ['tls', 'the connection was closed in the TLS handshake']
  if (/^(?:EPROTO|ERR_SSL_)/.test(code)) return ['tls', `the TLS handshake failed (${code})`]
  return CAUSES.get(code) ?? ['connection', code || 'no answer']
}

/** The code of an error, or of the first of several (one for each address that was tried). */
function codeOf(error: unknown): string {
  const { code, errors } = error as { code?: unknown; errors?: unknown[] }
  return typeof code === 'string' ? code : errors?.[0] === undefined ? '' : codeOf(errors[0])
}

/** How much of a refusal's body is read: its message stands in the beginning. */
const REFUSAL_BYTES = 64 * 1024
/** How long for its end, in milliseconds. */
const REFUSAL_PATIENCE = { idle: 5000, data: 5000 }

/** Sends a request for an event stream. Throws what the refusal comes down to where the answer is something else. */
export async function openStream(call: Call, asked: Asked, sending: Sending): Promise<Answer> {
  const answer = await send(call, sending)
  if (isEventStream(answer)) return answer
  const decoder = new TextDecoder()
  let body = ''
  try {
    for await (const bytes of answer.body(REFUSAL_PATIENCE)) {
      body += decoder.decode(bytes, { stream: true })
      if (body.length > REFUSAL_BYTES) break
    }
  } catch (error) {
    // A refusal that is cut is one all the same.
    if (!(error instanceof StreamError)) throw error
  }
  throw refusal({ ...answer, body }, asked, Date.now())
}
