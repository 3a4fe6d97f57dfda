import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { serializeError } from '../core/answer/error-event.js'
import { StreamError } from '../core/errors/error.js'
import { statusOf } from '../core/errors/codes.js'
import { deliver } from './deliver.js'
import { refusalReply, type Refusal, type Reply } from './reply.js'
import { onHalfClose } from './half-close.js'
import { corsHeaders, guardsFor, preflight, type Head } from './guard.js'
import { readJsonBody } from './request.js'
import { BASE, match, type Route } from './router.js'

export interface ServeOptions {
  readonly routes: readonly Route[]
  /** Hears of each request, when it is done. */
  log(line: string): void
  /** The origin of web pages that may ask. */
  readonly origin: string | undefined
}

export interface Server {
  /** The base URL for clients, `http://127.0.0.1:PORT/api/v1`. */
  readonly url: string
  /** Takes no further request, waits so many milliseconds for the answers that are under way, and ends those that are left. */
  close(patience: number): Promise<void>
}

/** How long a client may take for its head, and for all of its request. */
const HEAD_TIME = 10_000
const REQUEST_TIME = 60_000
/** How many connections there may be at once. */
const CONNECTIONS = 1000

/**
 * Serves the routes on loopback, below `/api/v1`, `/v1` and the root. Refuses requests that no route answers, or that a web page must
 * not send. Throws `port_taken` or `forbidden`.
 */
export async function serve(options: ServeOptions, port: number): Promise<Server> {
  const ending = new AbortController()
  const underWay = new Set<Promise<void>>()
  const sockets = new Set<Socket>()
  const limits = { headersTimeout: HEAD_TIME, requestTimeout: REQUEST_TIME, connectionsCheckingInterval: 1000 }
  const server = createServer(limits, (request, response) => {
    const done = respondAndLog(request, response, options, taken(), ending.signal)
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
    url: `http://127.0.0.1:${taken()}${BASE}`,
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
async function respondAndLog(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServeOptions,
  port: number,
  ending: AbortSignal,
): Promise<void> {
  const said = await respond(request, response, options, port, ending).catch((error: unknown) => {
    response.destroy()
    return `a bug: ${String(error)}`
  })
  options.log(`${request.method ?? ''} ${request.url ?? ''} ${said}`)
}

/** Answers one request, and tells what was answered. */
async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { routes, origin }: ServeOptions,
  port: number,
  ending: AbortSignal,
): Promise<string> {
  const head: Head = { method: request.method ?? '', url: request.url ?? '', headers: request.headers }
  const place = { port, origin }
  const { found, api, methods } = match(head, routes, guardsFor(place))
  const asked = preflight(head, place, methods)
  if (asked) {
    response.writeHead(204, asked).end()
    return '204'
  }
  const left = new AbortController()
  response.once('close', () => left.abort(new StreamError('interrupted', 'the client left')))
  onHalfClose(response, () => {
    if (!response.headersSent) response.writeProcessing()
  })
  const either = AbortSignal.any([left.signal, ending])
  let reply: Reply
  try {
    reply = 'status' in found ? refusalReply(found, api) : await handle(found, request, head, either)
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

/** Lets a route answer a request, with its body if the route takes one. */
async function handle(
  route: Route,
  message: IncomingMessage,
  { url, headers }: Head,
  signal: AbortSignal,
): Promise<Reply> {
  const single = Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')])
  const request = { path: url, headers: Object.fromEntries(single) as Record<string, string> }
  if (route.body === 'none') {
    // An unread body pauses the socket, and a paused socket doesn't report that the client left.
    message.resume()
    return route.handle(request, signal)
  }
  const read = await readJsonBody(message)
  return 'status' in read ? refusalReply(read, route.api) : route.handle({ ...request, ...read }, signal)
}

function refused(error: NodeJS.ErrnoException, port: number): StreamError {
  if (error.code === 'EACCES')
    return new StreamError('forbidden', `port ${port} is for the superuser`, { cause: error })
  return new StreamError('port_taken', `port ${port} is taken; --port 0 takes a free one`, { cause: error })
}
