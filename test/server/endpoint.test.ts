import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { StreamError } from '../../src/core/errors.js'
import { serve, type Answer, type Endpoint } from '../../src/server/endpoint.js'
import { utf8Bytes } from '../support/feed.js'

const answer = (name: string, rest: Partial<Answer> = {}): Answer => ({
  name,
  dialect: 'chat',
  id: undefined,
  pieces: ['data: one\n\n', `data: ${name}\n\n`].map(utf8Bytes),
  gap: 0,
  ...rest,
})

async function serving(answers: readonly Answer[]): Promise<Endpoint & { readonly log: string[] }> {
  const log: string[] = []
  const endpoint = await serve(answers, 0, (line) => log.push(line))
  onTestFinished(() => endpoint.close())
  return { ...endpoint, log }
}

/** Sends a request and resolves with the head of its response. */
async function ask(url: string, body = '{"stream":true}', method = 'POST'): Promise<IncomingMessage> {
  const asking = request(url, { method, agent: false })
  // Who is refused before all is sent hears of that too.
  asking.on('error', () => {})
  asking.end(method === 'POST' ? body : undefined)
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  return response
}

async function answered(url: string, body?: string, method?: string) {
  const response = await ask(url, body, method)
  return { status: response.statusCode, type: response.headers['content-type'], body: await text(response) }
}

test('answers in turn, after the last again the first', async () => {
  const { url, log } = await serving([answer('a'), answer('b')])
  const bodies: string[] = []
  for (let turn = 0; turn < 3; turn++) bodies.push((await answered(`${url}/chat/completions`)).body)
  expect({ bodies, log }).toEqual({
    bodies: ['data: one\n\ndata: a\n\n', 'data: one\n\ndata: b\n\n', 'data: one\n\ndata: a\n\n'],
    log: ['a', 'b', 'a'].map((name) => `POST /api/v1/chat/completions 200 ${name}`),
  })
})

test('a head at once, each event by itself, to the byte', async () => {
  const pieces = [Buffer.from([0x3a, 0xff, 0x0d, 0x0d]), utf8Bytes('data: x\r\n\r\n'), utf8Bytes('data: half')]
  const { url } = await serving([answer('a', { pieces, id: 'gen-1', gap: 5 })])
  const response = await ask(`${url}/chat/completions`)
  const received: Uint8Array[] = []
  for await (const bytes of response as AsyncIterable<Uint8Array>) received.push(bytes)
  expect({ status: response.statusCode, headers: response.headers, received }).toEqual({
    status: 200,
    headers: expect.objectContaining({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'x-generation-id': 'gen-1',
    }),
    received: pieces.map((piece) => Buffer.from(piece)),
  })
})

test.each([
  ['any base path', '/v1/chat/completions'],
  ['no base path', '/chat/completions'],
  ['a query', '/api/v1/chat/completions?x=1'],
])('the chat API is served under %s', async (_, path) => {
  const { url } = await serving([answer('a')])
  expect(await answered(new URL(path, url).href)).toMatchObject({ status: 200, body: 'data: one\n\ndata: a\n\n' })
})

test('each API has its own turn', async () => {
  const { url } = await serving([
    answer('a'),
    answer('r', { dialect: 'responses' }),
    answer('b'),
    answer('odd', { dialect: undefined }),
  ])
  const told: string[] = []
  for (const path of ['responses', 'chat/completions', 'responses', 'chat/completions', 'chat/completions'])
    told.push((await answered(`${url}/${path}`)).body.slice('data: one\n\ndata: '.length).trim())
  // What is in no dialect may be asked for anywhere.
  expect(told).toEqual(['r', 'a', 'odd', 'b', 'odd'])
})

test.each([
  ['another path', 'models', '{}', 'POST', 404, /^no such path: \/api\/v1\/models \(/],
  ['another method', 'chat/completions', '', 'GET', 405, /^only POST is served$/],
  ['no JSON', 'chat/completions', 'hello', 'POST', 400, /^the body is not a JSON object$/],
  ['a list', 'chat/completions', '[]', 'POST', 400, /^the body is not a JSON object$/],
  ['no stream', 'chat/completions', '{"stream":false}', 'POST', 400, /^only streams are served: set "stream" to true$/],
  ['no recording', 'messages', '{"stream":true}', 'POST', 404, /^there is no recording of the messages API$/],
])('an error in the shape of the API: %s', async (_, path, body, method, status, message) => {
  const { url } = await serving([answer('a')])
  const failed = await answered(`${url}/${path}`, body, method)
  expect({ ...failed, body: JSON.parse(failed.body) as unknown }).toEqual({
    status,
    type: 'application/json',
    body: { error: { code: status, message: expect.stringMatching(message) } },
  })
})

test('a request that is too large', async () => {
  const { url } = await serving([answer('a')])
  expect(await answered(`${url}/chat/completions`, ' '.repeat(33 * 1024 * 1024))).toMatchObject({ status: 413 })
})

test('a client that leaves ends its own answer only', async () => {
  const { url, log } = await serving([answer('slow', { gap: 1e6 }), answer('b')])
  const left = await ask(`${url}/chat/completions`)
  left.destroy()
  await expect.poll(() => log).toEqual(['POST /api/v1/chat/completions 200 slow, the client left'])
  expect(await answered(`${url}/chat/completions`)).toMatchObject({ status: 200, body: 'data: one\n\ndata: b\n\n' })
})

test('a slow client is waited for, not filled up', async () => {
  const pieces = Array.from({ length: 200 }, () => utf8Bytes(`: ${'x'.repeat(100_000)}\n\n`))
  const { url, log } = await serving([answer('large', { pieces })])
  const response = await ask(`${url}/chat/completions`)
  expect(log).toEqual([])
  let received = 0
  for await (const bytes of response as AsyncIterable<Uint8Array>) received += bytes.length
  expect(received).toBe(pieces.length * 100_004)
})

test('closing cuts what is open', async () => {
  const { url, close } = await serving([answer('slow', { gap: 1e6 })])
  const response = await ask(`${url}/chat/completions`)
  close()
  await expect(text(response)).rejects.toThrow('aborted')
})

test('it listens on loopback only', async () => {
  const { url } = await serving([answer('a')])
  expect(new URL(url).hostname).toBe('127.0.0.1')
  const { port } = new URL(url)
  const other = connect(Number(port), '127.0.0.2')
  const [error] = (await once(other, 'error')) as [NodeJS.ErrnoException]
  expect(error.code).toBe('ECONNREFUSED')
})

test('a port that is taken', async () => {
  const { url } = await serving([answer('a')])
  const { port } = new URL(url)
  await expect(serve([], Number(port), () => {})).rejects.toThrow(
    new StreamError('port_taken', `port ${port} is taken; --port 0 takes a free one`),
  )
})
