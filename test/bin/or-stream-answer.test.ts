import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { few } from '../support/size.js'
import { program } from '../support/spawn.js'
import { rawUpstream, reply, stream, upstream } from '../support/upstream.js'
import { ANSWER, chunk, DONE, errorEvent } from '../support/wire.js'

const KEY = 'sk-or-v1-0123456789abcdef'
const env = { OPENROUTER_API_KEY: KEY }
const ONCE = ['--retry', '0']
const ask = (url: string) => program('or-stream', [...ONCE, '--base-url', url, 'x'], { env, encoding: 'latin1' })
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

/** Bytes that do not survive decoding and encoding. */
const ODD = Buffer.concat([
  Buffer.from([0xef, 0xbb, 0xbf]),
  Buffer.from(': \u2028 comment\r\n\r\n'),
  Buffer.from([0x3a, 0x20, 0xff, 0xfe, 0xc0, 0x80, 0x00, 0x0d, 0x0d]),
  Buffer.from(ANSWER.replaceAll('\n', '\r\n')),
  Buffer.from([0x3a, 0xe2, 0x82]),
])

test.each(
  few([
    ['in one piece', ODD.length],
    ['in pieces of seven', 7],
    ['byte by byte', 1],
  ]),
)('or-stream writes the bytes of the response unchanged, %s', async (_, size) => {
  const server = await upstream((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (let from = 0; from < ODD.length; from += size) response.write(ODD.subarray(from, from + size))
    response.end()
  })
  expect(await ask(server.url)).toEqual({ stdout: latin1(ODD), stderr: '', status: 0 })
})

const digest = (text: string) => createHash('sha256').update(text, 'latin1').digest('hex')

test('or-stream forwards two megabytes completely', async () => {
  const body = `${chunk('word '.repeat(20)).repeat(10_000)}${chunk('', 'stop')}${DONE}`
  const server = await upstream(stream(body))
  const { stdout, ...rest } = await ask(server.url)
  expect({ stdout: digest(stdout), ...rest }).toEqual({ stdout: digest(body), stderr: '', status: 0 })
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

const LOOK = '; check the request body with --dry-run'

const refusals: readonly Refusal[] = [
  { title: '400', status: 400, body: message(400, 'bad'), line: `bad_request: bad (HTTP 400)${LOOK}`, exit: 65 },
  {
    title: '402',
    status: 402,
    body: message(402, 'no money'),
    line: 'credits: no money (HTTP 402); add credits, raise the limit, or use a free model',
    exit: 77,
  },
  {
    title: '403',
    status: 403,
    body: message(403, 'flagged'),
    line: 'forbidden: flagged (HTTP 403); ask the owner of the key for permission',
    exit: 77,
  },
  {
    title: '404',
    status: 404,
    body: message(404, 'no model'),
    line: 'not_found: no model (HTTP 404 from URL/chat/completions); check the name of the model',
    exit: 69,
  },
  {
    title: '405',
    status: 405,
    body: message(405, 'only GET'),
    line: `bad_request: only GET (HTTP 405)${LOOK}`,
    exit: 65,
  },
  { title: '408', status: 408, body: message(408, 'too slow'), line: 'timeout: too slow (HTTP 408)', exit: 75 },
  {
    title: '413',
    status: 413,
    body: message(413, 'too much'),
    line: `bad_request: too much (HTTP 413)${LOOK}`,
    exit: 65,
  },
  { title: '422', status: 422, body: message(422, 'what?'), line: `bad_request: what? (HTTP 422)${LOOK}`, exit: 65 },
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
  { title: 'no JSON at all', status: 400, body: 'go away', line: `bad_request: go away (HTTP 400)${LOOK}`, exit: 65 },
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
    line: `bad_request: still read (HTTP 400)${LOOK}`,
    exit: 65,
  },
]

test.each(few(refusals))('an HTTP error is reported: $title', async ({ status, body, headers = {}, line, exit }) => {
  const server = await upstream(reply(status, body, headers))
  const stderr = `or-stream: ${line.replace('URL', server.url)}\n`
  expect(await ask(server.url)).toEqual({ stdout: '', stderr, status: exit })
})

test('HTTP 401 names the host that refused the key', async () => {
  const server = await upstream(reply(401, message(401, 'No auth credentials found')))
  expect(await ask(server.url)).toEqual({
    stdout: '',
    stderr: `or-stream: auth: ${server.host} refused the key (HTTP 401: No auth credentials found); set OPENROUTER_API_KEY to a valid key\n`,
    status: 77,
  })
})

const broken: readonly { title: string; body: string; line: string; exit: number }[] = [
  {
    title: 'an error event without a code',
    body: `${chunk('one')}${errorEvent(undefined, 'it broke')}${DONE}`,
    line: 'stream_error: it broke',
    exit: 76,
  },
  {
    title: 'an error event with a code of its own',
    body: `${chunk('one')}${errorEvent(429, 'slow down')}`,
    line: 'rate_limited: slow down (429)',
    exit: 75,
  },
  {
    title: 'broken JSON in the middle',
    body: `${chunk('one')}data: {oops\n\n${chunk('', 'stop')}${DONE}`,
    line: 'bad_data: event 2 is not JSON: {oops',
    exit: 65,
  },
]

test.each(few(broken))('an error after HTTP 200 is reported: $title', async ({ body, line, exit }) => {
  const server = await upstream(stream(body))
  expect(await ask(server.url)).toEqual({ stdout: body, stderr: `or-stream: ${line}\n`, status: exit })
})

test('a response that is not HTTP exits 76', async () => {
  const server = await rawUpstream((socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
  expect(await ask(server.url)).toEqual({
    stdout: '',
    stderr: `or-stream: not_sse: ${server.host}: the response is not HTTP\n`,
    status: 76,
  })
})
