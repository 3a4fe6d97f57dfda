import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { retryBuffer } from '../../src/client/retry-buffer.js'
import { dialects } from '../../src/dialects/index.js'
import { singleUse } from '../../src/client/connect.js'
import { fetchStream } from '../../src/client/attempts.js'
import { decideRetry, DEFAULT_RETRY, retryAfter } from '../../src/client/retry.js'
import { HTTP_CASES, HTTP_RESPONSES } from '../support/corpus.js'
import { folderWith } from '../support/folder.js'
import { sized, some, few } from '../support/size.js'
import { program, start } from '../support/spawn.js'
import {
  coded,
  rawUpstream,
  reply,
  stream,
  STREAM_HEAD,
  upstream,
  type Received,
  type Upstream,
} from '../support/upstream.js'
import { ANSWER, chunk, DONE, errorEvent, event } from '../support/wire.js'

const KEY = 'sk-or-v1-0123456789abcdef'
const env = { OPENROUTER_API_KEY: KEY }
/** Without standard input, and with almost no delay. */
const ARGS = ['--no-stdin', '--retry-delay', '1ms']
const ask = (url: string, ...args: string[]) =>
  program('or-stream', [...ARGS, ...args, '--base-url', url, 'x'], { env })

type Script = (response: ServerResponse, request: Received) => void
type RawScript = (socket: Socket, request: Received) => void

/** Runs one script for each request in turn; the last one for all later requests. */
function inTurn<First, Second>(scripts: readonly ((first: First, second: Second) => void)[]) {
  let requests = 0
  return (first: First, second: Second) => scripts[Math.min(requests++, scripts.length - 1)]?.(first, second)
}

const scripted = (...scripts: Script[]) => upstream(inTurn(scripts))
const rawScripted = (...scripts: RawScript[]) => rawUpstream(inTurn(scripts))

/** Runs or-stream against a server. Returns its result and the number of requests. */
async function askServer(server: Upstream, ...args: string[]) {
  const ended = await ask(server.url, ...args)
  return { ...ended, requests: server.requests.length }
}

const message = (text: string, rest: object = {}) => JSON.stringify({ error: { message: text, ...rest } })
const refused = (status: number, headers: Record<string, string> = {}) => reply(status, message('no'), headers)

const stderrOf = (...lines: string[]) => lines.map((line) => `or-stream: ${line}\n`).join('')
const escaped = (text: string) => text.replace(/[()[\]{}.*+?^$|\\]/g, String.raw`\$&`)
/** Pattern of the message for a failure that is retried. */
const again = (failure: string, attempts: number, of = 2, wait = String.raw`\d+ ms`) =>
  `or-stream: ${escaped(failure)}; retrying in ${wait} \\(${attempts} of ${of}\\)\n`
const last = (failure: string) => `or-stream: ${escaped(failure)}\n`
const matching = (...lines: string[]) => expect.stringMatching(new RegExp(`^${lines.join('')}$`)) as string
/** Pattern of the messages for a failure of all three attempts. */
const thrice = (failure: string) =>
  matching(again(failure, 1), again(failure, 2), last(`${failure}; gave up after 3 attempts`))

/** Ends an answer early, in a framing that reveals the cut. */
const cutAfter = (bytes: string): RawScript => {
  return (socket) => void socket.end(`${STREAM_HEAD}transfer-encoding: chunked\r\n\r\n${coded(bytes)}`)
}
const whole = (bytes = ANSWER): RawScript => {
  return (socket) => void socket.end(`${STREAM_HEAD}content-length: ${Buffer.byteLength(bytes)}\r\n\r\n${bytes}`)
}
const reset: RawScript = (socket) => void socket.resetAndDestroy()

/** Returns a script that makes each call of `Date.now()` return a time `days` days after the previous one. */
const jump = (days: number) => `let jumps = 0
  const now = Date.now.bind(Date)
  Date.now = () => now() + ${days} * 86_400_000 * ++jumps`

describe('R42 · the clock of the machine jumps · no limit notices, and a date in Retry-After is at the most a time that is bounded · 0, or 75', () => {
  const folder = folderWith({ 'forward.cjs': jump(1), 'back.cjs': jump(-1) })
  const under = (clock: string, url: string, ...args: string[]) =>
    program('or-stream', [...ARGS, ...args, '--base-url', url, 'x'], {
      env: { ...env, NODE_OPTIONS: `--require ${join(folder, clock)}` },
    })
  const limits = ['--first-byte-timeout', '20s', '--idle-timeout', '20s', '--data-timeout', '20s', '--max-time', '20s']

  test.each(few(['forward.cjs', 'back.cjs']))('%s: an answer is read to its end', async (clock) => {
    const pieces = [chunk('Blue is '), chunk('short.'), chunk('', 'stop'), DONE]
    const server = await scripted(refused(503), async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const piece of pieces) {
        response.write(piece)
        await new Promise((resolve) => setTimeout(resolve, 300))
      }
      response.end()
    })
    expect(await under(clock, server.url, ...limits)).toEqual({
      stdout: ANSWER,
      stderr: matching(again('overloaded: no (HTTP 503)', 1)),
      status: 0,
    })
  })

  test('a date that is suddenly past is no wait', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString()
    const server = await scripted(refused(503, { 'retry-after': date }), stream(ANSWER))
    expect(await under('forward.cjs', server.url)).toEqual({
      stdout: ANSWER,
      stderr: stderrOf('overloaded: no (HTTP 503, try again in 0 s); retrying in 0 ms (1 of 2)'),
      status: 0,
    })
  })

  test('for a date that is suddenly far away nobody waits', async () => {
    const server = await scripted(refused(503, { 'retry-after': new Date().toUTCString() }), stream(ANSWER))
    expect({ ...(await under('back.cjs', server.url)), requests: server.requests.length }).toEqual({
      stdout: '',
      stderr: matching(
        String.raw`or-stream: overloaded: no \(HTTP 503, try again in \d{5}(\.\d)? s\); the response asks for a delay of \d{5}(\.\d)? s, but no retry may start later than 60 s after the first attempt .+\n`,
      ),
      status: 75,
      requests: 1,
    })
  })
})

const bad = (status: number) => `bad_request: no (HTTP ${status}); check the request body with --dry-run`

describe('R43 · 400, 404, 405, 410, 412, 413, 422 · asked once; the message of the body on stderr, nothing on stdout · 65, or 69 for 404', () => {
  test.each(
    few([
      [400, bad(400), 65],
      [404, 'not_found: no (HTTP 404 from URL/chat/completions); check the base URL', 69],
      [405, bad(405), 65],
      [410, bad(410), 65],
      [412, bad(412), 65],
      [413, bad(413), 65],
      [422, bad(422), 65],
      [418, bad(418), 65],
    ]),
  )('%i', async (code, line, status) => {
    const server = await scripted(refused(code), stream(ANSWER))
    const stderr = stderrOf(line.replace('URL', server.url))
    expect(await askServer(server)).toEqual({ stdout: '', stderr, status, requests: 1 })
  })

  test('a time to wait does not change that', async () => {
    const server = await scripted(refused(400, { 'retry-after': '0' }), stream(ANSWER))
    expect(await askServer(server)).toMatchObject({ stdout: '', status: 65, requests: 1 })
  })
})

describe('R44 · 401, 402, 403 · asked once; told where the key comes from, never the key · 77', () => {
  const hint = 'set OPENROUTER_API_KEY to a valid key'
  test('401', async () => {
    const server = await scripted(refused(401), stream(ANSWER))
    expect(await askServer(server)).toEqual({
      stdout: '',
      stderr: stderrOf(`auth: ${server.host} refused the key (HTTP 401: no); ${hint}`),
      status: 77,
      requests: 1,
    })
  })

  test('401, with the key from a file', async () => {
    const file = join(folderWith({ key: KEY }), 'key')
    const server = await scripted(refused(401), stream(ANSWER))
    expect(await askServer(server, '--api-key-file', file)).toEqual({
      stdout: '',
      stderr: stderrOf(`auth: ${server.host} refused the key (HTTP 401: no); write a valid key to ${file}`),
      status: 77,
      requests: 1,
    })
  })

  test.each(
    few([
      [402, {}, 'credits: no (HTTP 402); add credits, raise the limit, or use a free model'],
      [403, {}, 'forbidden: no (HTTP 403); ask the owner of the key for permission'],
      [
        403,
        { metadata: { reasons: ['violence'], flagged_input: '…' } },
        'moderation: no (HTTP 403, flagged for violence); change the prompt, or use another model',
      ],
      [
        402,
        { metadata: { limit_source: 'key', limit_usd: 10, spend_usd: 10 } },
        'credits: no (HTTP 402, limit key, $10 spent of $10); add credits, raise the limit, or use a free model',
      ],
    ]),
  )('%i %j', async (code, rest, line) => {
    const server = await scripted(reply(code, message('no', rest)), stream(ANSWER))
    expect(await askServer(server)).toEqual({ stdout: '', stderr: stderrOf(line), status: 77, requests: 1 })
  })
})

/** The retryable statuses and their error codes. */
const RETRYABLE = [
  [408, 'timeout'],
  [409, 'server_error'],
  [425, 'server_error'],
  [429, 'rate_limited'],
  [500, 'server_error'],
  [502, 'server_error'],
  [503, 'overloaded'],
  [504, 'timeout'],
  [520, 'server_error'],
  [524, 'timeout'],
  [529, 'overloaded'],
] as const

describe('R45 · 408, 409, 425, 429, 5xx, 529, and 402 with Retry-After · asked again, twice unless told otherwise (--retry), each told · 0, then 75', () => {
  test.each(few(RETRYABLE))('%i: the third try brings the answer', async (code, name) => {
    const server = await scripted(refused(code), refused(code), stream(ANSWER))
    const failure = `${name}: no (HTTP ${code})`
    expect(await askServer(server)).toEqual({
      stdout: ANSWER,
      stderr: matching(again(failure, 1), again(failure, 2)),
      status: 0,
      requests: 3,
    })
  })

  test.each(few(RETRYABLE))('%i: three tries, and no more', async (code, name) => {
    const server = await scripted(refused(code))
    expect(await askServer(server)).toEqual({
      stdout: '',
      stderr: thrice(`${name}: no (HTTP ${code})`),
      status: 75,
      requests: 3,
    })
  })

  test('402 with a time to wait', async () => {
    const server = await scripted(refused(402, { 'retry-after': '0' }), stream(ANSWER))
    const failure = 'rate_limited: no (HTTP 402, try again in 0 s)'
    expect(await askServer(server)).toEqual({
      stdout: ANSWER,
      stderr: matching(again(failure, 1)),
      status: 0,
      requests: 2,
    })
  })

  test.each(few([0, 1, 5]))('--retry %i', async (times) => {
    const server = await scripted(refused(429))
    const failure = 'rate_limited: no (HTTP 429)'
    const messages = Array.from({ length: times }, (_, attempt) => again(failure, attempt + 1, times))
    const end = times === 0 ? failure : `${failure}; gave up after ${times + 1} attempts`
    expect(await askServer(server, '--retry', String(times))).toEqual({
      stdout: '',
      stderr: matching(...messages, last(end)),
      status: 75,
      requests: times + 1,
    })
  })

  test.each(few(['-1', '1.5', 'two', '']))('--retry %j is wrong usage', async (times) => {
    const server = await scripted(stream(ANSWER))
    expect(await askServer(server, `--retry=${times}`)).toMatchObject({ stdout: '', status: 64, requests: 0 })
  })

  test('another failure counts on, and the last is told', async () => {
    const server = await scripted(refused(500), refused(429), refused(401))
    expect(await askServer(server)).toEqual({
      stdout: '',
      stderr: matching(
        again('server_error: no (HTTP 500)', 1),
        again('rate_limited: no (HTTP 429)', 2),
        last(`auth: ${server.host} refused the key (HTTP 401: no); set OPENROUTER_API_KEY to a valid key`),
      ),
      status: 77,
      requests: 3,
    })
  })

  test('-q tells only the end', async () => {
    const server = await scripted(refused(429))
    expect(await askServer(server, '-q')).toEqual({
      stdout: '',
      stderr: stderrOf('rate_limited: no (HTTP 429); gave up after 3 attempts'),
      status: 75,
      requests: 3,
    })
  })

  test('machines are told a line of JSON for each', async () => {
    const server = await scripted(refused(429, { 'retry-after': '0' }))
    const { stderr, ...rest } = await askServer(server, '--errors=json', '--retry', '1')
    const lines = stderr.trimEnd().split('\n')
    expect({ ...rest, lines: lines.map((line) => JSON.parse(line) as object) }).toEqual({
      stdout: '',
      status: 75,
      requests: 2,
      lines: [
        {
          tool: 'or-stream',
          level: 'info',
          message: 'rate_limited: no (HTTP 429, try again in 0 s); retrying in 0 ms (1 of 1)',
        },
        {
          tool: 'or-stream',
          level: 'error',
          code: 'rate_limited',
          status: 75,
          retryable: true,
          message: 'no (HTTP 429, try again in 0 s); gave up after 2 attempts',
          http_status: 429,
          retry_after_ms: 0,
        },
      ],
    })
  })

  test.each(
    few([
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const),
  )('%s in the wait for the next try ends it', async (signal, status) => {
    const server = await scripted(refused(429, { 'retry-after': '30' }))
    const child = start('or-stream', [...ARGS, '--base-url', server.url, 'x'])
    await child.wrote('retrying in 30 s', 'stderr')
    child.kill(signal)
    expect({ ...(await child.ended), requests: server.requests.length }).toEqual({
      stdout: '',
      stderr: matching(again('rate_limited: no (HTTP 429, try again in 30 s)', 1, 2, '30 s')),
      status,
      requests: 1,
    })
  })
})

describe('R46 · Retry-After: seconds, a date, 0, negative, no number, 1e9, a date that is past · obeyed up to --retry-max-time; beyond it nobody waits, and is told when · 75', () => {
  const NOW = Date.UTC(2026, 0, 1)
  const JITTER = { wait: 250 }
  const bound = 'no retry may start later than 60 s after the first attempt (--retry-max-time, --max-time)'

  test.each(
    few([
      ['12', { wait: 12_000 }],
      ['Thu, 01 Jan 2026 00:00:12 GMT', { wait: 12_000 }],
      ['0', { wait: 0 }],
      ['-5', JITTER],
      ['NaN', JITTER],
      ['1e9', JITTER],
      ['1000000000', { giveUp: `the response asks for a delay of 1000000000 s, but ${bound}` }],
      ['Wed, 21 Oct 2015 07:28:00 GMT', { wait: 0 }],
      ['Thu, 01 Jan 2026 00:01:01 GMT', { giveUp: `the response asks for a delay of 61 s, but ${bound}` }],
      ['60', { wait: 60_000 }],
    ]),
  )('%s', (value, next) => {
    const wait = retryAfter(new Map([['retry-after', value]]), NOW)
    expect(decideRetry({ retryable: true, retryAfter: wait }, 1, 0, DEFAULT_RETRY, 0.5)).toEqual(next)
  })

  test('0 is obeyed', async () => {
    const server = await scripted(refused(429, { 'retry-after': '0' }), stream(ANSWER))
    const failure = 'rate_limited: no (HTTP 429, try again in 0 s)'
    // Without Retry-After the first delay could be an hour.
    expect(await askServer(server, '--retry-delay', '1h')).toEqual({
      stdout: ANSWER,
      stderr: matching(again(failure, 1, 2, '0 ms')),
      status: 0,
      requests: 2,
    })
  })

  test('1,000,000,000 is not', async () => {
    const server = await scripted(refused(429, { 'retry-after': '1000000000' }), stream(ANSWER))
    const failure = `rate_limited: no (HTTP 429, try again in 1000000000 s); the response asks for a delay of 1000000000 s, but ${bound}`
    expect(await askServer(server)).toEqual({ stdout: '', stderr: stderrOf(failure), status: 75, requests: 1 })
  })

  test('what an error in the stream asks for is obeyed too', async () => {
    const availability = { code: 'capacity_exhausted', retryable: true, retry_after: 0 }
    const failure = event({ error: { message: 'busy', http_status: 429, availability } })
    const server = await scripted(stream(failure), stream(ANSWER))
    const line = 'rate_limited: busy (429, capacity_exhausted, try again in 0 s)'
    expect(await askServer(server, '--retry-delay', '1h')).toEqual({
      stdout: ANSWER,
      stderr: matching(again(line, 1, 2, '0 ms')),
      status: 0,
      requests: 2,
    })
  })
})

describe('R47 · Retry-After-Ms beside Retry-After · milliseconds come first, and 0 is a time · 0', () => {
  test.each(
    few([
      [{ 'retry-after': '1', 'retry-after-ms': '0' }, '0 s', '0 ms'],
      [{ 'retry-after': '30', 'retry-after-ms': '20' }, '0.1 s', '20 ms'],
      [{ 'retry-after-ms': '20' }, '0.1 s', '20 ms'],
      [{ 'retry-after': '0', 'retry-after-ms': 'soon' }, '0 s', '0 ms'],
    ]),
  )('%j', async (headers, told, wait) => {
    const server = await scripted(refused(429, headers as Record<string, string>), stream(ANSWER))
    expect(await askServer(server, '--retry-delay', '1h')).toEqual({
      stdout: ANSWER,
      stderr: stderrOf(`rate_limited: no (HTTP 429, try again in ${told}); retrying in ${wait} (1 of 2)`),
      status: 0,
      requests: 2,
    })
  })
})

describe('R48 · x-should-retry · obeyed, whatever the status · 0, or that of the refusal', () => {
  test('false: a 503 is not asked again', async () => {
    const server = await scripted(refused(503, { 'x-should-retry': 'false' }), stream(ANSWER))
    expect(await askServer(server)).toEqual({
      stdout: '',
      stderr: stderrOf('overloaded: no (HTTP 503)'),
      status: 75,
      requests: 1,
    })
  })

  test('true: a 400 is', async () => {
    const server = await scripted(refused(400, { 'x-should-retry': 'true' }), stream(ANSWER))
    const failure = 'bad_request: no (HTTP 400); check the request body with --dry-run'
    expect(await askServer(server)).toEqual({
      stdout: ANSWER,
      stderr: matching(again(failure, 1)),
      status: 0,
      requests: 2,
    })
  })

  test('neither: the status decides', async () => {
    const server = await scripted(refused(400, { 'x-should-retry': 'perhaps' }), stream(ANSWER))
    expect(await askServer(server)).toMatchObject({ stdout: '', status: 65, requests: 1 })
  })
})

/** Returns a generator of numbers between 0 and 1, the same in every run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const PATIENT = { ...DEFAULT_RETRY, times: 20, maxTime: Number.POSITIVE_INFINITY }

function waitOf(tries: number, chance: number): number {
  const next = decideRetry({ retryable: true, retryAfter: undefined }, tries, 0, PATIENT, chance)
  return 'wait' in next ? next.wait : Number.NaN
}

describe('R49 · how long between two tries · anything from 0 to 0.5 s, 1 s, 2 s … 8 s, each as likely (full jitter) · the same', () => {
  test.each(few([1, 2, 3, 4, 5, 6, 12]))(
    '10,000 draws before try %i: none over the cap, in the mean half of it',
    (tries) => {
      const cap = Math.min(8000, 500 * 2 ** (tries - 1))
      const dice = randomNumbers(7)
      const draws = Array.from({ length: 10_000 }, () => waitOf(tries, dice()))
      const mean = draws.reduce((sum, wait) => sum + wait, 0) / draws.length
      expect({
        over: draws.filter((wait) => !(wait >= 0 && wait <= cap)),
        mean: Math.abs(mean - cap / 2) < (0.02 * cap) / 2,
      }).toEqual({ over: [], mean: true })
    },
  )
})

describe('R50 · a thousand clients are refused at once · they come back apart: no tenth of a second gets three times its share · the same', () => {
  test.each(few([1, 2, 3, 4, 5]))('before try %i', (tries) => {
    const dice = randomNumbers(11)
    const bins = Array.from({ length: Math.min(8000, 500 * 2 ** (tries - 1)) / 100 }, () => 0)
    for (let client = 0; client < 1000; client++) {
      const bin = Math.floor(waitOf(tries, dice()) / 100)
      bins[bin] = (bins[bin] ?? 0) + 1
    }
    expect(Math.max(...bins)).toBeLessThan((3 * 1000) / bins.length)
  })
})

describe('R51 · it fails after an event was written · never asked again, for what was given cannot be taken back · 76, or that of the error', () => {
  const events = chunk('one') + chunk('two') + chunk('three')
  const half = chunk('four').slice(0, 30)

  test.each(
    few([
      ['cut', cutAfter(events), events],
      ['cut in an event', cutAfter(events + half), `${events}${half}\n`],
      ['cut after one event', cutAfter(chunk('one')), chunk('one')],
      ['cut after comments and one event', cutAfter(`: a\n\n${chunk('one')}`), `: a\n\n${chunk('one')}`],
    ]),
  )('%s', async (_, script, stdout) => {
    const server = await rawScripted(script, whole())
    expect(await askServer(server, '--retry', '5')).toEqual({
      stdout,
      stderr: stderrOf(
        `truncated: the answer was cut off after ${stdout.trimEnd().length + (stdout.endsWith('\n\n') ? 2 : 0)} bytes: ${server.host}: the connection broke`,
      ),
      status: 76,
      requests: 1,
    })
  })

  test('reset', async () => {
    const sockets: Socket[] = []
    const server = await rawUpstream((socket) => {
      sockets.push(socket)
      socket.write(`${STREAM_HEAD}transfer-encoding: chunked\r\n\r\n${coded(events)}`)
    })
    const child = start('or-stream', [...ARGS, '--base-url', server.url, 'x'])
    await child.wrote('three')
    sockets[0]?.resetAndDestroy()
    expect({ ...(await child.ended), requests: server.requests.length }).toEqual({
      stdout: events,
      stderr: stderrOf(
        `truncated: the answer was cut off after ${events.length} bytes: ${server.host}: the connection broke`,
      ),
      status: 76,
      requests: 1,
    })
  })

  test.each(
    few([
      ['an error that may go away', errorEvent(502, 'gone'), 'server_error: gone (502)', 75],
      ['an error without a code', errorEvent(undefined, 'it broke'), 'stream_error: it broke', 76],
    ]),
  )('%s', async (_, error, line, status) => {
    const server = await scripted(stream(events + error), stream(ANSWER))
    expect(await askServer(server)).toEqual({ stdout: events + error, stderr: stderrOf(line), status, requests: 1 })
  })

  test('silence', async () => {
    const server = await scripted((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(events)
    }, stream(ANSWER))
    expect(await askServer(server, '--idle-timeout', '300ms')).toEqual({
      stdout: events,
      stderr: stderrOf(
        `truncated: the answer was cut off after ${events.length} bytes: ${server.host}: no bytes received within 300 ms (--idle-timeout)`,
      ),
      status: 76,
      requests: 1,
    })
  })
})

const PROCESSING = ': OPENROUTER PROCESSING\n\n'

const broke = (host: string) => `connection: ${host}: the connection broke`

describe('R52 · it fails after the head, before the first data event · asked again; whole comments go out as they come, half a block is dropped, never spliced · 0, then 75', () => {
  test.each(
    few([
      ['nothing', '', ''],
      ['a comment', PROCESSING, PROCESSING],
      ['a comment and half of one', `${PROCESSING}: OPENRO`, PROCESSING],
      ['half an event', `${PROCESSING}data: {"id":"gen-1","choi`, PROCESSING],
      ['an event without its blank line', `${PROCESSING}${chunk('lost').slice(0, -1)}`, PROCESSING],
      ['half a block with a comment in it', 'event: x\n: inside\nid: 1\n', ''],
      ['half a block in CRLF', ': a\r\n\r\nevent: x\r\n', ': a\r\n\r\n'],
    ]),
  )('cut after %s', async (_, bytes, out) => {
    const server = await rawScripted(cutAfter(bytes), whole())
    expect(await askServer(server)).toEqual({
      stdout: out + ANSWER,
      stderr: matching(again(broke(server.host), 1)),
      status: 0,
      requests: 2,
    })
  })

  test('a reset', async () => {
    const sockets: Socket[] = []
    const server = await rawScripted(
      (socket) => {
        sockets.push(socket)
        socket.write(`${STREAM_HEAD}\r\n${PROCESSING}data: {"half`)
      },
      whole(PROCESSING + ANSWER),
    )
    const child = start('or-stream', [...ARGS, '--base-url', server.url, 'x'])
    await child.wrote(PROCESSING)
    sockets[0]?.resetAndDestroy()
    expect({ ...(await child.ended), requests: server.requests.length }).toEqual({
      stdout: `${PROCESSING}${PROCESSING}${ANSWER}`,
      stderr: matching(again(broke(server.host), 1)),
      status: 0,
      requests: 2,
    })
  })

  test('a reset before the head', async () => {
    const server = await rawScripted(reset, reset, whole())
    const failure = String.raw`or-stream: connection: ${escaped(server.host)}: .+; retrying in \d+ ms `
    expect(await askServer(server)).toEqual({
      stdout: ANSWER,
      stderr: matching(`${failure}\\(1 of 2\\)\n${failure}\\(2 of 2\\)\n`),
      status: 0,
      requests: 3,
    })
  })

  test('silence', async () => {
    const silent: Script = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(PROCESSING)
    }
    const server = await scripted(silent, stream(ANSWER))
    const failure = `timeout_idle: ${server.host}: no bytes received within 300 ms (--idle-timeout)`
    expect(await askServer(server, '--idle-timeout', '300ms')).toEqual({
      stdout: PROCESSING + ANSWER,
      stderr: matching(again(failure, 1)),
      status: 0,
      requests: 2,
    })
  })

  test('of the last try everything comes out, half a block too', async () => {
    const first = cutAfter(`${PROCESSING}data: {"first`)
    const server = await rawScripted(first, first, cutAfter(': last\n\ndata: {"last'))
    expect(await askServer(server)).toEqual({
      stdout: `${PROCESSING}${PROCESSING}: last\n\ndata: {"last\n`,
      stderr: thrice(broke(server.host)),
      status: 75,
      requests: 3,
    })
  })

  test.each(
    few([
      [502, errorEvent(502, 'gone'), 'server_error: gone (502)'],
      [429, errorEvent(429, 'slow'), 'rate_limited: slow (429)'],
      [408, errorEvent(408, 'slow'), 'timeout: slow (408)'],
      ['server_error', errorEvent('server_error', 'oops'), 'server_error: oops (server_error)'],
      [
        'overloaded_error',
        `event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}\n\n`,
        'overloaded: busy (overloaded_error)',
      ],
    ]),
  )('an error as the first event: %s is asked again', async (_, error, failure) => {
    const server = await scripted(stream(PROCESSING + error + DONE), stream(ANSWER))
    expect(await askServer(server)).toEqual({
      stdout: PROCESSING + ANSWER,
      stderr: matching(again(failure, 1)),
      status: 0,
      requests: 2,
    })
  })

  test.each(
    few([
      [400, errorEvent(400, 'bad'), 'bad_request: bad (400)', 65],
      [401, errorEvent(401, 'who?'), 'auth: who? (401)', 77],
      [402, errorEvent(402, 'pay'), 'credits: pay (402)', 77],
      ['no code', errorEvent(undefined, 'it broke'), 'stream_error: it broke', 76],
    ]),
  )('an error as the first event: %s is not', async (_, error, line, status) => {
    const server = await scripted(stream(error + DONE), stream(ANSWER))
    expect(await askServer(server)).toEqual({ stdout: error + DONE, stderr: stderrOf(line), status, requests: 1 })
  })

  const busy = errorEvent(429, 'busy '.repeat(20))
  const tooLarge = 'too_large: an event has more than 200 bytes; raise --max-event-bytes'

  test('an error as the first event is not asked again if it is over --max-event-bytes', async () => {
    const server = await scripted(stream(busy + DONE), stream(ANSWER))
    expect(await askServer(server, '--max-event-bytes', '200')).toEqual({
      stdout: busy + DONE,
      stderr: stderrOf(tooLarge),
      status: 65,
      requests: 1,
    })
  })

  test('half a block goes out if it is over --max-event-bytes, and is not asked again', async () => {
    const half = busy.slice(0, -1)
    const server = await rawScripted(cutAfter(half), whole())
    expect(await askServer(server, '--max-event-bytes', '200')).toEqual({
      stdout: half,
      stderr: stderrOf(tooLarge),
      status: 65,
      requests: 1,
    })
  })

  test('an error as the first event is asked again if --max-event-bytes allows its size', async () => {
    const server = await scripted(stream(errorEvent(429, 'busy '.repeat(4 * 1024 * 1024)) + DONE), stream(ANSWER))
    expect(await askServer(server, '--max-event-bytes', '32M')).toEqual({
      stdout: ANSWER,
      stderr: expect.stringMatching(/^or-stream: rate_limited: busy .+; retrying in \d+ ms \(1 of 2\)\n$/),
      status: 0,
      requests: 2,
    })
  })

  test('after the last try the error event is written, with all that follows it', async () => {
    const bytes = `${PROCESSING}${errorEvent(502, 'gone')}${DONE}: more\n\n`
    const server = await scripted(stream(bytes))
    expect(await askServer(server)).toEqual({
      // If the comments of an attempt arrive together with its error event, they are buffered and dropped with it.
      stdout: expect.stringMatching(new RegExp(`^(${PROCESSING}){0,2}${escaped(bytes)}$`)),
      stderr: matching(
        again('server_error: gone (502)', 1),
        again('server_error: gone (502)', 2),
        last('server_error: gone (502)'),
      ),
      status: 75,
      requests: 3,
    })
  })

  test('wherever the first try is cut before its first event, what comes out is whole comments and the answer', async () => {
    const beginning = `: a\n\n: b\r\n\r\nid: 1\nretry: 5\n\n: c\nevent: x\n: d\ndata: {"a":1}\n`
    const places = Array.from({ length: beginning.length + 1 }, (_, place) => place)
    let place = 0
    const server = await rawUpstream(
      inTurn(places.flatMap((at) => [cutAfter(beginning.slice(0, at)), whole()] satisfies RawScript[])),
    )
    const call = { method: 'POST' as const, url: new URL(`${server.url}/chat/completions`), headers: {}, body: '{}' }
    const signal = new AbortController().signal
    const persistence = {
      connections: singleUse({}),
      signal,
      retry: { ...DEFAULT_RETRY, delay: 0 },
      buffer: () => retryBuffer(dialects),
      onResponse() {},
      onRetry() {},
    }
    const spliced: [number, string][] = []
    for (place of places) {
      const pieces: Uint8Array[] = []
      for await (const bytes of fetchStream([{ call, upstream: { name: 'Acme', keyHint: '' } }], persistence))
        pieces.push(bytes)
      const out = Buffer.concat(pieces).toString()
      const kept = out.slice(0, -ANSWER.length)
      const isWhole =
        beginning.slice(0, place).startsWith(kept) && /^(: [abc](\r\n?|\n){1,2}|id: 1\nretry: 5\n\n)*$/.test(kept)
      if (!out.endsWith(ANSWER) || !isWhole) spliced.push([place, out])
    }
    expect({ spliced, requests: server.requests.length }).toEqual({ spliced: [], requests: 2 * places.length })
  })
})

const bounded = (bound: string) =>
  stderrOf(
    `rate_limited: no (HTTP 429, try again in 100 s); the response asks for a delay of 100 s, but no retry may start later than ${bound} after the first attempt (--retry-max-time, --max-time)`,
  )

describe('R53 · the next try would begin too late · it is not waited for: told at once, with the bound · 75', () => {
  test.each(
    few([
      ['by default', [], {}, '60 s'],
      ['--retry-max-time', ['--retry-max-time', '5s'], {}, '5 s'],
      ['--max-time', ['--max-time', '5s'], {}, '5 s'],
      ['--max-time, and more for the tries', ['--max-time', '5s', '--retry-max-time', '5m'], {}, '5 s'],
      ['OR_STREAM_MAX_TIME', [], { OR_STREAM_MAX_TIME: '5s' }, '5 s'],
      ['STREAMING_TIMEOUT', [], { STREAMING_TIMEOUT: '5000' }, '5 s'],
    ]),
  )('%s', async (_, args, variables, bound) => {
    const server = await scripted(refused(429, { 'retry-after': '100' }), stream(ANSWER))
    const ended = await program('or-stream', [...ARGS, ...args, '--base-url', server.url, 'x'], {
      env: { ...env, ...variables },
    })
    expect({ ...ended, requests: server.requests.length }).toEqual({
      stdout: '',
      stderr: bounded(bound),
      status: 75,
      requests: 1,
    })
  })

  test('what the tries took counts', async () => {
    const server = await scripted((response) => void setTimeout(() => refused(503)(response), 400))
    expect(await askServer(server, '--retry', '9', '--retry-max-time', '300ms')).toEqual({
      stdout: '',
      stderr: stderrOf(
        'overloaded: no (HTTP 503); no retry may start later than 300 ms after the first attempt (--retry-max-time, --max-time)',
      ),
      status: 75,
      requests: 1,
    })
  })
})

const requestsOf = ({ requests }: Upstream) =>
  requests.map(({ method, path, body, headers }) => ({ method, path, body, id: headers['x-request-id'] }))

describe('R54 · the server may have got a request that is made again · each try is the same request with the same x-request-id, for who can tell by that · 0', () => {
  test('three tries, one id; another call, another id', async () => {
    const server = await scripted(refused(503), refused(503), stream(ANSWER))
    await ask(server.url)
    await ask(server.url)
    const [first, second, third, other] = requestsOf(server)
    expect({ id: first?.id, isOther: other?.id !== first?.id, tries: [second, third] }).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      isOther: true,
      tries: [first, first],
    })
    expect({ ...other, id: '' }).toEqual({ ...first, id: '' })
  })

  test('an id of your own is kept', async () => {
    const server = await scripted(refused(503), stream(ANSWER))
    await ask(server.url, '-H', 'X-Request-Id: mine')
    expect(requestsOf(server).map(({ id }) => id)).toEqual(['mine', 'mine'])
  })
})

describe('R55 · the body of a refusal: error.message, error, message, detail, an array, a web page, nothing, no UTF-8 · its words are found · that of the status', () => {
  test.each<[string, string | Buffer, string]>(
    few([
      ['error.message', '{"error":{"message":"the words","code":500}}', 'the words'],
      ['error', '{"error":"the words"}', 'the words'],
      ['message', '{"message":"the words"}', 'the words'],
      ['detail', '{"detail":"the words"}', 'the words'],
      ['a list of details', '{"detail":[{"loc":["body"],"msg":"the words","type":"x"}]}', 'the words'],
      ['an array', '[{"error":{"message":"the words"}}]', 'the words'],
      ['a web page', '<!doctype html>\n<title>the\n words</title><body>…', 'the words'],
      ['a web page without a title', '<h1>the</h1><p>words</p>', 'the words'],
      ['plain text', 'the words\n', 'the words'],
      ['nothing', '', 'no message'],
      ['blanks', ' \n\t', 'no message'],
      ['JSON without words', '{"error":{}}', 'no message'],
      ['no UTF-8', Buffer.from([0x74, 0x68, 0xe9, 0x20, 0xff, 0xfe]), 'th\ufffd \ufffd\ufffd'],
      ['no UTF-8 in JSON', Buffer.from('{"error":{"message":"the w\xf6rds"}}', 'latin1'), 'the w\ufffdrds'],
      ['a BOM before JSON', '\ufeff{"error":{"message":"the words"}}', 'the words'],
      ['JSON after blanks', '\n\n   {"error":{"message":"the words"}}', 'the words'],
      ['several lines', '{"error":{"message":"the\\r\\nwords"}}', 'the words'],
      ['words within words', message('the', { metadata: { raw: '{"error":{"message":"words"}}' } }), 'the: words'],
    ]),
  )('%s', async (_, body, words) => {
    const server = await scripted((response) => response.writeHead(500).end(body))
    expect(await askServer(server, '--retry', '0')).toEqual({
      stdout: '',
      stderr: stderrOf(`server_error: ${words} (HTTP 500)`),
      status: 75,
      requests: 1,
    })
  })

  test('a body without an end: its beginning is enough', async () => {
    const server = await scripted((response) => {
      response.writeHead(400)
      const more = () => {
        while (response.write(' never ends'.repeat(1000)));
      }
      response.on('drain', more)
      more()
    })
    expect(await askServer(server)).toEqual({
      stdout: '',
      stderr: matching(String.raw`or-stream: bad_request: (never ends ){5}never…? \(HTTP 400\); .+\n`),
      status: 65,
      requests: 1,
    })
  })
})

describe('R56 · error.code is a number, a word, null, or not there · the HTTP status decides, then the code; where neither is known, 76 · that of the status', () => {
  test.each(
    few([
      [400, 429, 'bad_request', 65],
      [401, 'server_error', 'auth', 77],
      [404, null, 'not_found', 69],
      [429, 'insufficient_quota', 'rate_limited', 75],
      [503, 400, 'overloaded', 75],
      [403, 'content_policy_violation', 'moderation', 77],
      [400, 'context_length_exceeded', 'context_length', 65],
      [400, undefined, 'bad_request', 65],
    ]),
  )('HTTP %i with code %j', async (http, code, name, status) => {
    const server = await scripted(reply(http, message('no', { code })))
    expect(await askServer(server, '--retry', '0')).toMatchObject({
      stdout: '',
      stderr: matching(`or-stream: ${name}: .+\n`),
      status,
    })
  })

  test.each(
    few([
      [429, 'rate_limited', 75],
      ['429', 'rate_limited', 75],
      ['server_error', 'server_error', 75],
      ['invalid_api_key', 'auth', 77],
      ['weather', 'stream_error', 76],
      [0, 'stream_error', 76],
      [null, 'stream_error', 76],
      [undefined, 'stream_error', 76],
    ]),
  )('in a stream, code %j', async (code, name, status) => {
    const error = event({ id: 'gen-1', object: 'chat.completion.chunk', error: { code, message: 'no' }, choices: [] })
    const server = await scripted(stream(error))
    expect(await askServer(server, '--retry', '0')).toMatchObject({
      stdout: error,
      stderr: matching(`or-stream: ${name}: .+\n`),
      status,
    })
  })
})

describe('R57 · JSON under another content type, or under none · read all the same · that of the status', () => {
  test.each(few(['application/octet-stream', 'text/plain; charset=utf-8', 'text/html', '']))('%j', async (type) => {
    const server = await scripted((response) => {
      response.writeHead(401, type === '' ? {} : { 'content-type': type }).end(message('the words'))
    })
    expect(await askServer(server)).toEqual({
      stdout: '',
      stderr: stderrOf(
        `auth: ${server.host} refused the key (HTTP 401: the words); set OPENROUTER_API_KEY to a valid key`,
      ),
      status: 77,
      requests: 1,
    })
  })
})

/** Returns the exit status and the number of requests for an HTTP status. */
function outcomeOf(status: number) {
  if (status < 400) return { status: 76, requests: 1 }
  if (status >= 500 || [408, 409, 425, 429].includes(status)) return { status: 75, requests: 3 }
  if (status === 404) return { status: 69, requests: 1 }
  return { status: [401, 402, 403].includes(status) ? 77 : 65, requests: 1 }
}

const responses = HTTP_RESPONSES.named((all) => some(all, sized({ small: 10, ci: 40, long: all.length })))

test.skipIf(HTTP_RESPONSES.isMissing).each(responses)('recorded: %s', async (name, { response }) => {
  const [head = '', ...rest] = response.split(/\r?\n\r?\n/)
  const lines = head.split(/\r?\n/).filter((line) => !/^(content-length|transfer-encoding|connection):/i.test(line))
  const server = await rawScripted((socket) => {
    socket.end(`${lines.join('\r\n')}\r\nconnection: close\r\n\r\n${rest.join('\n\n')}`)
  })
  const { stderr, ...ended } = await askServer(server)
  expect({ ...ended, isReported: /^or-stream: \w+: .+\n$/.test(stderr.split('(2 of 2)\n').at(-1) ?? '') }).toEqual({
    stdout: '',
    ...outcomeOf(Number(name.slice(0, 3))),
    isReported: true,
  })
})

/** The expected outcomes. A response that is treated as a stream has neither an end marker nor JSON in it. */
const OUTCOMES: Record<string, { readonly status: number; readonly isWritten: boolean }> = {
  'http-01': { status: 76, isWritten: false },
  'http-04': { status: 65, isWritten: true },
  'http-07': { status: 76, isWritten: false },
  'http-10': { status: 65, isWritten: false },
}

test.skipIf(HTTP_CASES.isMissing)(`${HTTP_CASES.title}: what is no event stream is not taken for one`, async () => {
  for (const { id, response } of HTTP_CASES.rows()) {
    if (response === undefined) continue
    const server = await scripted((answer) => {
      answer.writeHead(response.status, { 'content-type': response.content_type }).end(response.body)
    })
    const { stdout, status } = await ask(server.url)
    expect({ id, status, isWritten: stdout === response.body }).toEqual({ id, ...OUTCOMES[id] })
  }
})
