import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { run } from '../support/feed.js'
import { endOf } from '../support/outcomes.js'
import { shell } from '../support/spawn.js'
import { reply, stream, upstream } from '../support/upstream.js'
import { ANSWER, chunk, DONE, errorEvent, event } from '../support/wire.js'

type Library = typeof import('../../src/library/index.js')

/** The build, as a user of the package imports it, not the source. */
const {
  StreamError,
  statusOf,
  streamChat,
  jsonElements,
  jsonSnapshots,
  parseAnswers,
  chain,
  dialects,
  outcomes,
  text,
} = (await import(new URL('../../dist/index.js', import.meta.url).href)) as Library

const REQUEST = { model: 'test/model', messages: [{ role: 'user', content: 'Why?' }] }
const KEY = 'sk-or-v1-0123456789abcdef'

/** Returns all deltas of a request, and the failure if there is one. */
async function outcome(baseUrl: string, fetchOptions = {}) {
  const deltas: unknown[] = []
  try {
    for await (const delta of streamChat(REQUEST, { fetchOptions: { baseUrl, ...fetchOptions } })) deltas.push(delta)
    return { deltas }
  } catch (error) {
    return { deltas, error }
  }
}

const words = (piece: string) => ({ type: 'text', choice: 0, text: piece })
const finish = { type: 'finish', choice: 0, reason: 'stop' }

test('streamChat yields text as it arrives', async () => {
  let answering: ServerResponse | undefined
  const server = await upstream((response) => {
    answering = response
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(chunk('Blue is '))
  })
  const deltas: unknown[] = []
  for await (const delta of streamChat(REQUEST, { fetchOptions: { baseUrl: server.url } })) {
    // The server sends the rest after the start has been received.
    if (deltas.length === 0) answering?.end(`${chunk('short.')}${chunk('', 'stop')}${DONE}`)
    deltas.push(delta)
  }
  expect(deltas).toEqual([words('Blue is '), words('short.'), finish])
})

const usage = (total: number) => event({ choices: [], usage: { prompt_tokens: 3, total_tokens: total } })

test('streamChat yields usage and finish last, once each', async () => {
  const body = `${chunk('Blue')}${chunk('', 'stop')}${usage(5)}${chunk('', 'stop')}${usage(7)}${DONE}`
  const server = await upstream(stream(body))
  expect(await outcome(server.url)).toEqual({
    deltas: [words('Blue'), { type: 'usage', usage: { inputTokens: 3, totalTokens: 7 } }, finish],
  })
})

test('the server receives the body unchanged, with stream: true', async () => {
  const server = await upstream(stream(ANSWER))
  await outcome(server.url, { apiKey: KEY, headers: { 'X-One': '1' } })
  expect(server.requests).toEqual([
    {
      method: 'POST',
      path: '/api/v1/chat/completions',
      headers: expect.objectContaining({ authorization: `Bearer ${KEY}`, 'x-one': '1' }),
      body: JSON.stringify({ ...REQUEST, stream: true }),
    },
  ])
})

test('the fields of extra are sent beside the others, and one limit leaves the others as they are', async () => {
  const server = await upstream(stream(ANSWER))
  const options = { fetchOptions: { baseUrl: server.url }, limits: { idle: 60_000 }, retry: { times: 0 } }
  const deltas = streamChat({ ...REQUEST, seed: 1, extra: { seed: 2, other: [3] } }, options)
  expect(await deltas.next()).toMatchObject({ done: false, value: { type: 'text' } })
  await deltas.return(undefined)
  expect(server.requests.map(({ body }) => body)).toEqual([
    JSON.stringify({ ...REQUEST, seed: 2, other: [3], stream: true }),
  ])
})

const refused = (status: number) => reply(status, JSON.stringify({ error: { code: status, message: 'no' } }))

test.each([
  ['a cut stream', stream(chunk('Blue')), [words('Blue')], 'truncated', 76],
  ['an error event', stream(`${chunk('Blue')}${errorEvent(429, 'slow down')}`), [words('Blue')], 'rate_limited', 75],
  ['an empty stream', stream(''), [], 'empty', 76],
  ['broken JSON', stream(`${chunk('Blue')}data: {oops\n\n${DONE}`), [words('Blue')], 'bad_data', 65],
  ['a rejected key', refused(401), [], 'auth', 77],
  ['no such model', refused(404), [], 'not_found', 69],
  ['JSON in place of a stream', reply(200, '{"object":"chat.completion"}'), [], 'not_sse', 76],
] as const)('%s throws after the deltas that arrived', async (_, script, deltas, code, status) => {
  const server = await upstream(script)
  const { deltas: got, error } = await outcome(server.url)
  expect(error).toBeInstanceOf(StreamError)
  expect({
    texts: got.filter((delta) => (delta as { type: string }).type === 'text'),
    error,
    status: statusOf(code),
  }).toEqual({
    texts: deltas,
    error: expect.objectContaining({ name: 'StreamError', code }),
    status,
  })
})

test.each([
  ['no key', undefined, {}, 'no_key'],
  ['a key that is invalid in a header', undefined, { apiKey: 'a\nb' }, 'no_key'],
  ['a bad base URL', 'ftp://127.0.0.1', {}, 'bad_config'],
  ['a refused connection', 'http://127.0.0.1:1', {}, 'unreachable'],
])('%s throws', async (_, baseUrl, options, code) => {
  const fetchOptions = { ...(baseUrl === undefined ? {} : { baseUrl }), ...options }
  await expect(streamChat(REQUEST, { fetchOptions }).next()).rejects.toMatchObject({ name: 'StreamError', code })
})

test.each([
  ['a base URL with http://', { fetchOptions: { baseUrl: 'http://example.com' } }, 'fetchOptions.insecureHttp'],
  ['a header that is not one', { fetchOptions: { apiKey: KEY, headers: { 'X Y': '1' } } }, 'fetchOptions.headers'],
  ['a number of retries', { fetchOptions: { apiKey: KEY }, retry: { times: -1 } }, 'retry.times'],
])('the message about %s names the option of the library', async (_, options, name) => {
  const message = expect.stringMatching(String.raw`^(?!.*--)(?!.*-H).*${name}`) as string
  await expect(streamChat(REQUEST, options).next()).rejects.toMatchObject({ name: 'StreamError', message })
})

test('an error does not contain a key that the server echoes', async () => {
  const server = await upstream(reply(400, JSON.stringify({ error: { message: `you sent ${KEY}` } })))
  const { error } = await outcome(server.url, { apiKey: KEY })
  expect(error).toMatchObject({ code: 'bad_request', message: expect.not.stringContaining(KEY.slice(0, 8)) })
})

test('an abort rejects with its reason and closes the connection', async () => {
  const server = await upstream((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(chunk('Blue is '))
  })
  const controller = new AbortController()
  const deltas = streamChat(REQUEST, { signal: controller.signal, fetchOptions: { baseUrl: server.url } })
  expect(await deltas.next()).toEqual({ done: false, value: words('Blue is ') })
  const reason = new Error('enough')
  controller.abort(reason)
  await expect(deltas.next()).rejects.toBe(reason)
  expect(await server.left).toBe(true)
})

test('leaving the loop closes the connection', async () => {
  const server = await upstream((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(chunk('Blue is '))
  })
  for await (const _ of streamChat(REQUEST, { fetchOptions: { baseUrl: server.url } })) break
  expect(await server.left).toBe(true)
})

test('the stages are exported', () => {
  const events = run(parseAnswers(dialects), [Buffer.from(ANSWER)])
  expect([run(text(), events).join(''), events.at(-1), run(outcomes(), events)]).toEqual([
    'Blue is short.',
    endOf(),
    [],
  ])
  const step = chain(parseAnswers(dialects), text())
  expect([...step.push(Buffer.from(ANSWER)), ...step.end()].join('')).toBe('Blue is short.')
})

/** Returns a copy of each value as it arrives, and the failure at the end. */
async function collected(values: AsyncIterable<unknown>) {
  const all: unknown[] = []
  try {
    for await (const value of values) all.push(structuredClone(value))
    return { all }
  } catch (error) {
    return { all, code: (error as { code?: string }).code }
  }
}

const LIST = ['{"a": [', '{"b": 1}, ', '{"c": "d', 'e"}, 2', '0]}']

test('jsonSnapshots yields the value as it grows', async () => {
  expect(await collected(jsonSnapshots(LIST))).toEqual({
    all: [
      { a: [] },
      { a: [{ b: 1 }] },
      { a: [{ b: 1 }, { c: 'd' }] },
      { a: [{ b: 1 }, { c: 'de' }] },
      { a: [{ b: 1 }, { c: 'de' }, 20] },
    ],
  })
  expect(await collected(jsonSnapshots(['{"a": [1, 2']))).toEqual({ all: [{ a: [1] }], code: 'bad_data' })
})

test('jsonElements yields each element when it is complete, also from an async text', async () => {
  async function* later() {
    for (const piece of LIST) yield await Promise.resolve(piece)
  }
  expect(await collected(jsonElements(later(), 'a'))).toEqual({ all: [{ b: 1 }, { c: 'de' }, 20] })
  expect(await collected(jsonElements(LIST.slice(0, 3), 'a'))).toEqual({ all: [{ b: 1 }], code: 'bad_data' })
})

test('importing the library has no side effects: no output, no global, no listener, no open handle', async () => {
  const script = `
    const state = () => JSON.stringify([Reflect.ownKeys(globalThis).length, process.eventNames(), process.exitCode])
    const before = state()
    const library = await import('or-stream')
    console.log(typeof library.streamChat, state() === before)`
  expect(await shell(`node --input-type=module -e "$SCRIPT"`, { env: { SCRIPT: script } })).toEqual({
    stdout: 'function true\n',
    stderr: '',
    status: 0,
  })
})
