import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { createServer as createRawServer, type AddressInfo, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** A request as received by the server. */
export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A server on the loopback interface. It is closed at the end of the test. */
export interface Upstream {
  /** Base URL for clients. */
  readonly url: string
  /** `127.0.0.1:PORT`, as in messages. */
  readonly host: string
  readonly requests: readonly Received[]
  /** Resolves when a complete request has been received. */
  readonly asked: Promise<boolean>
  /** Resolves when a client has disconnected before the end of its response. */
  readonly left: Promise<boolean>
}

/** Number of connections to a server: current, peak and total. */
export interface Connections {
  readonly open: number
  readonly most: number
  readonly all: number
}

/** Starts a server that answers every request with `script`. */
export async function upstream(
  script: (response: ServerResponse, request: Received) => void,
): Promise<Upstream & { readonly connections: Connections }> {
  const log = requestLog()
  const connections = { open: 0, most: 0, all: 0 }
  const server = createServer(async (request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) log.leave()
    })
    const { method = '', url: path = '', headers } = request
    const received = { method, path, headers, body: await text(request) }
    log.receive(received)
    script(response, received)
  })
  server.on('connection', (socket) => {
    connections.all++
    connections.most = Math.max(connections.most, ++connections.open)
    socket.on('close', () => connections.open--)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { ...addressOf(server.address() as AddressInfo), ...log, connections }
}

/** Host of a raw server, and a callback for each new connection. */
export interface RawOptions {
  readonly host?: string
  readonly connected?: (socket: Socket) => void
}

/** Like `upstream`, on a raw socket, for responses that are not valid HTTP. A connection may carry several requests. */
export async function rawUpstream(
  script: (socket: Socket, request: Received) => void,
  { host = '127.0.0.1', connected = () => {} }: RawOptions = {},
): Promise<Upstream & { readonly connections: Connections }> {
  const log = requestLog()
  const connections = { open: 0, most: 0, all: 0 }
  const sockets = new Set<Socket>()
  const server = createRawServer((socket) => {
    sockets.add(socket)
    connections.all++
    connections.most = Math.max(connections.most, ++connections.open)
    let bytes = ''
    socket.on('error', () => {})
    socket.on('close', () => {
      connections.open--
      log.leave()
    })
    socket.on('data', (piece: Buffer) => {
      bytes += piece.toString('latin1')
      for (let next = parseRequest(bytes); next; next = parseRequest(bytes)) {
        bytes = bytes.slice(next.length)
        log.receive(next.request)
        script(socket, next.request)
      }
    })
    connected(socket)
  })
  server.listen(0, host)
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { ...addressOf(server.address() as AddressInfo), ...log, connections }
}

/** Returns a script that sends a complete response. */
export function reply(status: number, body: string, headers: Record<string, string> = {}) {
  return (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
  }
}

/** Returns a script that sends a complete event stream. */
export function stream(body: string | Uint8Array) {
  return (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(body)
  }
}

/** Head of an event stream, without framing headers, for raw sockets. */
export const STREAM_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n'

/** Encodes a piece of a body as a chunk of the chunked coding. Empty input is skipped, because an empty chunk ends the body. */
export function coded(body: string): string {
  return body === '' ? '' : `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`
}

function requestLog() {
  const requests: Received[] = []
  const happened = new EventEmitter()
  return {
    requests,
    asked: once(happened, 'asked').then(() => true),
    left: once(happened, 'left').then(() => true),
    receive(request: Received) {
      requests.push(request)
      happened.emit('asked')
    },
    leave: () => void happened.emit('left'),
  }
}

function addressOf({ address, family, port }: AddressInfo) {
  const host = `${family === 'IPv6' ? `[${address}]` : address}:${port}`
  return { url: `http://${host}/api/v1`, host }
}

/** Returns the request at the start of the bytes and its length, or undefined if it is incomplete. */
function parseRequest(bytes: string): { request: Received; length: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [first = '', ...lines] = bytes.slice(0, end).split('\r\n')
  const [method = '', path = ''] = first.split(' ')
  const headers: IncomingHttpHeaders = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const length = end + 4 + Number(headers['content-length'] ?? 0)
  return bytes.length < length
    ? undefined
    : { request: { method, path, headers, body: bytes.slice(end + 4, length) }, length }
}
