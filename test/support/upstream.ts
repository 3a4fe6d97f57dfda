import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { createServer as createRawServer, type AddressInfo, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** A request as the server received it. */
export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A server of this test on loopback; it is gone when the test has finished. */
export interface Upstream {
  /** The base URL for clients. */
  readonly url: string
  /** `127.0.0.1:PORT`, as messages call it. */
  readonly host: string
  readonly requests: readonly Received[]
  /** True when a request has come whole. */
  readonly asked: Promise<boolean>
  /** True when a client has left before its answer was whole. */
  readonly left: Promise<boolean>
}

/** How many connections a server has now, has had at once, and has had in all. */
export interface Connections {
  readonly open: number
  readonly most: number
  readonly all: number
}

/** Answers every request with what the script does. */
export async function upstream(
  script: (response: ServerResponse, request: Received) => void,
): Promise<Upstream & { readonly connections: Connections }> {
  const seen = watched()
  const connections = { open: 0, most: 0, all: 0 }
  const server = createServer(async (request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) seen.leave()
    })
    const { method = '', url: path = '', headers } = request
    const received = { method, path, headers, body: await text(request) }
    seen.receive(received)
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
  return { ...placeOf(server.address() as AddressInfo), ...seen, connections }
}

/** Where a bare server listens, and what it does with a connection before anything is asked. */
export interface RawOptions {
  readonly host?: string
  readonly connected?: (socket: Socket) => void
}

/** The same on a bare socket, for answers that are no proper HTTP. A connection may bring several requests. */
export async function rawUpstream(
  script: (socket: Socket, request: Received) => void,
  { host = '127.0.0.1', connected = () => {} }: RawOptions = {},
): Promise<Upstream & { readonly connections: Connections }> {
  const seen = watched()
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
      seen.leave()
    })
    socket.on('data', (piece: Buffer) => {
      bytes += piece.toString('latin1')
      for (let next = parsed(bytes); next; next = parsed(bytes)) {
        bytes = bytes.slice(next.length)
        seen.receive(next.request)
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
  return { ...placeOf(server.address() as AddressInfo), ...seen, connections }
}

/** Answers with a status, headers and a body that is all there. */
export function reply(status: number, body: string, headers: Record<string, string> = {}) {
  return (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
  }
}

/** Answers with an event stream that is all there. */
export function stream(body: string | Uint8Array) {
  return (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(body)
  }
}

/** The head of an event stream without a length, for bare sockets. */
export const STREAM_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n'

/** A piece of a body in the chunked coding; of no bytes none, for an empty chunk is the end. */
export function coded(body: string): string {
  return body === '' ? '' : `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`
}

function watched() {
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

function placeOf({ address, family, port }: AddressInfo) {
  const host = `${family === 'IPv6' ? `[${address}]` : address}:${port}`
  return { url: `http://${host}/api/v1`, host }
}

/** The request with which the bytes begin, if it is whole, and its length. */
function parsed(bytes: string): { request: Received; length: number } | undefined {
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
