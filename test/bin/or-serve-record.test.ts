import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { faults } from '../support/faults.js'
import { folderWith } from '../support/folder.js'
import { few } from '../support/size.js'
import { CANARY, hasCanary, program, shell, start, type Running } from '../support/spawn.js'
import { reply, stream, upstream } from '../support/upstream.js'
import { ANSWER, chunk, DONE, WORDS } from '../support/wire.js'

interface Serving extends Running {
  readonly url: string
}

/** Starts or-serve on a free port, and waits until it has printed its URL. */
async function serving(args: readonly string[], env: Record<string, string> = {}): Promise<Serving> {
  const child = start('or-serve', ['--port', '0', '--drain', '0', ...args], { env })
  onTestFinished(() => child.kill('SIGKILL'))
  const url = (await child.wrote('\n')).trim()
  return { ...child, url }
}

const recording = (to: string, folder: string, ...args: string[]) =>
  serving(['--record', '--upstream', to, ...args, folder])
const replaying = (folder: string, ...args: string[]) => serving(['--speed', 'max', ...args, folder])

const asking = (url: string, ...args: string[]) => program('or-stream', ['-n', '--base-url', url, ...args, 'x'])

const visible = (folder: string) => readdirSync(folder).filter((name) => !name.startsWith('.'))

/** Sends a request without or-stream, and resolves with the head of the response. */
async function ask(
  url: string,
  headers: Record<string, string> = {},
  body = '{"stream":true}',
  path = '/chat/completions',
) {
  const asked = request(url + path, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', ...headers },
  })
  asked.end(body)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  return response
}

/** Returns all bytes that a server sends for a request, without the date. */
async function rawResponse(url: string, body: string): Promise<string> {
  const { host, port } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  const head = `POST /api/v1/chat/completions HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n`
  socket.write(`${head}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  socket.on('error', () => {})
  const received: Buffer[] = []
  socket.on('data', (bytes: Buffer) => received.push(bytes))
  await once(socket, 'close')
  return Buffer.concat(received)
    .toString('latin1')
    .replace(/^date: .*\r\n/im, '')
}

const SCRIPT = 'for n in one two one; do or-stream -n --retry-delay 1ms "$n" | sse-text || echo " ($?)"; done'

const run = (url: string) => shell(SCRIPT, { env: { OPENROUTER_BASE_URL: url } })

test('a replayed script gets the same bytes and statuses as the recorded one', async () => {
  const folder = folderWith({})
  const other = ANSWER.replace('short.', 'other.')
  const live = await faults(['slice=40:100', 'status=400'], { body: other })
  const first = await recording(live.url, folder)
  const recorded = await run(first.url)
  expect([recorded.stdout, live.log.length]).toEqual(['Blue is other. (65)\nBlue is other.', 2])
  first.kill('SIGTERM')
  const second = await replaying(folder)
  expect(await run(second.url)).toEqual(recorded)
  expect(visible(folder).length).toBe(4)
})

const WAYS = [
  ['in small chunks', 'slice=37:200'],
  ['cut in mid-stream', 'fin@250'],
  ['an HTTP error', 'status=429,header=retry-after: 7'],
  ['no end marker', 'no_end_mark'],
] as const

test.each(few(WAYS, 2))('a replay is identical on the wire: %s', async (_, scenario) => {
  const folder = folderWith({})
  const live = await faults([scenario])
  const body = '{"stream":true,"model":"a/b"}'
  const first = await recording(live.url, folder)
  const response = await rawResponse(first.url, body)
  first.kill('SIGTERM')
  const second = await replaying(folder)
  expect(await rawResponse(second.url, body)).toBe(response)
})

test('a recorded failure is requested again and replaced, a success is not', async () => {
  const folder = folderWith({})
  const live = await faults(['status=503', 'whole'])
  const { url, kill } = await recording(live.url, folder)
  expect(await asking(url, '--retry-delay', '1ms')).toMatchObject({ stdout: ANSWER, status: 0 })
  expect(await asking(url)).toMatchObject({ stdout: ANSWER, status: 0 })
  expect([live.log.length, visible(folder).length]).toEqual([2, 2])
  kill('SIGTERM')
  const second = await replaying(folder)
  expect(await asking(second.url)).toEqual({ stdout: ANSWER, stderr: '', status: 0 })
})

test('a request without a recording gets a 404 that names the closest recording and the difference', async () => {
  const folder = folderWith({})
  const live = await upstream(stream(ANSWER))
  const first = await recording(live.url, folder)
  await asking(first.url, '-m', 'a/b')
  first.kill('SIGTERM')
  const child = await replaying(folder)
  const name = visible(folder).find((file) => file.endsWith('.sse')) ?? ''
  const message = `no recording of this request; in the nearest, ${join(folder, name)}, model is "a/b", not "c/d"`
  expect(await asking(child.url, '-m', 'c/d')).toEqual({
    stdout: '',
    stderr: `or-stream: not_found: ${message} (HTTP 404 from ${child.url}/chat/completions); or-serve --record can make one\n`,
    status: 69,
  })
  expect(await child.wrote('404', 'stderr')).toContain(`or-serve: POST /api/v1/chat/completions 404 ${message}\n`)
  const { body } = { body: JSON.parse(await text(await ask(child.url, {}, '{"stream":true}', '/messages'))) as unknown }
  expect(body).toEqual({
    type: 'error',
    error: { type: 'not_found_error', message: 'no recording of the messages API' },
  })
})

test('Last-Event-ID resumes after that event', async () => {
  const events = ['1', '2', '3'].map((id) => `id: ${id}\ndata: ${id}\n\n`)
  const folder = folderWith({ 'a.sse': events.join('') + DONE })
  const { url } = await replaying(folder)
  const rest = async (id: string) => text(await ask(url, { 'last-event-id': id }))
  expect([await rest('2'), await rest('nope')]).toEqual([events[2] + DONE, events.join('') + DONE])
})

test('faults are injected by header and by rate', async () => {
  const folder = folderWith({ 'a.sse': ANSWER })
  const { url } = await replaying(folder)
  expect(await asking(url, '-H', 'x-or-serve-fault: 418', '--retry', '0')).toMatchObject({ status: 65 })
  expect(await asking(url, '-H', 'x-or-serve-fault: cut')).toMatchObject({
    stdout: ANSWER.slice(0, ANSWER.indexOf('data: [')),
    status: 0,
  })
  const limited = await replaying(folder, '--faults', '429')
  expect(await asking(limited.url, '--retry', '1', '--retry-max-time', '10ms')).toMatchObject({
    stdout: '',
    status: 75,
  })
})

describe('R103 · a client that disconnects before the head, before the first event or in mid-stream · the connection to the upstream is closed; a half-closed client is answered · -', () => {
  const MOMENTS = [
    ['before the head', 'hang', undefined],
    ['before the first event', 'hang@0', 'head'],
    ['in mid-stream', 'hang@200', 'body'],
  ] as const
  // Heartbeats are disabled: a failing one would also end the request, 15 seconds later.
  const folder = folderWith({
    'silent.cjs': `require('node:timers/promises').setTimeout = () => new Promise(() => {})`,
  })
  const env = { NODE_OPTIONS: `--require ${join(folder, 'silent.cjs')}` }

  test.each(few(MOMENTS, 2))('%s', async (_, scenario, until) => {
    const live = await faults([scenario])
    const { url } = await serving(['--record', '--upstream', live.url, folderWith({})], env)
    const asked = request(`${url}/chat/completions`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json' },
    })
    asked.on('error', () => {})
    asked.end('{"stream":true}')
    await live.asked
    const response = until === undefined ? undefined : ((await once(asked, 'response')) as [IncomingMessage])[0]
    if (until === 'body') await once(response ?? asked, 'data')
    expect(live.log).toMatchObject([{ hasLeft: false }])
    asked.destroy()
    await live.log[0]?.left
    expect(live.log).toMatchObject([{ hasLeft: true }])
  })

  test('a half-closed client is answered', async () => {
    const live = await faults(['latency=50'])
    const { url } = await recording(live.url, folderWith({}))
    const { host, port } = new URL(url)
    const socket = connect(Number(port), '127.0.0.1')
    socket.end(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: 15\r\n\r\n{"stream":true}`,
    )
    expect(await text(socket)).toContain('[DONE]')
  })
})

describe('R109 · a client that names another upstream in its path or in a header · only the host of --upstream is called, at a known path · 404', () => {
  const PATHS = ['//evil.example', '/..', '/@evil.example', '/%2e%2e', '/%2f', '/\\\\evil.example', '/api/v1/..', ':80']
  test.each(few(PATHS, 3))('%s', async (path) => {
    const live = await upstream(stream(ANSWER))
    const { url } = await recording(live.url, folderWith({}))
    const { host, port } = new URL(url)
    const socket = connect(Number(port), '127.0.0.1')
    const head = `POST ${path}/chat/completions HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n`
    socket.end(
      `${head}content-type: application/json\r\nx-forwarded-host: evil.example\r\ncontent-length: 15\r\n\r\n{"stream":true}`,
    )
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 40[04] /)
    expect(live.requests).toEqual([])
  })
})

describe('R109 · an upstream with a link-local address · no request is sent · 502 for the client', () => {
  test.each(['http://169.254.169.254/api/v1', 'http://[fe80::1]/v1'])('%s', async (to) => {
    const { url } = await recording(to, folderWith({}), '--insecure-http')
    const response = await ask(url)
    expect([response.statusCode, await text(response)]).toEqual([
      502,
      expect.stringContaining('link-local addresses are not allowed') as string,
    ])
  })
})

describe('R111 · the key of the client · is only forwarded with --client-key, otherwise ours is; neither is logged or recorded · -', () => {
  test.each<[string, string[], string]>([
    ['our key is sent by default', [], `Bearer ${CANARY}`],
    ['the key of the client is sent with --client-key', ['--client-key'], 'Bearer sk-client-0123456789'],
  ])('%s', async (_, args, sent) => {
    const folder = folderWith({})
    const echo = 'data: {"choices":[{"delta":{"content":"sk-client-0123456789"}}]}\n\n'
    const live = await upstream((response, { headers }) =>
      stream(`${echo}: ${headers.authorization ?? ''}\n\n`)(response),
    )
    const child = await recording(live.url, folder, ...args)
    const response = await ask(child.url, { authorization: 'Bearer sk-client-0123456789' })
    await text(response)
    const log = await child.wrote('recorded', 'stderr')
    expect(live.requests[0]?.headers.authorization).toBe(sent)
    const kept = visible(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
    expect([kept.length, hasCanary(log + kept.join('')), /sk-client/.test(log + kept.join(''))]).toEqual([
      2,
      false,
      false,
    ])
  })
})

describe('R112 · recordings that are missing, empty, truncated, or changed or removed while they are served · a missing one is an error; the others are served as they were at the start · 66, 76', () => {
  test('a missing recording exits 66', async () => {
    expect(await program('or-serve', ['nowhere'])).toEqual({
      stdout: '',
      stderr: 'or-serve: no_input: nowhere: No such file or directory\n',
      status: 66,
    })
  })

  test('an empty recording is served as an empty body', async () => {
    const { url } = await replaying(folderWith({ 'a.sse': '' }))
    const response = await ask(url)
    expect([response.statusCode, await text(response)]).toEqual([200, ''])
  })

  test('a truncated recording ends with a broken connection', async () => {
    const { url } = await replaying(folderWith({ 'a.sse': chunk('cut') }))
    expect(await asking(url)).toMatchObject({
      stdout: chunk('cut'),
      stderr: expect.stringMatching(
        /^or-stream: truncated: the answer was cut off after \d+ bytes: .* the connection broke\n$/,
      ) as string,
      status: 76,
    })
  })

  test('changed and removed recordings are served as they were at the start', async () => {
    const folder = folderWith({ 'a.sse': ANSWER, 'b.sse': ANSWER })
    const { url } = await replaying(folder)
    writeFileSync(join(folder, 'a.sse'), 'data: other\n\n')
    rmSync(join(folder, 'b.sse'))
    const answers = [await asking(url), await asking(url)].map(({ stdout }) => stdout)
    expect(answers).toEqual([ANSWER, ANSWER])
  })
})

describe('R116 · comments from the upstream, or silence · each piece is forwarded at once; after 15 s of silence or-serve adds a comment · -', () => {
  test('each piece reaches the client before the next one is sent', async () => {
    const folder = folderWith({})
    const pieces = [': OPENROUTER PROCESSING\n\n', chunk('Blue is '), chunk('short.'), `${chunk('', 'stop')}${DONE}`]
    const next: (() => void)[] = []
    const live = await upstream((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const piece of pieces) next.push(() => void response.write(piece))
      next.push(() => void response.end())
      next.shift()?.()
    })
    const { url } = await recording(live.url, folder)
    const response = await ask(url)
    let received = ''
    for await (const bytes of response as AsyncIterable<Buffer>) {
      received += bytes.toString()
      expect(received).toBe(pieces.slice(0, pieces.length + 1 - next.length).join(''))
      next.shift()?.()
      if (next.length === 1) next.shift()?.()
    }
    expect(received).toBe(pieces.join(''))
  })
})

test('an HTTP error of the upstream is forwarded unchanged', async () => {
  const live = await upstream(reply(402, '{"error":{"message":"no money"}}', { 'set-cookie': 'a=b' }))
  const { url } = await recording(live.url, folderWith({}))
  const response = await ask(url)
  expect([response.statusCode, response.headers['set-cookie'], await text(response)]).toEqual([
    402,
    undefined,
    '{"error":{"message":"no money"}}',
  ])
})

test('an unreachable upstream is a 502', async () => {
  const { url } = await recording('http://127.0.0.1:1/api/v1', folderWith({}))
  const response = await ask(url)
  expect([response.statusCode, JSON.parse(await text(response))]).toEqual([
    502,
    { error: { code: 502, message: '127.0.0.1:1: connection refused' } },
  ])
})

test('or-serve replays a recording made with --save', async () => {
  const folder = folderWith({})
  const live = await upstream(stream(ANSWER))
  await asking(live.url, '--save', join(folder, 'a.sse'), '-m', 'a/b')
  const { url } = await replaying(folder)
  expect(await shell(`or-stream -n -m a/b --base-url ${url} x | sse-text`)).toEqual({
    stdout: WORDS,
    stderr: '',
    status: 0,
  })
})
