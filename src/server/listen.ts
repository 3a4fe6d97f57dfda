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
  /** Called with a line for each request when it has been answered. */
  log(line: string): void
  /** The origin of web pages that may send requests (CORS). */
  readonly origin: string | undefined
}

export interface Server {
  /** The base URL for clients, `http://127.0.0.1:PORT/api/v1`. */
  readonly url: string
  /** Stops accepting requests, waits up to `timeout` milliseconds for the answers in progress, then ends the remaining ones. */
  close(timeout: number): Promise<void>
}

/** Timeouts for the head of a request and for the whole request, in milliseconds. */
const HEADERS_TIMEOUT = 10_000
const REQUEST_TIMEOUT = 60_000
/** Maximum number of connections at once. */
const MAX_CONNECTIONS = 1000

/**
 * Serves the routes on the loopback address, below `/api/v1`, `/v1` and the root. Refuses requests without a route, and those that a web
 * page must not send. Throws `port_taken` or `forbidden`.
 */
export async function serve(options: ServeOptions, port: number): Promise<Server> {
  const shutdown = new AbortController()
  const answers = new Set<Promise<void>>()
  const sockets = new Set<Socket>()
  const limits = { headersTimeout: HEADERS_TIMEOUT, requestTimeout: REQUEST_TIMEOUT, connectionsCheckingInterval: 1000 }
  const server = createServer(limits, (request, response) => {
    const done = respondAndLog(request, response, options, boundPort(), shutdown.signal)
    answers.add(done)
    void done.finally(() => answers.delete(done))
  })
  // Keep half-closed connections open: a client may end its side and still wait for the answer. An undocumented option of Node.
  Object.assign(server, { httpAllowHalfOpen: true })
  server.prependListener('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    if (sockets.size <= MAX_CONNECTIONS) return
    socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
    socket.destroySoon()
  })
  server.on('connect', (_, socket) =>
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'),
  )
  const boundPort = () => (server.address() as AddressInfo).port
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port)))
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${boundPort()}${BASE}`,
    async close(timeout) {
      server.close()
      server.closeIdleConnections()
      const timer = setTimeout(
        () => shutdown.abort(new StreamError('interrupted', 'or-serve is shutting down')),
        timeout,
      )
      await Promise.all(answers)
      clearTimeout(timer)
      server.closeAllConnections()
    },
  }
}

/** Answers a request and logs it. */
async function respondAndLog(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServeOptions,
  port: number,
  shutdown: AbortSignal,
): Promise<void> {
  const result = await respond(request, response, options, port, shutdown).catch((error: unknown) => {
    response.destroy()
    return `internal error: ${String(error)}`
  })
  options.log(`${request.method ?? ''} ${request.url ?? ''} ${result}`)
}

/** Answers a request and returns the text for the log: status, name and result. */
async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { routes, origin }: ServeOptions,
  port: number,
  shutdown: AbortSignal,
): Promise<string> {
  const head: Head = { method: request.method ?? '', url: request.url ?? '', headers: request.headers }
  const served = { port, origin }
  const { found, api, methods } = match(head, routes, guardsFor(served))
  const preflightHeaders = preflight(head, served, methods)
  if (preflightHeaders) {
    response.writeHead(204, preflightHeaders).end()
    return '204'
  }
  const disconnect = new AbortController()
  response.once('close', () => disconnect.abort(new StreamError('interrupted', 'the client disconnected')))
  onHalfClose(response, () => {
    if (!response.headersSent) response.writeProcessing()
  })
  const signal = AbortSignal.any([disconnect.signal, shutdown])
  let reply: Reply
  try {
    reply = 'status' in found ? refusalReply(found, api) : await handle(found, request, head, signal)
  } catch (error) {
    if (disconnect.signal.aborted) return 'the client disconnected'
    reply = refusalReply(refusalFor(error), api)
  }
  const headers = {
    ...reply.headers,
    ...corsHeaders(head, served),
    ...(reply.status === 400 ? { connection: 'close' } : {}),
  }
  const problem = await deliver(response, { ...reply, headers }, shutdown, (error) => {
    const message = error instanceof StreamError ? error.message : 'or-serve failed'
    return serializeError({ code: 503, message }, api?.dialect)
  })
  return [`${reply.status} ${reply.name}`, ...(problem === undefined ? [] : [problem])].join(', ')
}

/** Returns the refusal for a failure of a route: 500 for a bug or for a failure on this machine, otherwise 504 or 502 for the upstream. */
function refusalFor(error: unknown): Refusal {
  if (!(error instanceof StreamError)) return { status: 500, message: `internal error in or-serve: ${String(error)}` }
  const { code, status, message } = error
  // A failure to write a file is not a failure of the upstream.
  const isOurs = status === statusOf('no_output') || status === statusOf('write_failed')
  return { status: isOurs ? 500 : code.startsWith('timeout') ? 504 : 502, message }
}

/** Calls a route, with the body of the request if the route takes one. */
async function handle(
  route: Route,
  message: IncomingMessage,
  { url, headers }: Head,
  signal: AbortSignal,
): Promise<Reply> {
  const singleValues = Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')])
  const request = { path: url, headers: Object.fromEntries(singleValues) as Record<string, string> }
  if (route.body === 'none') {
    // An unread body pauses the socket, and a paused socket doesn't report that the client has disconnected.
    message.resume()
    return route.handle(request, signal)
  }
  const read = await readJsonBody(message)
  return 'status' in read ? refusalReply(read, route.api) : route.handle({ ...request, ...read }, signal)
}

function listenError(error: NodeJS.ErrnoException, port: number): StreamError {
  if (error.code === 'EACCES')
    return new StreamError('forbidden', `port ${port} requires superuser rights`, { cause: error })
  return new StreamError('port_taken', `port ${port} is already in use; --port 0 chooses a free one`, { cause: error })
}
