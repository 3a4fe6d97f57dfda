import type { HttpRequest } from '../core/http/http-request.js'
import { StreamError } from '../core/errors/error.js'
import type { ErrorCode } from '../core/errors/codes.js'
import { DESCRIPTIONS } from '../core/errors/descriptions.js'
import { blockScanner } from '../core/sse/boundaries.js'
import type { Connections } from './connect.js'
import { exchange } from './exchange.js'
import { isLinkLocal } from './link-local.js'
import { pausableTimer, DEFAULT_TIMEOUTS, timeoutError, type Timeouts } from './timeouts.js'
import { isEventStream, errorFromResponse, type Upstream } from './error-response.js'
import type { ResponseObserver } from './observer.js'

/** An HTTP response whose body is still arriving. */
export interface HttpResponse {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  /**
   * Yields the bytes as they arrive. Stopping the iteration closes the connection. Throws `connection` if the connection breaks, `not_sse`
   * if the response is not HTTP, `timeout_idle` or `timeout_data` if nothing arrives in time.
   */
  body(timeouts?: Pick<Timeouts, 'idle' | 'data'>): AsyncGenerator<Uint8Array>
}

/** Options of `send`. */
export interface SendOptions {
  readonly signal: AbortSignal
  readonly limits?: Timeouts | undefined
  readonly connections: Connections
  /** Receives every response as it arrives. */
  readonly observer?: ResponseObserver | undefined
  /** Abort it if the reader needs no more: the body then ends without a failure. */
  readonly enough?: AbortSignal | undefined
  /** True to refuse link-local addresses, such as metadata services. Needed if the request comes from somebody else (SSRF). */
  readonly denyLinkLocal?: boolean | undefined
  /** True to join chunks that arrived together. */
  readonly coalesce?: boolean | undefined
}

/**
 * Sends a request and resolves with the head of the response, whatever its status. Does not follow redirects, decompress or retry.
 * Throws `unreachable`, `tls`, `connection`, `not_sse`, `forbidden`, `bad_config` or a timeout. An abort rejects with the signal's reason.
 */
export async function send(
  request: HttpRequest,
  {
    connections,
    signal,
    limits = DEFAULT_TIMEOUTS,
    observer,
    enough,
    denyLinkLocal = false,
    coalesce = false,
  }: SendOptions,
): Promise<HttpResponse> {
  const { url } = request
  if (denyLinkLocal && isLinkLocal(url.hostname))
    throw new StreamError('forbidden', `${url.host}: ${LINK_LOCAL_DENIED}`)
  const connection = await connections.connect(url, { connectTimeout: limits.connect, denyLinkLocal })
  const timedOut = new AbortController()
  const stopped = AbortSignal.any([signal, timedOut.signal, ...(enough ? [enough] : [])])
  const giveUp = (limit: keyof Timeouts) => timedOut.abort(timeoutError(limit, limits, url.host))
  const firstByte = pausableTimer(limits.firstByte, () => giveUp('firstByte'))
  try {
    const response = await exchange(connection, request, stopped, observer)
    return {
      status: response.status,
      headers: response.headers,
      async *body({ idle, data } = limits) {
        const idleTimer = pausableTimer(idle, () => giveUp('idle'))
        const dataTimer = pausableTimer(data, () => giveUp('data'))
        const frames = blockScanner()
        let reason: unknown = ABANDONED
        let isDone = false
        try {
          for await (const bytes of response.body(coalesce)) {
            const before = frames.events()
            frames.push(bytes)
            if (frames.events() > before) dataTimer.restart()
            // The time that the reader takes does not count.
            idleTimer.pause()
            dataTimer.pause()
            yield bytes
            if (enough?.aborted) return
            idleTimer.restart()
            idleTimer.resume()
            dataTimer.resume()
          }
          isDone = true
        } catch (error) {
          if (enough?.aborted) return
          reason = stopped.aborted ? stopped.reason : bodyError(error, url.host)
          throw reason
        } finally {
          observer?.ended(enough?.aborted ? 'enough' : reason instanceof StreamError ? reason : ABANDONED)
          idleTimer.stop()
          dataTimer.stop()
          connection.release(isDone)
        }
      },
    }
  } catch (error) {
    connection.release(false)
    stopped.throwIfAborted()
    throw codeOf(error) === 'UND_ERR_CONNECT_TIMEOUT'
      ? timeoutError('connect', limits, url.host)
      : connectError(error, url.host, connection.proxy)
  } finally {
    firstByte.stop()
  }
}

/** Reported to the observer if the reader stops before the end of the body. */
const ABANDONED = new StreamError('interrupted', 'the reader stopped before the end of the answer')

function bodyError(error: unknown, host: string): StreamError {
  const [code, detail] = isMalformed(error) ? MALFORMED : (['connection', 'the connection broke'] as const)
  return new StreamError(code, `${host}: ${detail}`, { cause: error })
}

const LINK_LOCAL_DENIED = 'link-local addresses are not allowed, because they lead to the metadata service of a cloud'

const MALFORMED = ['not_sse', 'the response is not HTTP'] as const
const isMalformed = (error: unknown) => (error as Error).name === 'HTTPParserError'

/** The cause of a failed request, and what to do about it. */
type Cause = readonly [code: ErrorCode, detail: string, advice?: string]

/** Only for an unknown authority: trusting one does not help with an expired certificate. */
const TRUST = DESCRIPTIONS.tls.advice

const CAUSES = new Map<string, Cause>([
  ['ECONNREFUSED', ['unreachable', 'connection refused']],
  ['ENOTFOUND', ['unreachable', 'no such host']],
  ['EAI_AGAIN', ['unreachable', 'DNS lookup failed (temporary failure)']],
  ['EHOSTUNREACH', ['unreachable', 'no route to the host']],
  ['ENETUNREACH', ['unreachable', 'the network is unreachable']],
  ['ELINKLOCAL', ['forbidden', LINK_LOCAL_DENIED]],
  ['CERT_HAS_EXPIRED', ['tls', 'the certificate has expired']],
  ['CERT_NOT_YET_VALID', ['tls', 'the certificate is not valid yet']],
  ['ERR_TLS_CERT_ALTNAME_INVALID', ['tls', 'the certificate is for another host']],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', ['tls', 'the certificate is self-signed', TRUST]],
  ['SELF_SIGNED_CERT_IN_CHAIN', ['tls', 'the certificate chain ends in a self-signed certificate', TRUST]],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', ['tls', 'the certificate was issued by an unknown authority', TRUST]],
  ['UNABLE_TO_GET_ISSUER_CERT', ['tls', 'the certificate was issued by an unknown authority', TRUST]],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', ['tls', 'the certificate was issued by an unknown authority', TRUST]],
  ['HANDSHAKE_RESET', ['tls', 'the connection was reset in the TLS handshake']],
  ['ECONNRESET', ['connection', 'the connection was reset']],
  ['UND_ERR_SOCKET', ['connection', 'the connection was closed without a response']],
  ['UND_ERR_HEADERS_OVERFLOW', ['not_sse', 'the response headers are too large']],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', ['not_sse', 'the response length differs from its Content-Length header']],
])

function connectError(error: unknown, host: string, proxy: URL | undefined): StreamError {
  const [code, detail, advice] = causeOf(error)
  const { address, hostname } = error as { address?: unknown; hostname?: unknown }
  const isProxy = proxy !== undefined && (address === proxy.hostname || hostname === proxy.hostname)
  const remedy = advice === undefined ? '' : `; ${advice}`
  const suffix = isProxy ? ` by the proxy ${proxy.host}` : ''
  return new StreamError(code, `${host}: ${detail}${suffix}${remedy}`, { cause: error })
}

function causeOf(error: unknown): Cause {
  const { message } = error as Error
  const code = codeOf(error)
  if (isMalformed(error)) return MALFORMED
  if (/before secure TLS connection/.test(message)) return ['tls', 'the connection was closed in the TLS handshake']
  if (/^(?:EPROTO|ERR_SSL_)/.test(code)) return ['tls', `the TLS handshake failed (${code})`]
  return CAUSES.get(code) ?? ['connection', code || 'no response']
}

/** Returns the code of an error, or of the first of its `errors` (one for each address that was tried); otherwise the empty string. */
function codeOf(error: unknown): string {
  const { code, errors } = error as { code?: unknown; errors?: unknown[] }
  return typeof code === 'string' ? code : errors?.[0] === undefined ? '' : codeOf(errors[0])
}

/** Maximum number of UTF-16 code units of an error response that are read: its message is at the start. */
const MAX_ERROR_LENGTH = 64 * 1024
/** Timeouts for the body of an error response, in milliseconds. */
const ERROR_TIMEOUTS = { idle: 5000, data: 5000 }

/** Sends a request and resolves with its event stream. Throws `errorFromResponse` if the response is anything else. */
export async function openStream(call: HttpRequest, upstream: Upstream, options: SendOptions): Promise<HttpResponse> {
  const response = await send(call, options)
  if (isEventStream(response)) return response
  const decoder = new TextDecoder()
  let body = ''
  try {
    for await (const bytes of response.body(ERROR_TIMEOUTS)) {
      body += decoder.decode(bytes, { stream: true })
      if (body.length > MAX_ERROR_LENGTH) break
    }
  } catch (error) {
    // An error response that is cut off is still an error response.
    if (!(error instanceof StreamError)) throw error
  }
  throw errorFromResponse({ ...response, body }, { ...upstream, url: call.url }, Date.now())
}
