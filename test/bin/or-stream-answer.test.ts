import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { program, start } from '../support/spawn.js'
import { coded, rawUpstream, reply, stream, STREAM_HEAD, upstream, type Received } from '../support/upstream.js'
import { ANSWER, chunk, DONE, errorEvent } from '../support/wire.js'

const KEY = 'sk-or-v1-0123456789abcdef'
const env = { OPENROUTER_API_KEY: KEY }
const ask = (url: string) => program('or-stream', ['--base-url', url, 'x'], { env, encoding: 'latin1' })
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

/** Bytes that no decoder gives back as they were. */
const ODD = Buffer.concat([
  Buffer.from([0xef, 0xbb, 0xbf]),
  Buffer.from(': \u2028 comment\r\n\r\n'),
  Buffer.from([0x3a, 0x20, 0xff, 0xfe, 0xc0, 0x80, 0x00, 0x0d, 0x0d]),
  Buffer.from(ANSWER.replaceAll('\n', '\r\n')),
  Buffer.from([0x3a, 0xe2, 0x82]),
])

test.each([
  ['in one piece', ODD.length],
  ['in pieces of seven', 7],
  ['byte by byte', 1],
])('bytes out are bytes in, %s', async (_, size) => {
  const server = await upstream((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (let from = 0; from < ODD.length; from += size) response.write(ODD.subarray(from, from + size))
    response.end()
  })
  expect(await ask(server.url)).toEqual({ stdout: latin1(ODD), stderr: '', status: 0 })
})

const digest = (text: string) => createHash('sha256').update(text, 'latin1').digest('hex')

test('two megabytes come through whole', async () => {
  const body = `${chunk('word '.repeat(20)).repeat(10_000)}${chunk('', 'stop')}${DONE}`
  const server = await upstream(stream(body))
  const { stdout, ...rest } = await ask(server.url)
  expect({ stdout: digest(stdout), ...rest }).toEqual({ stdout: digest(body), stderr: '', status: 0 })
})

test.each([
  ['with parameters', 'text/event-stream; charset=utf-8'],
  ['in capitals', 'TEXT/Event-Stream'],
  ['with an empty parameter', 'text/event-stream;'],
])('the content type %s is an event stream', async (_, type) => {
  const server = await upstream(reply(200, ANSWER, { 'content-type': type }))
  expect(await ask(server.url)).toEqual({ stdout: ANSWER, stderr: '', status: 0 })
})

const message = (code: number | string, text: string) => JSON.stringify({ error: { code, message: text } })

interface Refusal {
  readonly title: string
  readonly status: number
  readonly body: string
  readonly headers?: Record<string, string>
  readonly line: string
  readonly exit: number
}

const refusals: readonly Refusal[] = [
  { title: '400', status: 400, body: message(400, 'bad'), line: 'bad_request: bad (HTTP 400)', exit: 65 },
  { title: '402', status: 402, body: message(402, 'no money'), line: 'credits: no money (HTTP 402)', exit: 77 },
  { title: '403', status: 403, body: message(403, 'flagged'), line: 'forbidden: flagged (HTTP 403)', exit: 77 },
  { title: '404', status: 404, body: message(404, 'no model'), line: 'not_found: no model (HTTP 404)', exit: 69 },
  { title: '405', status: 405, body: message(405, 'only GET'), line: 'bad_request: only GET (HTTP 405)', exit: 65 },
  { title: '408', status: 408, body: message(408, 'too slow'), line: 'timeout: too slow (HTTP 408)', exit: 75 },
  { title: '413', status: 413, body: message(413, 'too much'), line: 'bad_request: too much (HTTP 413)', exit: 65 },
  { title: '422', status: 422, body: message(422, 'what?'), line: 'bad_request: what? (HTTP 422)', exit: 65 },
  { title: '429', status: 429, body: message(429, 'slow down'), line: 'rate_limited: slow down (HTTP 429)', exit: 75 },
  { title: '500', status: 500, body: message(500, 'oops'), line: 'server_error: oops (HTTP 500)', exit: 75 },
  { title: '502', status: 502, body: message(502, 'gone'), line: 'server_error: gone (HTTP 502)', exit: 75 },
  { title: '503', status: 503, body: message(503, 'no host'), line: 'overloaded: no host (HTTP 503)', exit: 75 },
  { title: '529', status: 529, body: message(529, 'busy'), line: 'overloaded: busy (HTTP 529)', exit: 75 },
  {
    title: '429 with Retry-After',
    status: 429,
    body: message(429, 'Rate limit exceeded'),
    headers: { 'retry-after': '12' },
    line: 'rate_limited: Rate limit exceeded (HTTP 429, try again in 12 s)',
    exit: 75,
  },
  {
    title: 'a web page',
    status: 502,
    body: '<html><head><title>502 Bad Gateway</title></head><body><h1>Bad</h1></body></html>',
    headers: { 'content-type': 'text/html' },
    line: 'server_error: 502 Bad Gateway (HTTP 502)',
    exit: 75,
  },
  {
    title: 'an array',
    status: 500,
    body: `[${message(500, 'in an array')}]`,
    line: 'server_error: in an array (HTTP 500)',
    exit: 75,
  },
  {
    title: 'an error that is a string',
    status: 500,
    body: '{"error":"just text"}',
    line: 'server_error: just text (HTTP 500)',
    exit: 75,
  },
  { title: 'an empty body', status: 500, body: '', line: 'server_error: no message (HTTP 500)', exit: 75 },
  { title: 'no JSON at all', status: 400, body: 'go away', line: 'bad_request: go away (HTTP 400)', exit: 65 },
  {
    title: 'control characters',
    status: 500,
    body: message(500, 'red \u001b[31m\nsecond \u009b line\u202e'),
    line: 'server_error: red ^[[31m second <U+009B> line<U+202E> (HTTP 500)',
    exit: 75,
  },
  {
    title: 'JSON labelled as bytes',
    status: 400,
    body: message(400, 'still read'),
    headers: { 'content-type': 'application/octet-stream' },
    line: 'bad_request: still read (HTTP 400)',
    exit: 65,
  },
  {
    title: 'an error inside a 200',
    status: 200,
    body: `\n         \n\n   ${message(429, 'slow down')}`,
    line: 'rate_limited: slow down (HTTP 200 with an error in it)',
    exit: 75,
  },
  {
    title: 'a whole answer as JSON',
    status: 200,
    body: '{"object":"chat.completion"}',
    line: 'not_sse: the answer is whole JSON, not an event stream (HTTP 200: {"object":"chat.completion"})',
    exit: 76,
  },
  {
    title: 'a captive portal',
    status: 200,
    body: '<html><head><title>Log in</title></head></html>',
    headers: { 'content-type': 'text/html' },
    line: 'not_sse: the answer is text/html, not an event stream (HTTP 200: Log in)',
    exit: 76,
  },
  {
    title: 'a redirect to another host',
    status: 307,
    body: '',
    headers: { location: 'https://evil.example/v1?key=1' },
    line: 'not_sse: redirected to evil.example (HTTP 307); redirects are not followed, set the base URL instead',
    exit: 76,
  },
  {
    title: 'a stream that says it is compressed',
    status: 200,
    body: gzipSync(ANSWER).toString('latin1'),
    headers: { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' },
    line: 'not_sse: the answer is compressed (gzip) although plain bytes were asked for',
    exit: 76,
  },
]

test.each(refusals)('refused: $title', async ({ status, body, headers = {}, line, exit }) => {
  const server = await upstream(reply(status, body, headers))
  expect(await ask(server.url)).toEqual({ stdout: '', stderr: `or-stream: ${line}\n`, status: exit })
})

test('refused: 401 names who refused the key', async () => {
  const server = await upstream(reply(401, message(401, 'No auth credentials found')))
  expect(await ask(server.url)).toEqual({
    stdout: '',
    stderr: `or-stream: auth: ${server.host} refused the key (HTTP 401: No auth credentials found); set OPENROUTER_API_KEY to a valid one\n`,
    status: 77,
  })
})

test('refused: 204', async () => {
  const server = await upstream((response) => response.writeHead(204).end())
  expect(await ask(server.url)).toEqual({
    stdout: '',
    stderr: 'or-stream: not_sse: the answer came with HTTP 204, not 200\n',
    status: 76,
  })
})

const half = chunk('short.').slice(0, 40)
const CUT = { line: /truncated: the answer was cut off after \d+ bytes \(.+\)/, exit: 76 }
const NO_MARK = { line: /truncated: the stream ended after 1 event without an end mark/, exit: 76 }

interface Fault {
  readonly title: string
  readonly send: (socket: Socket) => void
  /** All that must have come out. */
  readonly out: string
  readonly line: RegExp
  readonly exit: number
}

const faults: readonly Fault[] = [
  {
    title: 'chunked without an end',
    send: (socket) => socket.end(`${STREAM_HEAD}transfer-encoding: chunked\r\n\r\n${coded(chunk('one'))}`),
    out: chunk('one'),
    ...CUT,
  },
  {
    title: 'chunked without an end, in the middle of an event',
    send: (socket) => socket.end(`${STREAM_HEAD}transfer-encoding: chunked\r\n\r\n${coded(chunk('one') + half)}`),
    out: chunk('one') + half,
    ...CUT,
  },
  {
    title: 'fewer bytes than Content-Length',
    send: (socket) => socket.end(`${STREAM_HEAD}content-length: 1000\r\n\r\n${chunk('one')}`),
    out: chunk('one'),
    ...CUT,
  },
  {
    title: 'a bad chunk size',
    send: (socket) =>
      socket.end(`${STREAM_HEAD}transfer-encoding: chunked\r\n\r\n${coded(chunk('one'))}zz\r\n${chunk('two')}\r\n`),
    out: chunk('one'),
    ...CUT,
  },
  {
    title: 'close-delimited, without an end mark',
    send: (socket) => socket.end(`${STREAM_HEAD}\r\n${chunk('one')}`),
    out: chunk('one'),
    ...NO_MARK,
  },
  {
    title: 'close-delimited, in the middle of an event',
    send: (socket) => socket.end(`${STREAM_HEAD}\r\n${chunk('one')}${half}`),
    out: chunk('one') + half,
    ...NO_MARK,
  },
  {
    title: 'no bytes at all',
    send: (socket) => socket.end(`${STREAM_HEAD}content-length: 0\r\n\r\n`),
    out: '',
    line: /empty: the stream ended without a data event/,
    exit: 76,
  },
  {
    title: 'only comments',
    send: (socket) => socket.end(`${STREAM_HEAD}\r\n: OPENROUTER PROCESSING\n\n`),
    out: ': OPENROUTER PROCESSING\n\n',
    line: /empty: the stream ended without a data event/,
    exit: 76,
  },
  {
    title: 'an error event without a code',
    send: (socket) => socket.end(`${STREAM_HEAD}\r\n${chunk('one')}${errorEvent(undefined, 'it broke')}${DONE}`),
    out: `${chunk('one')}${errorEvent(undefined, 'it broke')}${DONE}`,
    line: /stream_error: it broke/,
    exit: 76,
  },
  {
    title: 'an error event with a code of its own',
    send: (socket) => socket.end(`${STREAM_HEAD}\r\n${chunk('one')}${errorEvent(429, 'slow down')}`),
    out: `${chunk('one')}${errorEvent(429, 'slow down')}`,
    line: /rate_limited: slow down \(429\)/,
    exit: 75,
  },
  {
    title: 'broken JSON in the middle',
    send: (socket) => socket.end(`${STREAM_HEAD}\r\n${chunk('one')}data: {oops\n\n${chunk('', 'stop')}${DONE}`),
    out: `${chunk('one')}data: {oops\n\n${chunk('', 'stop')}${DONE}`,
    line: /bad_data: event 2 is not JSON: \{oops/,
    exit: 65,
  },
]

test.each(faults)('after a 200: $title', async ({ send, out, line, exit }) => {
  const server = await rawUpstream(send)
  expect(await ask(server.url)).toEqual({
    stdout: out,
    stderr: expect.stringMatching(new RegExp(`^or-stream: ${line.source}\n$`)),
    status: exit,
  })
})

test.each([
  ['chunked', 'transfer-encoding: chunked\r\n\r\n', coded, CUT],
  ['with a length', 'content-length: 1000\r\n\r\n', String, CUT],
  ['close-delimited', '\r\n', String, { line: /truncated: .+/, exit: 76 }],
] as const)('a reset in mid-stream, %s', async (_, framing, code, { line, exit }) => {
  const sockets: Socket[] = []
  const server = await rawUpstream((socket) => {
    sockets.push(socket)
    socket.write(`${STREAM_HEAD}${framing}${code(chunk('one') + half)}`)
  })
  const child = start('or-stream', ['-n', '--base-url', server.url, 'x'])
  await child.wrote(half)
  sockets[0]?.resetAndDestroy()
  expect(await child.ended).toEqual({
    stdout: chunk('one') + half,
    stderr: expect.stringMatching(new RegExp(`^or-stream: ${line.source}\n$`)),
    status: exit,
  })
})

test('an answer that is whole is not spoilt by how its connection ends', async () => {
  const server = await rawUpstream((socket) => {
    socket.end(`${STREAM_HEAD}transfer-encoding: chunked\r\n\r\n${coded(ANSWER)}`)
  })
  expect(await ask(server.url)).toEqual({ stdout: ANSWER, stderr: '', status: 0 })
})

test('early hints before the answer are no answer', async () => {
  const server = await rawUpstream((socket) => {
    socket.end(`HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${STREAM_HEAD}\r\n${ANSWER}`)
  })
  expect(await ask(server.url)).toEqual({ stdout: ANSWER, stderr: '', status: 0 })
})

test.each([
  ['nothing', (socket: Socket) => void socket.end()],
  ['a reset', (socket: Socket) => void socket.resetAndDestroy()],
  ['another protocol', (socket: Socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
  ['a head that is too large', (socket: Socket) => void socket.end(`${STREAM_HEAD}x: ${'y'.repeat(20_000)}\r\n\r\n`)],
  ['two lengths', (socket: Socket) => void socket.end(`${STREAM_HEAD}content-length: 5\r\ncontent-length: 6\r\n\r\n`)],
])('in place of an answer: %s', async (_, send) => {
  const server = await rawUpstream(send)
  expect(await ask(server.url)).toEqual({
    stdout: '',
    stderr: expect.stringMatching(new RegExp(`^or-stream: connection: ${server.host}: .+\n$`)),
    status: 75,
  })
})

test('nobody listens', async () => {
  expect(await ask('http://127.0.0.1:1/api/v1')).toEqual({
    stdout: '',
    stderr: 'or-stream: unreachable: 127.0.0.1:1: connection refused\n',
    status: 69,
  })
})

const echoes: readonly [string, (response: ServerResponse, request: Received) => void][] = [
  ['whole', (response) => reply(401, message(401, `Incorrect API key provided: ${KEY}`))(response)],
  ['cut', (response) => reply(401, message(401, `Incorrect API key provided: ${KEY.slice(0, 16)}...`))(response)],
  ['masked', (response) => reply(401, message(401, `bad: ${KEY.slice(0, 9)}****${KEY.slice(-8)}`))(response)],
  ['as a header', (response, { headers }) => reply(400, message(400, JSON.stringify(headers)))(response)],
  ['in a page', (response) => reply(500, `<title>${KEY}</title>`, { 'content-type': 'text/html' })(response)],
  ['in a redirect', (response) => reply(302, '', { location: `https://${KEY}.example/` })(response)],
  ['in a 200', (response) => reply(200, `{"key":"${KEY}"}`)(response)],
]

test.each(echoes)('a server that echoes the key, %s: it is not told', async (_, script) => {
  const server = await upstream(script)
  const { stdout, stderr, status } = await program('or-stream', ['-v', '--base-url', server.url, 'x'], { env })
  const told = KEY.split('').flatMap((_letter, at) => (at + 8 <= KEY.length ? [KEY.slice(at, at + 8)] : []))
  expect({ stdout, told: told.filter((piece) => stderr.includes(piece)), failed: status > 0 }).toEqual({
    stdout: '',
    told: [],
    failed: true,
  })
})

test('a server that echoes the key in an error event: the message hides it', async () => {
  const server = await upstream(stream(`${chunk('one')}${errorEvent(401, `bad key ${KEY}`)}`))
  expect(await ask(server.url)).toMatchObject({ stderr: 'or-stream: auth: bad key [key] (401)\n', status: 77 })
})
