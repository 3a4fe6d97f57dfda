import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { apiServedAt, type Api } from '../core/answer/api.js'
import { serializeError } from '../core/answer/error-event.js'
import { StreamError } from '../core/errors/error.js'
import { isObject, parseJson } from '../core/json/json.js'
import { statusOf } from '../core/errors/codes.js'
import { deliver } from './deliver.js'
import { refusalReply, type Refusal, type Reply, type Request } from './reply.js'
import { onHalfClose } from './half-close.js'
import { corsHeaders, notFound, preflight, refusalOf, type Head } from './guard.js'

/** How the endpoint answers. */
export interface Service {
  /** The answer to a request; the signal is aborted when the client has left or the endpoint ends. Where it rejects the client is told so. */
  respond(request: Request, signal: AbortSignal): Promise<Reply>
  /** The APIs that are served. */
  readonly apis: readonly Api[]
  /** Hears of each request, when it is done. */
  log(line: string): void
  /** The origin of web pages that may ask. */
  readonly origin: string | undefined
}

export interface Endpoint {
  /** The base URL for clients, `http://127.0.0.1:PORT/api/v1`. */
  readonly url: string
  /** Takes no further request, waits so many milliseconds for the answers that are under way, and ends those that are left. */
  close(patience: number): Promise<void>
}

const BODY_LIMIT = 32 * 1024 * 1024
/** How long a client may take for its head, and for all of its request. */
const HEAD_TIME = 10_000
const REQUEST_TIME = 60_000
/** How many connections there may be at once. */
const CONNECTIONS = 1000

/**
 * Serves an OpenRouter-compatible endpoint on loopback. Who may not ask, or asks for something else than an answer of an API, is
 * refused here. Throws `port_taken` or `forbidden`.
 */
export async function serve(service: Service, port: number): Promise<Endpoint> {
  const ending = new AbortController()
  const underWay = new Set<Promise<void>>()
  const sockets = new Set<Socket>()
  const limits = { headersTimeout: HEAD_TIME, requestTimeout: REQUEST_TIME, connectionsCheckingInterval: 1000 }
  const server = createServer(limits, (request, response) => {
    const done = answer(request, response, service, taken(), ending.signal)
    underWay.add(done)
    void done.finally(() => underWay.delete(done))
  })
  // Who has ended its request may still want the answer; known to Node for long, but not to its documentation.
  Object.assign(server, { httpAllowHalfOpen: true })
  server.prependListener('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    if (sockets.size <= CONNECTIONS) return
    socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
    socket.destroySoon()
  })
  server.on('connect', (_, socket) =>
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'),
  )
  const taken = () => (server.address() as AddressInfo).port
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(refused(error, port)))
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${taken()}/api/v1`,
    async close(patience) {
      server.close()
      server.closeIdleConnections()
      const timer = setTimeout(
        () => ending.abort(new StreamError('interrupted', 'or-serve is shutting down')),
        patience,
      )
      await Promise.all(underWay)
      clearTimeout(timer)
      server.closeAllConnections()
    },
  }
}

/** Answers one request, and logs it. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  service: Service,
  port: number,
  ending: AbortSignal,
): Promise<void> {
  const said = await answered(request, response, service, port, ending).catch((error: unknown) => {
    response.destroy()
    return `a bug: ${String(error)}`
  })
  service.log(`${request.method ?? ''} ${request.url ?? ''} ${said}`)
}

/** Answers one request, and tells what was answered. */
async function answered(
  request: IncomingMessage,
  response: ServerResponse,
  { respond, apis, origin }: Service,
  port: number,
  ending: AbortSignal,
): Promise<string> {
  const head: Head = { method: request.method ?? '', url: request.url ?? '', headers: request.headers }
  const place = { port, origin, apis }
  const asked = preflight(head, place)
  if (asked) {
    response.writeHead(204, asked).end()
    return '204'
  }
  const api = apiServedAt(head.url, apis)
  const left = new AbortController()
  response.once('close', () => left.abort(new StreamError('interrupted', 'the client left')))
  onHalfClose(response, () => {
    if (!response.headersSent) response.writeProcessing()
  })
  const either = AbortSignal.any([left.signal, ending])
  let reply: Reply
  try {
    const read = refusalOf(head, place) ?? (api ? await requestIn(request, head, api) : notFound(apis))
    reply = 'status' in read ? refusalReply(read, api) : await respond(read, either)
  } catch (error) {
    if (left.signal.aborted) return 'the client left'
    reply = refusalReply(failed(error), api)
  }
  const headers = {
    ...reply.headers,
    ...corsHeaders(head, place),
    ...(reply.status === 400 ? { connection: 'close' } : {}),
  }
  const how = await deliver(response, { ...reply, headers }, ending, (error) => {
    const message = error instanceof StreamError ? error.message : 'or-serve failed'
    return serializeError({ code: 503, message }, api?.dialect)
  })
  return [`${reply.status} ${reply.name}`, ...(how === undefined ? [] : [how])].join(', ')
}

/** What the client is told where there is no answer: of ours a bug, else what keeps the other side from answering. */
function failed(error: unknown): Refusal {
  if (!(error instanceof StreamError)) return { status: 500, message: `this is a bug of or-serve: ${String(error)}` }
  const { code, status, message } = error
  // What fails on this machine is no failure of the other side.
  const isOurs = status === statusOf('no_output') || status === statusOf('write_failed')
  return { status: isOurs ? 500 : code.startsWith('timeout') ? 504 : 502, message }
}

/** The request, its body read, or why it is refused. */
async function requestIn(message: IncomingMessage, { url, headers }: Head, api: Api): Promise<Request | Refusal> {
  const text = await bodyOf(message)
  if (text === undefined)
    return { status: 413, message: `the body is over ${BODY_LIMIT} bytes`, headers: { connection: 'close' } }
  const body = parseJson(text)
  if (!isObject(body)) return { status: 400, message: 'the body is not a JSON object' }
  const single = Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')])
  return {
    api,
    path: url,
    headers: Object.fromEntries(single) as Record<string, string>,
    text,
    body,
    streams: body['stream'] === true,
  }
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of request as AsyncIterable<Uint8Array>) {
    text += decoder.decode(bytes, { stream: true })
    if (text.length > BODY_LIMIT) return undefined
  }
  return text + decoder.decode()
}

function refused(error: NodeJS.ErrnoException, port: number): StreamError {
  if (error.code === 'EACCES')
    return new StreamError('forbidden', `port ${port} is for the superuser`, { cause: error })
  return new StreamError('port_taken', `port ${port} is taken; --port 0 takes a free one`, { cause: error })
}
