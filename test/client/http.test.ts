import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { keepAlive, singleUse } from '../../src/client/connect.js'
import { openStream, send } from '../../src/client/http.js'
import { coded, rawUpstream, reply, stream, STREAM_HEAD, upstream } from '../support/upstream.js'
import { ANSWER, chunk } from '../support/wire.js'

/** The provider of the requests. */
const acme = { name: 'Acme', keyHint: 'set OPENROUTER_API_KEY to a valid key' }

const connections = singleUse({})

const callTo = (url: string) => ({
  method: 'POST' as const,
  url: new URL(`${url}/chat/completions`),
  headers: { 'x-one': '1' },
  body: '{"a":1}',
})
const never = () => new AbortController().signal

/** Sends a request. Returns the status and the bytes, or the bytes and the failure. */
async function outcome(url: string, signal = never()) {
  let bytes = ''
  try {
    const answer = await send(callTo(url), { connections, signal })
    for await (const piece of answer.body()) bytes += Buffer.from(piece).toString('latin1')
    return { status: answer.status, bytes }
  } catch (error) {
    return { bytes, error }
  }
}

test('the request arrives complete; the response has its status, headers and bytes', async () => {
  const server = await upstream((response) => {
    response.writeHead(
      200,
      [
        ['Content-Type', 'text/event-stream'],
        ['X-Many', 'a'],
        ['X-Many', 'b'],
      ].flat(),
    )
    response.end(ANSWER)
  })
  const answer = await send(callTo(server.url), { connections, signal: never() })
  const pieces: Uint8Array[] = []
  for await (const piece of answer.body()) pieces.push(piece.slice())
  expect({
    status: answer.status,
    type: answer.headers.get('content-type'),
    many: answer.headers.get('x-many'),
    body: Buffer.concat(pieces).toString(),
    requests: server.requests,
  }).toEqual({
    status: 200,
    type: 'text/event-stream',
    many: 'a, b',
    body: ANSWER,
    requests: [
      {
        method: 'POST',
        path: '/api/v1/chat/completions',
        headers: expect.objectContaining({ 'x-one': '1', 'content-length': '7' }),
        body: '{"a":1}',
      },
    ],
  })
})

test.each([
  ['a length', `content-length: ${ANSWER.length}\r\n\r\n${ANSWER}`],
  ['chunks', `transfer-encoding: chunked\r\n\r\n${coded(ANSWER)}0\r\n\r\n`],
  ['many small chunks', `transfer-encoding: chunked\r\n\r\n${[...ANSWER].map(coded).join('')}0\r\n\r\n`],
  ['the end of the connection', `\r\n${ANSWER}`],
  ['the end of the connection, after an empty header', `x-empty:\r\nconnection: close\r\n\r\n${ANSWER}`],
])('a response framed by %s is complete', async (_, rest) => {
  const server = await rawUpstream((socket) => void socket.end(`${STREAM_HEAD}${rest}`))
  expect(await outcome(server.url)).toEqual({ status: 200, bytes: ANSWER })
})

test.each([
  ['chunked, without an end', `transfer-encoding: chunked\r\n\r\n${coded(chunk('one'))}`, chunk('one')],
  [
    'chunked, inside a chunk',
    `transfer-encoding: chunked\r\n\r\nff\r\n${chunk('one').slice(0, 20)}`,
    chunk('one').slice(0, 20),
  ],
  ['chunked, inside a size', `transfer-encoding: chunked\r\n\r\n${coded(chunk('one'))}f`, chunk('one')],
  ['fewer bytes than Content-Length', `content-length: 1000\r\n\r\n${chunk('one')}`, chunk('one')],
])('broken framing is a broken connection: %s', async (_, rest, bytes) => {
  const server = await rawUpstream((socket) => void socket.end(`${STREAM_HEAD}${rest}`))
  expect(await outcome(server.url)).toEqual({
    bytes,
    error: expect.objectContaining({ code: 'connection', message: `${server.host}: the connection broke` }),
  })
})

test('an invalid chunk size is not HTTP', async () => {
  const coding = `transfer-encoding: chunked\r\n\r\n${coded(chunk('one'))}zz\r\nx\r\n`
  const server = await rawUpstream((socket) => void socket.end(`${STREAM_HEAD}${coding}`))
  expect(await outcome(server.url)).toEqual({
    bytes: chunk('one'),
    error: expect.objectContaining({ code: 'not_sse', message: `${server.host}: the response is not HTTP` }),
  })
})

test.each([
  ['nothing', 'connection', (socket: Socket) => void socket.end()],
  ['a reset', 'connection', (socket: Socket) => void socket.resetAndDestroy()],
  ['half a head', 'connection', (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-ty')],
  ['no HTTP', 'not_sse', (socket: Socket) => void socket.end('220 mail.example ESMTP\r\n')],
  [
    'two different lengths',
    'not_sse',
    (socket: Socket) => void socket.end(`${STREAM_HEAD}content-length: 5\r\ncontent-length: 6\r\n\r\n`),
  ],
  [
    'an endless head',
    'not_sse',
    (socket: Socket) => void socket.end(`${STREAM_HEAD}x: ${'y'.repeat(100_000)}\r\n\r\n`),
  ],
])('the failure if there is no response: %s', async (_, code, script) => {
  const server = await rawUpstream(script)
  const message: unknown = expect.stringMatching(new RegExp(`^${server.host}: .+`))
  expect(await outcome(server.url)).toEqual({ bytes: '', error: expect.objectContaining({ code, message }) })
})

test('a refused connection is unreachable', async () => {
  expect(await outcome('http://127.0.0.1:1')).toEqual({
    bytes: '',
    error: expect.objectContaining({ code: 'unreachable', message: '127.0.0.1:1: connection refused' }),
  })
})

test.each([301, 302, 303, 307, 308])('a redirect is not followed: %i', async (status) => {
  const other = await upstream(stream(ANSWER))
  const server = await upstream(reply(status, '', { location: other.url }))
  expect({ ...(await outcome(server.url)), asked: other.requests }).toEqual({ status, bytes: '', asked: [] })
})

test('an abort before the response rejects with its reason, and closes the connection', async () => {
  const server = await upstream(() => {})
  const controller = new AbortController()
  const reason = new Error('enough')
  const sent = outcome(server.url, controller.signal)
  await server.asked
  controller.abort(reason)
  expect(await sent).toEqual({ bytes: '', error: reason })
  expect(await server.left).toBe(true)
})

test('an abort during the body rejects with its reason, and closes the connection', async () => {
  const server = await rawUpstream((socket) => void socket.write(`${STREAM_HEAD}\r\n${chunk('one')}`))
  const controller = new AbortController()
  const reason = new Error('enough')
  const { body } = await send(callTo(server.url), { connections, signal: controller.signal })
  const pieces = body()
  const first = await pieces.next()
  controller.abort(reason)
  await expect(pieces.next()).rejects.toBe(reason)
  expect(Buffer.from(first.value ?? []).toString()).toBe(chunk('one'))
  expect(await server.left).toBe(true)
})

test('nothing is sent if the signal is already aborted', async () => {
  const server = await upstream(stream(ANSWER))
  const reason = new Error('never mind')
  expect({ ...(await outcome(server.url, AbortSignal.abort(reason))), asked: server.requests }).toEqual({
    bytes: '',
    error: reason,
    asked: [],
  })
})

test('stopping the iteration of the body closes the connection', async () => {
  const server = await rawUpstream((socket) => void socket.write(`${STREAM_HEAD}\r\n${chunk('one')}`))
  const { body } = await send(callTo(server.url), { connections, signal: never() })
  for await (const _ of body()) break
  expect(await server.left).toBe(true)
})

test('the connection is closed after a complete response, even if the server would keep it alive', async () => {
  const framing = `content-length: ${ANSWER.length}\r\nkeep-alive: timeout=600\r\n\r\n`
  const server = await rawUpstream((socket) => void socket.write(`${STREAM_HEAD}${framing}${ANSWER}`))
  expect(await outcome(server.url)).toEqual({ status: 200, bytes: ANSWER })
  expect(await server.left).toBe(true)
})

test('a slow reader gets the whole body, even if the server has closed the connection', async () => {
  const body = 'x'.repeat(1_000_000)
  const server = await rawUpstream(
    (socket) => void socket.end(`${STREAM_HEAD}content-length: ${body.length}\r\n\r\n${body}`),
  )
  const answer = await send(callTo(server.url), { connections, signal: never() })
  let received = 0
  for await (const piece of answer.body()) {
    received += piece.length
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(received).toBe(body.length)
})

test('openStream returns an event stream, and throws for any other response', async () => {
  const [good, bad] = [await upstream(stream(ANSWER)), await upstream(reply(429, '{"error":{"message":"slow down"}}'))]
  const answer = await openStream(callTo(good.url), acme, { connections, signal: never() })
  expect(answer.status).toBe(200)
  await answer.body().return(undefined)
  await expect(openStream(callTo(bad.url), acme, { connections, signal: never() })).rejects.toMatchObject({
    code: 'rate_limited',
    message: 'slow down (HTTP 429)',
  })
})

test('only the start of an endless error response is read', async () => {
  const server = await upstream((response) => {
    response.writeHead(500)
    const more = () => {
      while (response.write('y'.repeat(10_000)));
    }
    response.on('drain', more)
    more()
  })
  await expect(openStream(callTo(server.url), acme, { connections, signal: never() })).rejects.toMatchObject({
    code: 'server_error',
  })
  expect(await server.left).toBe(true)
})

test('an error response that is cut off is still an error response', async () => {
  const server = await rawUpstream((socket) => {
    socket.end(
      'HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"error":{"mess',
    )
  })
  await expect(openStream(callTo(server.url), acme, { connections, signal: never() })).rejects.toMatchObject({
    code: 'auth',
  })
})

/** Sends the requests one after another, and reads each response to its end. */
async function sendInTurn(requests: readonly Parameters<typeof send>[0][], from: ReturnType<typeof keepAlive>) {
  const bodies: string[] = []
  for (const request of requests) {
    const { body } = await send(request, { connections: from, signal: never() })
    let text = ''
    for await (const piece of body()) text += Buffer.from(piece).toString()
    bodies.push(text)
  }
  return bodies
}

test.each([
  ['one that keeps connections', keepAlive, 1],
  ['one connection for each request', singleUse, 2],
] as const)('two requests over %s', async (_, make, count) => {
  const server = await upstream(stream(ANSWER))
  const from = make({})
  const get = { ...callTo(server.url), method: 'GET' as const, body: null }
  expect(await sendInTurn([callTo(server.url), get], from)).toEqual([ANSWER, ANSWER])
  from.close()
  expect(server.requests.map(({ method, body }) => [method, body])).toEqual([
    ['POST', '{"a":1}'],
    ['GET', ''],
  ])
  expect(server.connections.all).toBe(count)
})

test('a connection is not reused if its response was not read to the end', async () => {
  const server = await upstream((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(chunk('Blue'))
  })
  const from = keepAlive({})
  for (const _ of [1, 2]) {
    const { body } = await send(callTo(server.url), { connections: from, signal: never() })
    for await (const piece of body()) {
      expect(Buffer.from(piece).toString()).toBe(chunk('Blue'))
      break
    }
  }
  from.close()
  expect(server.connections.all).toBe(2)
})
