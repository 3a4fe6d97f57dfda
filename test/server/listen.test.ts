import { EventEmitter, once } from 'node:events'
import { request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { StreamError } from '../../src/core/errors/error.js'
import { serve, type Server } from '../../src/server/listen.js'
import { APIS } from '../../src/request/apis/index.js'
import type { Reply } from '../../src/server/reply.js'
import { Reset } from '../../src/server/reply-faults.js'
import type { Request } from '../../src/server/request.js'
import type { Route } from '../../src/server/router.js'
import { apiRoutes } from '../../src/server/routes/apis.js'
import { utf8Bytes } from '../support/feed.js'
import { sized } from '../support/size.js'

async function* of(...pieces: readonly (string | Uint8Array)[]) {
  yield* pieces
}

const STREAM = { 'content-type': 'text/event-stream' }
const reply = (...pieces: readonly (string | Uint8Array)[]): Reply => ({
  name: 'a.sse',
  status: 200,
  headers: STREAM,
  body: of(...pieces),
})

/** Returns the error event with which the server ends an answer of the chat API. */
const lastEvent = (message: string) =>
  `data: {"object":"chat.completion.chunk","error":{"code":503,"message":"${message}"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}\n\n`

interface Serving extends Server {
  readonly log: readonly string[]
}

/** Serves all APIs, each answered by `respond`, and other routes. */
async function serving(
  respond: Parameters<typeof apiRoutes>[1],
  { origin, routes = [] }: { readonly origin?: string; readonly routes?: readonly Route[] } = {},
): Promise<Serving> {
  const log: string[] = []
  const all = [...apiRoutes(APIS, respond), ...routes]
  const endpoint = await serve({ routes: all, log: (line) => log.push(line), origin }, 0)
  onTestFinished(() => endpoint.close(0))
  return { ...endpoint, log }
}

interface Asking {
  readonly path?: string
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
}

const CHAT = '/api/v1/chat/completions'

/** Sends a request and resolves with the head of its response. */
async function ask(
  { url }: Server,
  { path = CHAT, method = 'POST', headers = {}, body = '{"stream":true}' }: Asking = {},
) {
  const asking = request({
    port: new URL(url).port,
    host: '127.0.0.1',
    path,
    method,
    agent: false,
    headers: { 'content-type': 'application/json', ...headers },
  })
  // If the request is refused before its body is sent, the request fails after the response.
  asking.on('error', () => {})
  asking.end(method === 'POST' ? body : undefined)
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  return response
}

async function answered(endpoint: Server, asking?: Asking) {
  const response = await ask(endpoint, asking)
  return { status: response.statusCode, type: response.headers['content-type'], body: await text(response) }
}

/** Sends bytes that may not be a valid request. Returns the response as text. */
async function raw({ url }: Server, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.end(bytes)
  return text(socket).catch(() => '')
}

test('the head is sent at once, and each piece as one chunk, byte for byte', async () => {
  const pieces = [Buffer.from([0x3a, 0xff, 0x0d, 0x0d]), utf8Bytes('data: x\r\n\r\n'), utf8Bytes('data: half')]
  const endpoint = await serving(async () => ({
    ...reply(...pieces),
    headers: { ...STREAM, 'x-generation-id': 'gen-1' },
  }))
  const { port } = new URL(endpoint.url)
  const head = `POST ${CHAT} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: 15\r\n\r\n{"stream":true}`
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(head)
  const received: Buffer[] = []
  for await (const bytes of socket as AsyncIterable<Buffer>) {
    received.push(bytes)
    if (bytes.includes('\r\n0\r\n\r\n')) break
  }
  const [top = '', ...body] = Buffer.concat(received).toString('latin1').split('\r\n\r\n')
  expect(top).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-type: text\/event-stream\r\nx-generation-id: gen-1\r\n/)
  expect(body.join('\r\n\r\n')).toBe('4\r\n:\xff\r\r\r\nb\r\ndata: x\r\n\r\n\r\na\r\ndata: half\r\n0\r\n\r\n')
})

test('a route gets the API, path, headers and body of the request', async () => {
  const endpoint = await serving(async ({ api, path, headers, text: sent, body }) =>
    reply(JSON.stringify({ api: api.name, path, sent, body, note: headers['x-note'] })),
  )
  const body = '{"stream":true, "n": 1.0}'
  const { body: received } = await answered(endpoint, { path: '/v1/messages?beta=1', headers: { 'x-note': 'b' }, body })
  expect(JSON.parse(received)).toEqual({
    api: 'messages',
    path: '/v1/messages?beta=1',
    sent: body,
    body: { stream: true, n: 1 },
    note: 'b',
  })
  expect(endpoint.log).toEqual(['POST /v1/messages?beta=1 200 a.sse'])
})

describe('every API at its path below a base', () => {
  test.each([
    ['/api/v1/chat/completions', 'chat'],
    ['/v1/completions', 'completions'],
    ['/responses', 'responses'],
    ['/api/v1/messages', 'messages'],
  ])('%s', async (path, api) => {
    const endpoint = await serving(async ({ api: found }) => reply(found.name))
    expect((await answered(endpoint, { path })).body).toBe(api)
  })
})

/** A route for GET. `onRequest` gets each request that it answers. */
function statusRoute(onRequest: (request: Request) => void = () => {}): Route {
  return {
    method: 'GET',
    path: '/status',
    body: 'none',
    async handle(one) {
      onRequest(one)
      return { name: 'status', status: 200, headers: { 'content-type': 'text/plain' }, body: of('fine') }
    },
  }
}

describe('a GET route', () => {
  test('is answered', async () => {
    const requests: Request[] = []
    const endpoint = await serving(async () => reply('never'), { routes: [statusRoute((one) => requests.push(one))] })
    const asking = { method: 'GET', path: '/api/v1/status?since=1', headers: { 'x-note': 'b' } }
    expect(await answered(endpoint, asking)).toEqual({ status: 200, type: 'text/plain', body: 'fine' })
    const { host } = new URL(endpoint.url)
    expect(requests).toEqual([
      {
        path: '/api/v1/status?since=1',
        headers: { host, connection: 'close', 'content-type': 'application/json', 'x-note': 'b' },
      },
    ])
    expect(endpoint.log).toEqual(['GET /api/v1/status?since=1 200 status'])
  })

  test.each([
    ['with a length', (body: string) => `content-length: ${body.length}\r\n\r\n${body}`],
    [
      'in chunks',
      (body: string) => `transfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    ],
  ])('discards a body %s, so that the next request is read after it', async (_, framed) => {
    const endpoint = await serving(async () => reply('never'), { routes: [statusRoute()] })
    const { host } = new URL(endpoint.url)
    const first = `GET /status?1 HTTP/1.1\r\nhost: ${host}\r\n`
    const next = `GET /status?2 HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`
    const received = await raw(
      endpoint,
      `${first}${framed(`GET /status?inside HTTP/1.1\r\nhost: ${host}\r\n\r\n`)}${next}`,
    )
    expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200'])
    expect(endpoint.log).toEqual(['GET /status?1 200 status', 'GET /status?2 200 status'])
  })

  test('sees that a client which sent a body disconnects', async () => {
    const happened = new EventEmitter()
    const [started, gone] = [once(happened, 'started'), once(happened, 'gone')]
    const waits: Route = {
      method: 'GET',
      path: '/events',
      body: 'none',
      async handle(_, signal) {
        signal.addEventListener('abort', () => happened.emit('gone', signal.reason))
        happened.emit('started')
        return { ...reply(), body: waiting(signal) }
      },
    }
    const endpoint = await serving(async () => reply('never'), { routes: [waits] })
    const { host, port } = new URL(endpoint.url)
    const socket = connect(Number(port), '127.0.0.1')
    const body = 'x'.repeat(1024 * 1024)
    socket.write(`GET /events HTTP/1.1\r\nhost: ${host}\r\ncontent-length: ${body.length + 1}\r\n\r\n${body}`)
    await started
    await once(socket, 'data')
    socket.destroy()
    expect(await gone).toMatchObject([{ message: 'the client disconnected' }])
    await expect.poll(() => endpoint.log).toEqual(['GET /events 200 a.sse, the client disconnected'])
  })

  test('reports a failure without an API in the common form', async () => {
    const fails: Route = {
      method: 'GET',
      path: '/status',
      body: 'none',
      handle: () => Promise.reject(new StreamError('no_output', 'a: Permission denied')),
    }
    const endpoint = await serving(async () => reply('never'), { routes: [fails] })
    expect(await answered(endpoint, { method: 'GET', path: '/status' })).toEqual({
      status: 500,
      type: 'application/json',
      body: '{"error":{"code":500,"message":"a: Permission denied"}}',
    })
  })
})

test('a method that the path does not take is refused with Allow, in the form of its API', async () => {
  const endpoint = await serving(async () => reply('never'))
  const response = await ask(endpoint, { path: '/v1/messages', method: 'PUT' })
  expect([response.statusCode, response.headers['allow'], JSON.parse(await text(response))]).toEqual([
    405,
    'POST',
    { type: 'error', error: { type: 'invalid_request_error', message: 'method not allowed; use POST' } },
  ])
})

test.each<[string, Asking, number, RegExp]>([
  [
    'an unknown path',
    { path: '/api/v1/models' },
    404,
    /^no such path; available below \/api\/v1: POST \/chat\/completions, POST \/completions, POST \/responses, POST \/messages$/,
  ],
  ['another method', { method: 'GET' }, 405, /^method not allowed; use POST$/],
  ['a body that is not JSON', { body: 'x' }, 400, /^the body is not a JSON object$/],
  ['a body that is not an object', { body: '[]' }, 400, /^the body is not a JSON object$/],
  ['a body that is too large', { body: ' '.repeat(33 * 1024 * 1024) }, 413, /^the body is larger than 33554432 bytes$/],
])('a refusal has the form of the API: %s', async (_, asking, status, message) => {
  const endpoint = await serving(async () => reply('never'))
  const { body, ...rest } = await answered(endpoint, asking)
  expect({ ...rest, body: JSON.parse(body) as unknown }).toEqual({
    status,
    type: 'application/json',
    body: { error: { code: status, message: expect.stringMatching(message) as string } },
  })
})

test('the Messages API has another form of errors', async () => {
  const endpoint = await serving(async () => reply('never'))
  const { body } = await answered(endpoint, { path: '/v1/messages', body: '[]' })
  expect(JSON.parse(body)).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } })
})

test.each([
  ['by a bug', new Error('x'), 500, 'internal error in or-serve: Error: x'],
  ['of the upstream', new StreamError('unreachable', 'host: connection refused'), 502, 'host: connection refused'],
  ['by a timeout', new StreamError('timeout_first_byte', 'host: no answer'), 504, 'host: no answer'],
  ['of the disk', new StreamError('no_output', 'a: Permission denied'), 500, 'a: Permission denied'],
])('a failure %s before the answer is reported with its status', async (_, error, status, message) => {
  const endpoint = await serving(() => Promise.reject(error))
  expect(await answered(endpoint)).toEqual({
    status,
    type: 'application/json',
    body: JSON.stringify({ error: { code: status, message } }),
  })
  expect(endpoint.log).toEqual([`POST ${CHAT} ${status} ${message}`])
})

test('a body that throws is cut', async () => {
  const endpoint = await serving(async () => ({ ...reply(), body: broken() }))
  const response = await ask(endpoint)
  await expect(text(response)).rejects.toThrow('aborted')
  await expect.poll(() => endpoint.log).toEqual([`POST ${CHAT} 200 a.sse, cut: it broke`])
})

test('a body that throws Reset resets the connection', async () => {
  const endpoint = await serving(async () => ({ ...reply(), body: reset() }))
  const response = await ask(endpoint)
  await expect(text(response)).rejects.toMatchObject({ code: 'ECONNRESET' })
  await expect.poll(() => endpoint.log).toEqual([`POST ${CHAT} 200 a.sse, cut: injected reset`])
})

describe('R115 · a bug in one answer · that one ends with an error event, is cut and logged; the others go on · -', () => {
  test('in the body', async () => {
    const endpoint = await serving(async ({ body }) => ({ ...reply(), body: body === undefined ? of() : faulty() }))
    const response = await ask(endpoint)
    const received: Buffer[] = []
    await expect(
      (async () => {
        for await (const bytes of response as AsyncIterable<Buffer>) received.push(bytes)
      })(),
    ).rejects.toThrow('aborted')
    expect(Buffer.concat(received).toString()).toBe(`data: 1\n\n${lastEvent('or-serve failed')}`)
    await expect.poll(() => endpoint.log).toEqual([`POST ${CHAT} 200 a.sse, internal error: Error: oh`])
  })

  test('in the head', async () => {
    const endpoint = await serving(async () => ({ ...reply('x'), headers: { 'x-bad': '\n' } }))
    await expect(ask(endpoint)).rejects.toThrow('socket hang up')
    expect(endpoint.log).toEqual([expect.stringContaining('internal error: TypeError')])
    await expect(ask(endpoint, { body: '[]' })).resolves.toMatchObject({ statusCode: 400 })
  })
})

test('a client that disconnects ends only its own answer', async () => {
  const happened = new EventEmitter()
  const gone = once(happened, 'gone')
  const endpoint = await serving(async ({ body }, signal) => {
    if ((body as { wait?: boolean }).wait) signal.addEventListener('abort', () => happened.emit('gone', signal.reason))
    return { ...reply(), body: (body as { wait?: boolean }).wait ? waiting(signal) : of('data: b\n\n') }
  })
  const response = await ask(endpoint, { body: '{"stream":true,"wait":true}' })
  response.destroy()
  expect(await gone).toMatchObject([{ message: 'the client disconnected' }])
  await expect.poll(() => endpoint.log).toEqual([`POST ${CHAT} 200 a.sse, the client disconnected`])
  expect(await answered(endpoint)).toMatchObject({ status: 200, body: 'data: b\n\n' })
})

test('a client that disconnects before its answer is written is logged as such', async () => {
  const endpoint = await serving(async () => {
    client.destroy()
    return reply('data: 1\n\n')
  })
  const { host, port } = new URL(endpoint.url)
  const client = connect(Number(port), '127.0.0.1')
  const head = `POST ${CHAT} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n`
  client.write(`${head}content-length: 15\r\n\r\n{"stream":true}`)
  await expect.poll(() => endpoint.log).toEqual([`POST ${CHAT} 200 a.sse, the client disconnected`])
})

/** A body that only ends with its signal. */
async function* waiting(signal: AbortSignal) {
  yield 'data: 1\n\n'
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  signal.throwIfAborted()
}

describe('R105 · clients that read slowly · each is waited for, and no more is taken from its answer · -', () => {
  test('no more of a body is read than the client takes', async () => {
    let count = 0
    const endpoint = await serving(async () => ({ ...reply(), body: endless() }))
    const responses = await Promise.all(
      Array.from({ length: sized({ small: 5, ci: 50, long: 50 }) }, () => ask(endpoint)),
    )
    // Wait until the system's buffers are full.
    let before = -1
    await expect.poll(() => [count === before, (before = count)][0], { interval: 200 }).toBe(true)
    expect(count / responses.length).toBeLessThan(100)
    for (const response of responses) response.destroy()

    async function* endless() {
      for (;;) {
        count++
        yield Buffer.alloc(100_000, ':')
      }
    }
  })
})

describe('R113 · the end while answers are under way · no new ones, so much time for the others, then an error event and a cut · 143', () => {
  test.each<[string, string, string]>([
    ['between two events', 'data: 1\n\n', `data: 1\n\n${lastEvent('or-serve is shutting down')}`],
    ['inside an event', 'data: 1', 'data: 1'],
  ])('%s', async (_, piece, received) => {
    const endpoint = await serving(async (__, signal) => ({ ...reply(), body: stopped(piece, signal) }))
    const response = await ask(endpoint)
    const pieces: Buffer[] = []
    const cut = (async () => {
      for await (const bytes of response as AsyncIterable<Buffer>) pieces.push(bytes)
    })()
    await expect.poll(() => pieces.length).toBe(1)
    await Promise.all([expect(cut).rejects.toThrow('aborted'), endpoint.close(10)])
    expect(Buffer.concat(pieces).toString()).toBe(received)
    expect(endpoint.log).toEqual([`POST ${CHAT} 200 a.sse, ended by the shutdown`])
    await expect(ask(endpoint)).rejects.toThrow('ECONNREFUSED')
  })

  test('an answer that ends in that time is complete', async () => {
    const happened = new EventEmitter()
    const more = once(happened, 'more')
    const endpoint = await serving(async () => ({ ...reply(), body: patient() }))
    const response = await ask(endpoint)
    const closed = endpoint.close(60_000)
    happened.emit('more')
    expect(await text(response)).toBe('data: 1\n\ndata: 2\n\n')
    await closed

    async function* patient() {
      yield 'data: 1\n\n'
      await more
      yield 'data: 2\n\n'
    }
  })
})

describe('R107 · smuggled and malformed requests · refused, and the connection closed; nothing of them is answered or passed on · -', () => {
  const POST = `POST ${CHAT} HTTP/1.1\r\n`
  const BODY = '\r\n\r\n{"stream":true}'
  test.each([
    [
      'a length and chunks',
      `${POST}host: HOST\r\ncontent-type: application/json\r\ncontent-length: 15\r\ntransfer-encoding: chunked${BODY}`,
      400,
    ],
    ['two lengths', `${POST}host: HOST\r\ncontent-length: 15\r\ncontent-length: 16${BODY}`, 400],
    ['an invalid length', `${POST}host: HOST\r\ncontent-length: +15${BODY}`, 400],
    ['an unknown coding', `${POST}host: HOST\r\ntransfer-encoding: xchunked${BODY}`, 400],
    ['a folded header', `${POST}host: HOST\r\nx-a: 1\r\n 2\r\ncontent-length: 15${BODY}`, 400],
    ['lines that end in LF alone', `${POST}host: HOST\ncontent-length: 15${BODY}`, 400],
    ['a header without a name', `${POST}host: HOST\r\n: x${BODY}`, 400],
    ['a space before the colon', `${POST}host: HOST\r\ncontent-length : 15${BODY}`, 400],
    ['NUL in a header', `${POST}host: HOST\r\nx-a: \0${BODY}`, 400],
    [
      'an absolute URI',
      `POST http://evil.example${CHAT} HTTP/1.1\r\nhost: HOST\r\ncontent-type: application/json\r\ncontent-length: 15${BODY}`,
      400,
    ],
    ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nhost: HOST\r\n\r\n', 400],
    [
      'an upgrade',
      `${POST}host: HOST\r\nconnection: upgrade\r\nupgrade: websocket\r\ncontent-type: application/json\r\ncontent-length: 15${BODY}`,
      400,
    ],
    ['a head without an end', `${POST}host: HOST\r\nx-a: ${'a'.repeat(20_000)}${BODY}`, 431],
    ['bytes that are not HTTP', '\x16\x03\x01\x02\x00\x01\x00', 400],
  ])('%s', async (_, bytes, status) => {
    let requests = 0
    const endpoint = await serving(async () => reply(`${requests++}`))
    const received = await raw(endpoint, bytes.replace('HOST', new URL(endpoint.url).host))
    expect({
      line: received.split('\r\n')[0],
      closes: /connection: close/i.test(received),
      answers: received.split('HTTP/1.1 ').length - 1,
      requests,
    }).toEqual({
      line: expect.stringMatching(new RegExp(`^HTTP/1\\.1 ${status} `)) as string,
      closes: true,
      answers: 1,
      requests: 0,
    })
  })
})

describe('R108 · a web page that asks this machine, a name that was turned on it · 403 or 415, and no header that would let the page read; only the origin of --cors may · -', () => {
  const page = 'https://app.example'
  test.each<[string, OutgoingHttpHeaders, number]>([
    ['our own address', {}, 200],
    ['by the name localhost', { host: 'localhost:PORT' }, 200],
    ['IPv6', { host: '[::1]:PORT' }, 200],
    ['a rebound host name', { host: 'evil.example' }, 403],
    ['a rebound host name with our port', { host: 'evil.example:PORT' }, 403],
    ['a name that begins like ours', { host: 'localhost.evil.example:PORT' }, 403],
    ['another port', { host: '127.0.0.1:1' }, 403],
    ['all addresses', { host: '0.0.0.0:PORT' }, 403],
    ['a page', { origin: 'https://evil.example' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['a page of another port here', { origin: 'http://127.0.0.1:1' }, 403],
    ['a page of our own', { origin: 'http://127.0.0.1:PORT' }, 200],
    ['text/plain, which a form can send', { 'content-type': 'text/plain' }, 415],
    ['urlencoded, which a form can send', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a type with a parameter', { 'content-type': 'application/json; charset=utf-8' }, 200],
  ])('%s', async (_, headers, status) => {
    const endpoint = await serving(async () => reply('x'))
    const { port } = new URL(endpoint.url)
    const ours = Object.entries(headers).map(([name, value]) => [name, String(value).replace('PORT', port)])
    const response = await ask(endpoint, { headers: Object.fromEntries(ours) as OutgoingHttpHeaders })
    const allowed = Object.keys(response.headers).filter((name) => name.startsWith('access-control'))
    expect([response.statusCode, allowed]).toEqual([status, []])
  })

  test('a page of the allowed origin', async () => {
    const endpoint = await serving(async () => reply('x'), { origin: page, routes: [statusRoute()] })
    const response = await ask(endpoint, { headers: { origin: page } })
    expect([response.statusCode, response.headers['access-control-allow-origin'], await text(response)]).toEqual([
      200,
      page,
      'x',
    ])
    const before = await ask(endpoint, {
      method: 'OPTIONS',
      headers: { origin: page, 'access-control-request-headers': 'authorization' },
    })
    expect([before.statusCode, before.headers]).toMatchObject([
      204,
      {
        'access-control-allow-origin': page,
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'authorization',
      },
    ])
    const other = await ask(endpoint, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } })
    expect([other.statusCode, other.headers['access-control-allow-origin']]).toEqual([403, undefined])
    const read = await ask(endpoint, { method: 'GET', path: '/v1/status', headers: { origin: page } })
    expect([read.statusCode, read.headers['access-control-allow-origin']]).toEqual([200, page])
  })

  test.each([
    [CHAT, 'POST'],
    ['/v1/status', 'GET, POST'],
    ['/v1/nowhere', ''],
  ])('a preflight of %s names the methods of that path', async (path, methods) => {
    const also: Route = { method: 'POST', path: '/status', body: 'none', handle: async () => reply('x') }
    const endpoint = await serving(async () => reply('x'), { origin: page, routes: [statusRoute(), also] })
    const { statusCode, headers } = await ask(endpoint, { method: 'OPTIONS', path, headers: { origin: page } })
    expect([statusCode, headers['access-control-allow-methods']]).toEqual([204, methods])
  })

  test('a page can read why its path is unknown', async () => {
    const endpoint = await serving(async () => reply('x'), { origin: page })
    const { statusCode, headers } = await ask(endpoint, { path: '/v1/nowhere', headers: { origin: page } })
    expect([statusCode, headers['access-control-allow-origin']]).toEqual([404, page])
  })

  test.each([
    ['a rebound host name', { host: 'evil.example' }],
    ['a page', { origin: 'https://evil.example' }],
  ])('%s may not GET either', async (_, headers) => {
    const requests: Request[] = []
    const endpoint = await serving(async () => reply('x'), { routes: [statusRoute((one) => requests.push(one))] })
    const { statusCode } = await ask(endpoint, { method: 'GET', path: '/v1/status', headers })
    expect([statusCode, requests]).toEqual([403, []])
  })
})

describe('R106 · hundreds of connections that say nothing, endless heads, more connections than there may be · others are answered; the rest gets 503 · -', () => {
  test('half-open connections do not block others', async () => {
    const endpoint = await serving(async () => reply('x'))
    const { port } = new URL(endpoint.url)
    const count = sized({ small: 100, ci: 500, long: 500 })
    const sockets = Array.from({ length: count }, () => connect(Number(port), '127.0.0.1'))
    onTestFinished(() => sockets.forEach((socket) => socket.destroy()))
    for (const socket of sockets) socket.on('error', () => {}).write('POST / HTTP/1.1\r\nx-a: ')
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    expect(await answered(endpoint)).toMatchObject({ status: 200, body: 'x' })
  })

  test('one connection too many gets 503', async () => {
    const endpoint = await serving(async () => reply('x'))
    const { port } = new URL(endpoint.url)
    const sockets = Array.from({ length: 1000 }, () => connect(Number(port), '127.0.0.1'))
    onTestFinished(() => sockets.forEach((socket) => socket.destroy()))
    for (const socket of sockets) socket.on('error', () => {})
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    await expect.poll(() => raw(endpoint, '')).toMatch(/^HTTP\/1\.1 503 /)
    sockets[0]?.destroy()
    await expect
      .poll(() =>
        answered(endpoint).then(
          ({ status }) => status,
          () => undefined,
        ),
      )
      .toBe(200)
  })
})

test('the server only listens on loopback', async () => {
  const endpoint = await serving(async () => reply('x'))
  const { hostname, port } = new URL(endpoint.url)
  expect(hostname).toBe('127.0.0.1')
  const other = connect(Number(port), '127.0.0.2')
  const [error] = (await once(other, 'error')) as [NodeJS.ErrnoException]
  expect(error.code).toBe('ECONNREFUSED')
})

test('a port in use fails with port_taken', async () => {
  const endpoint = await serving(async () => reply('x'))
  const { port } = new URL(endpoint.url)
  await expect(serve({ routes: [], log: () => {}, origin: undefined }, Number(port))).rejects.toThrow(
    new StreamError('port_taken', `port ${port} is already in use; --port 0 chooses a free one`),
  )
})

async function* broken() {
  yield 'data: 1\n\n'
  throw new StreamError('connection', 'it broke')
}

async function* reset() {
  yield 'data: 1\n\n'
  throw new Reset()
}

async function* faulty() {
  yield 'data: 1\n\n'
  throw new Error('oh')
}

async function* stopped(piece: string, signal: AbortSignal) {
  yield piece
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  signal.throwIfAborted()
}
