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

/** Answers every request with what the script does. */
export async function upstream(script: (response: ServerResponse, request: Received) => void): Promise<Upstream> {
  const seen = watched()
  const server = createServer(async (request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) seen.leave()
    })
    const { method = '', url: path = '', headers } = request
    const received = { method, path, headers, body: await text(request) }
    seen.receive(received)
    script(response, received)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { ...placeOf(server.address() as AddressInfo), ...seen }
}

/** The same on a bare socket, for answers that are no proper HTTP. */
export async function rawUpstream(script: (socket: Socket, request: Received) => void): Promise<Upstream> {
  const seen = watched()
  const sockets = new Set<Socket>()
  const server = createRawServer((socket) => {
    sockets.add(socket)
    let isAsked = false
    let bytes = ''
    socket.on('error', () => {})
    socket.on('close', () => seen.leave())
    socket.on('data', (piece: Buffer) => {
      bytes += piece.toString('latin1')
      const received = parsed(bytes)
      if (isAsked || received === undefined) return
      isAsked = true
      seen.receive(received)
      script(socket, received)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { ...placeOf(server.address() as AddressInfo), ...seen }
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

/** A piece of a body in the chunked coding. */
export function coded(body: string): string {
  return `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`
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

function placeOf({ port }: AddressInfo) {
  return { url: `http://127.0.0.1:${port}/api/v1`, host: `127.0.0.1:${port}` }
}

/** The request that stands in the bytes so far, if it is whole. */
function parsed(bytes: string): Received | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [first = '', ...lines] = bytes.slice(0, end).split('\r\n')
  const [method = '', path = ''] = first.split(' ')
  const headers: IncomingHttpHeaders = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const body = bytes.slice(end + 4)
  return body.length < Number(headers['content-length'] ?? 0) ? undefined : { method, path, headers, body }
}
