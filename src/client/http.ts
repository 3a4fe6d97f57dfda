import type { HttpRequest } from '../core/http/request.js'
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

/** An HTTP response whose body is still coming. Leaving its iteration closes the connection. */
export interface HttpResponse {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  /** The bytes as they come. Throws `connection` where the connection broke, `timeout_idle` or `timeout_data` where it went silent. */
  body(patience?: Pick<Timeouts, 'idle' | 'data'>): AsyncGenerator<Uint8Array>
}

/** What a request depends on beside what it says. */
export interface SendOptions {
  readonly signal: AbortSignal
  readonly limits?: Timeouts | undefined
  readonly connections: Connections
  /** Hears of the responses. */
  readonly observer?: ResponseObserver | undefined
  /** Aborted when the reader has enough: the body then ends without a failure. */
  readonly enough?: AbortSignal | undefined
  /** Whether addresses of this link are closed, those of metadata services among them; whoever asks for others needs that. */
  readonly denyLinkLocal?: boolean | undefined
  /** Whether pieces that came together are given as one. */
  readonly coalesce?: boolean | undefined
}

/**
 * Sends a request and resolves with the head of the response, whatever its status. Nothing is followed, decompressed or
 * sent again. Throws `unreachable`, `tls`, `connection` or a time-out; an abort rejects with the signal's reason.
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
  const own = new AbortController()
  const either = AbortSignal.any([signal, own.signal, ...(enough ? [enough] : [])])
  const giveUp = (limit: keyof Timeouts) => own.abort(timeoutError(limit, limits, url.host))
  const firstByte = pausableTimer(limits.firstByte, () => giveUp('firstByte'))
  try {
    const response = await exchange(connection, request, either, observer)
    return {
      status: response.status,
      headers: response.headers,
      async *body({ idle, data } = limits) {
        const idleTimer = pausableTimer(idle, () => giveUp('idle'))
        const dataTimer = pausableTimer(data, () => giveUp('data'))
        const frames = blockScanner()
        let cut: unknown = ABANDONED
        let isDone = false
        try {
          for await (const bytes of response.body(coalesce)) {
            const before = frames.events()
            frames.push(bytes)
            if (frames.events() > before) dataTimer.restart()
            // Whoever reads slowly is not kept waiting.
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
          cut = either.aborted ? either.reason : brokenOff(error, url.host)
          throw cut
        } finally {
          observer?.ended(enough?.aborted ? 'enough' : cut instanceof StreamError ? cut : ABANDONED)
          idleTimer.stop()
          dataTimer.stop()
          connection.release(isDone)
        }
      },
    }
  } catch (error) {
    connection.release(false)
    either.throwIfAborted()
    throw codeOf(error) === 'UND_ERR_CONNECT_TIMEOUT'
      ? timeoutError('connect', limits, url.host)
      : unanswered(error, url.host, connection.proxy)
  } finally {
    firstByte.stop()
  }
}

/** What ends the body of a response that nobody wants to read further. */
const ABANDONED = new StreamError('interrupted', 'the answer was left before its end')

function brokenOff(error: unknown, host: string): StreamError {
  const [code, what] = isMalformed(error) ? MALFORMED : (['connection', 'the connection broke'] as const)
  return new StreamError(code, `${host}: ${what}`, { cause: error })
}

const LINK_LOCAL_DENIED = 'the address is one of this link, where a cloud may keep secrets'

const MALFORMED = ['not_sse', 'the answer is not HTTP'] as const
const isMalformed = (error: unknown) => (error as Error).name === 'HTTPParserError'

/** What failed, and what one does about it. */
type Cause = readonly [code: ErrorCode, what: string, advice?: string]

/** Helps only if Node does not know the authority: a certificate that has expired stays expired. */
const TRUST = DESCRIPTIONS.tls.advice

const CAUSES = new Map<string, Cause>([
  ['ECONNREFUSED', ['unreachable', 'connection refused']],
  ['ENOTFOUND', ['unreachable', 'no such host']],
  ['EAI_AGAIN', ['unreachable', 'the name of the host could not be looked up']],
  ['EHOSTUNREACH', ['unreachable', 'no route to the host']],
  ['ENETUNREACH', ['unreachable', 'the network is unreachable']],
  ['ELINKLOCAL', ['forbidden', LINK_LOCAL_DENIED]],
  ['CERT_HAS_EXPIRED', ['tls', 'its certificate has expired']],
  ['CERT_NOT_YET_VALID', ['tls', 'its certificate is not valid yet']],
  ['ERR_TLS_CERT_ALTNAME_INVALID', ['tls', 'its certificate is for another host']],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', ['tls', 'its certificate is self-signed', TRUST]],
  ['SELF_SIGNED_CERT_IN_CHAIN', ['tls', 'its certificate comes from an authority that signed itself', TRUST]],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', ['tls', 'its certificate comes from an unknown authority', TRUST]],
  ['UNABLE_TO_GET_ISSUER_CERT', ['tls', 'its certificate comes from an unknown authority', TRUST]],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', ['tls', 'its certificate comes from an unknown authority', TRUST]],
  ['HANDSHAKE_RESET', ['tls', 'the connection was reset in the TLS handshake']],
  ['ECONNRESET', ['connection', 'the connection was reset']],
  ['UND_ERR_SOCKET', ['connection', 'the connection was closed without an answer']],
  ['UND_ERR_HEADERS_OVERFLOW', ['not_sse', 'the head of the answer is too large']],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', ['not_sse', 'the answer has another length than it says']],
])

function unanswered(error: unknown, host: string, proxy: URL | undefined): StreamError {
  const [code, what, advice] = causeIn(error)
  const { address, hostname } = error as { address?: unknown; hostname?: unknown }
  const isProxy = proxy !== undefined && (address === proxy.hostname || hostname === proxy.hostname)
  const remedy = advice === undefined ? '' : `; ${advice}`
  const where = isProxy ? ` by the proxy ${proxy.host}` : ''
  return new StreamError(code, `${host}: ${what}${where}${remedy}`, { cause: error })
}

function causeIn(error: unknown): Cause {
  const { message } = error as Error
  const code = codeOf(error)
  if (isMalformed(error)) return MALFORMED
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
export async function openStream(call: HttpRequest, asked: Upstream, sending: SendOptions): Promise<HttpResponse> {
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
  throw errorFromResponse({ ...answer, body }, { ...asked, url: call.url }, Date.now())
}
