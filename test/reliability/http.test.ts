import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { execaSync } from 'execa'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fullBacklog, faults } from '../support/faults.js'
import { folderWith } from '../support/folder.js'
import { resolveTo } from '../support/names.js'
import { measure } from '../support/peak.js'
import { sized, few } from '../support/size.js'
import { program, shell, type Ended } from '../support/spawn.js'
import { STREAM_HEAD } from '../support/upstream.js'
import { ANSWER, chunk, DONE } from '../support/wire.js'

/** The number of offsets at which a stream is cut in each framing, and at which a connection is reset. */
const CUTS = sized({ small: 4, ci: 8, long: 700 })
const RESETS = sized({ small: 3, ci: 8, long: 200 })

const env = { OPENROUTER_API_KEY: 'sk-or-v1-0123456789abcdef' }
/** One attempt only. */
const ONCE = ['--no-stdin', '--retry', '0']
const ask = (url: string, ...args: string[]) =>
  program('or-stream', [...ONCE, ...args, '--base-url', url, 'x'], { env })

/** Runs or-stream against a server with a scenario. */
async function askServer(scenario: string, body = ANSWER, args: readonly string[] = []) {
  const server = await faults([scenario], { body })
  return { server, ended: await ask(server.url, ...args) }
}

async function endOf(...how: Parameters<typeof askServer>): Promise<Ended> {
  const { ended } = await askServer(...how)
  return ended
}

/** Encodes bytes for a scenario. */
const bytes = encodeURIComponent
const FRAMINGS = ['chunked', 'length', 'close'] as const
type Framing = (typeof FRAMINGS)[number]

const failed = (code: string, what: string, status: number, stdout = ''): Ended => ({
  // An unfinished line is ended, because the trailer starts on a new one.
  stdout: /[^\n]$/.test(stdout) ? `${stdout}\n` : stdout,
  stderr: expect.stringMatching(new RegExp(`^or-stream: ${code}: ${what}\n$`)) as string,
  status,
})
const whole = (stdout = ANSWER): Ended => ({ stdout, stderr: '', status: 0 })
const broken = (stdout: string, why = '.+') =>
  failed('truncated', `the answer was cut off after ${Buffer.byteLength(stdout)} bytes: ${why}`, 76, stdout)
const withoutMark = (events: number, stdout: string) =>
  failed('truncated', `the stream ended after ${events} events? without an end marker`, 76, stdout)
const empty = (stdout = '') => failed('empty', 'the stream ended without a data event', 76, stdout)
const notStream = (what: string) => failed('not_sse', what, 76)

/** The message for a failure that is retried. */
const again = (failure: string, attempts: number) => `or-stream: ${failure}; retrying in .+ \\(${attempts} of 2\\)\n`

/** A Node script that pauses for 10 ms after each chunk, and prints the SHA-256 of its input at the end. */
const SLOWLY = `const hash = require('node:crypto').createHash('sha256')
  process.stdin.on('data', (piece) => {
    hash.update(piece)
    process.stdin.pause()
    setTimeout(() => process.stdin.resume(), 10)
  }).on('end', () => console.log(hash.digest('hex')))`

/** An answer of 5 MB. */
const LONG = `${chunk('word '.repeat(2000)).repeat(500)}${chunk('', 'stop')}${DONE}`

/** Runs or-stream with a slow reader, which prints the digest of the output. */
async function slowly(scenario: string): Promise<Ended> {
  const server = await faults([scenario], { body: LONG })
  const command = 'or-stream -n --retry 0 --no-trailer x | node -e "$SLOWLY"; echo "${PIPESTATUS[*]}"'
  return shell(command, { env: { OPENROUTER_BASE_URL: server.url, SLOWLY } }, 'bash')
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

const first = chunk('Blue is ')
const second = chunk('short.')

/** A stream of 2 kB, and the end offsets of its events. */
const words = 'Blue light is scattered far more than red light is.'.split(' ')
const events = [...words.map((word) => chunk(`${word} `)), chunk('', 'stop'), DONE]
const STREAM = events.join('')
const ends = events.map((_, at) => events.slice(0, at + 1).join('').length)

const headLength: Record<Framing, number> = {
  chunked: `${STREAM_HEAD}transfer-encoding: chunked\r\n\r\n`.length,
  length: `${STREAM_HEAD}content-length: ${STREAM.length}\r\n\r\n`.length,
  close: `${STREAM_HEAD}\r\n`.length,
}

/** Returns the expected result if the connection ends after the first `sent` bytes of that stream. */
function cutAfter(sent: number, framing: Framing): Ended {
  const stdout = STREAM.slice(0, sent)
  // The blank line of the last event may be missing.
  const seen = ends.filter((end) => end - 2 <= sent).length
  if (seen >= events.length - 1) return whole(stdout)
  if (framing === 'close') return seen === 0 ? empty(stdout) : withoutMark(seen, stdout)
  return seen === 0 ? failed('connection', '127.0.0.1:\\d+: .+', 75, stdout) : broken(stdout)
}

describe('R17 · the answer is cut: chunks without an end, fewer bytes than said · every byte that came is written first, then `the answer was cut off after N bytes` · 76, before the first event 75', () => {
  const places = Array.from({ length: CUTS }, (_, place) => 10 + Math.floor((place * 2200) / CUTS))
  const spots = FRAMINGS.flatMap((framing) => places.map((at) => [framing, at] as const))

  test.each(few(spots))('%s, cut after %i bytes of head and body', async (framing, at) => {
    const { server, ended } = await askServer(`framing=${framing},limit@${at}`, STREAM)
    const inHead = failed('connection', `${server.host}: .+`, 75)
    expect(ended).toEqual(at < headLength[framing] ? inHead : cutAfter(server.log[0]?.body ?? 0, framing))
  })

  test.each(
    few([
      ['before any byte', 'raw=', failed('connection', '127.0.0.1:\\d+: .+', 75)],
      ['chunked, between two events', `fin@${first.length}`, broken(first)],
      ['chunked, inside an event', `fin@${first.length + 40}`, broken(ANSWER.slice(0, first.length + 40))],
      ['by a length', `framing=length,fin@${first.length}`, broken(first)],
      ['chunked, only the last chunk is missing', 'fin@9999', whole()],
      ['by a length that is too long', `framing=close,header=content-length: 9999`, whole()],
    ]),
  )('%s', async (_, scenario, expected) => {
    expect(await endOf(scenario)).toEqual(expected)
  })

  test.each(few(FRAMINGS))('the reader is slow, %s', async (framing) => {
    const sent = 4_000_000
    const why = framing === 'close' ? 'the stream ended after .+' : `the answer was cut off after ${sent} bytes: .+`
    expect(await slowly(`framing=${framing},fin@${sent}`)).toEqual({
      stdout: `${digest(LONG.slice(0, sent))}\n76 0\n`,
      stderr: expect.stringMatching(new RegExp(`^or-stream: truncated: ${why}\n$`)),
      status: 0,
    })
  })

  test('the status of the whole pipe is that of or-stream', async () => {
    const server = await faults([`fin@${first.length}`])
    const command = 'or-stream -n --retry 0 x | sse-text; echo " ${PIPESTATUS[*]}"'
    expect(await shell(command, { env: { OPENROUTER_BASE_URL: server.url } }, 'bash')).toEqual({
      stdout: 'Blue is  76 76\n',
      stderr: expect.stringMatching(/^or-stream: truncated: the answer was cut off after \d+ bytes: .+\n$/),
      status: 0,
    })
  })
})

describe('R18 · the connection is reset in mid-answer · every byte that came is written first · 76, before the first event 75 after retries', () => {
  const places = Array.from({ length: RESETS }, (_, place) => 1 + Math.floor((place * STREAM.length) / RESETS))

  test.each(few(places))('after %i bytes', async (at) => {
    const { server, ended } = await askServer(`framing=length,reset@${at}`, STREAM)
    expect([ended, server.log[0]?.body]).toEqual([cutAfter(at, 'length'), at])
  })

  test('in a chunk', async () => {
    expect(await endOf(`reset@${first.length + 40}`)).toEqual(broken(ANSWER.slice(0, first.length + 40)))
  })

  test('where only the end of the connection would tell the end', async () => {
    const sent = ANSWER.slice(0, first.length + 40)
    expect(await endOf(`framing=close,reset@${sent.length}`)).toEqual(broken(sent))
  })

  test.each(few(['down', 'reset@0']))('before the first event, each time: %s', async (scenario) => {
    const server = await faults([scenario])
    const args = ['-n', '--retry-delay', '0', '--base-url', server.url, 'x']
    const ended = await program('or-stream', args, { env })
    expect([ended, server.connections.all]).toEqual([
      {
        stdout: '',
        stderr: expect.stringMatching(
          new RegExp(
            `^${again('connection: .+', 1)}${again('connection: .+', 2)}or-stream: connection: ${server.host}: .+\n$`,
          ),
        ),
        status: 75,
      },
      3,
    ])
  })

  test('before the first event, once', async () => {
    const server = await faults([`reset@${first.length - 20}`, 'whole'])
    const args = ['-n', '--retry-delay', '0', '--base-url', server.url, 'x']
    expect(await program('or-stream', args, { env })).toEqual({
      stdout: ANSWER,
      stderr: expect.stringMatching(/^or-stream: connection: .+; retrying in .+ \(1 of 2\)\n$/),
      status: 0,
    })
  })
})

describe('R19 · an answer without a length ends too soon · the missing end mark tells · 76', () => {
  test.each(
    few([
      ['inside the first event', first.length - 20, empty(ANSWER.slice(0, first.length - 20))],
      ['after the first event', first.length, withoutMark(1, first)],
      ['inside the second', first.length + 40, withoutMark(1, ANSWER.slice(0, first.length + 40))],
      ['after the second', first.length + second.length, withoutMark(2, first + second)],
      [
        'inside the finish',
        first.length + second.length + 40,
        withoutMark(2, ANSWER.slice(0, first.length + second.length + 40)),
      ],
      ['after the finish', ANSWER.length - DONE.length, whole(ANSWER.slice(0, -DONE.length))],
      ['inside [DONE]', ANSWER.length - 5, whole(ANSWER.slice(0, -5))],
    ]),
  )('%s', async (_, at, expected) => {
    expect(await endOf(`framing=close,fin@${at}`)).toEqual(expected)
  })
})

const CODINGS = ['gzip', 'deflate', 'br']
const compressed = (by: string) =>
  notStream(`the response is compressed \\(${by}\\), although the request excludes it .+`)

describe('R20 · a compressed answer, whole or cut · plain bytes were asked for, and a coding is refused · 76', () => {
  test.each(few(CODINGS.flatMap((by) => [`gzip:${by}`, `cut:${by}`])))('%s', async (coding) => {
    const { server, ended } = await askServer(`framing=close,encode=${coding}`)
    expect([ended, server.log[0]?.headers['accept-encoding']]).toEqual([
      compressed(coding.split(':')[1] ?? ''),
      'identity',
    ])
  })
})

describe('R21 · an answer is not in the coding that it says · refused without a try to decode it · 76', () => {
  test.each(few(CODINGS))('plain text labelled %s', async (by) => {
    expect(await endOf(`framing=close,encode=lie:${by}`)).toEqual(compressed(by))
  })
})

/** Difference in memory between two runs that does not count as growth yet, in MB. */
const NOISE = 40

async function peakOf(scenario: string) {
  const server = await faults([scenario])
  return measure(`taking or-stream -n --retry 0 --no-trailer --base-url ${server.url} x`, env)
}

describe('R22 · a decompression bomb · refused before it is inflated, memory stays flat · 76', () => {
  test('200 kB for 200 MB', async () => {
    const [plain, bomb] = [await peakOf('framing=close,encode=gzip'), await peakOf('framing=close,encode=bomb')]
    const { memory, ...ended } = bomb
    expect(ended).toEqual(compressed('gzip'))
    expect(memory - plain.memory).toBeLessThan(NOISE)
  })
})

describe('R23 · nobody listens · host and port are named, after retries · 69', () => {
  test('once', async () => {
    expect(await ask('http://127.0.0.1:1/api/v1')).toEqual({
      stdout: '',
      stderr: 'or-stream: unreachable: 127.0.0.1:1: connection refused\n',
      status: 69,
    })
  })

  test('each time', async () => {
    const args = ['-n', '--retry-delay', '0', '--base-url', 'http://127.0.0.1:1/api/v1', 'x']
    const refused = 'unreachable: 127.0.0.1:1: connection refused'
    expect(await program('or-stream', args, { env })).toEqual({
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`^${again(refused, 1)}${again(refused, 2)}or-stream: ${refused}.*\n$`)),
      status: 69,
    })
  })
})

describe('R24 · no such host · one line that names it · 69', () => {
  test('a name that nobody has', async () => {
    expect(await ask('https://gateway.invalid/api/v1')).toEqual(
      failed('unreachable', 'gateway.invalid: (no such host|DNS lookup failed .+)', 69),
    )
  })
})

describe('R25 · no connection comes about · ended by --connect-timeout (10 s), which is named · 75', () => {
  test('the queue of the server is full', async () => {
    const { url, host } = await fullBacklog()
    expect(await ask(url, '--connect-timeout', '500ms')).toEqual(
      failed('timeout_connect', `${host}: .*--connect-timeout.*`, 75),
    )
  })
})

describe('R26 · the head of the answer never comes · ended by --first-byte-timeout (120 s), which is named · 75', () => {
  test('accepted, then silence', async () => {
    const { server, ended } = await askServer('hang', ANSWER, ['--first-byte-timeout', '500ms'])
    expect(ended).toEqual(failed('timeout_first_byte', `${server.host}: .*--first-byte-timeout.*`, 75))
    await server.log[0]?.left
  })

  test('then it is asked again', async () => {
    const server = await faults(['hang', 'whole'])
    const args = ['-n', '--first-byte-timeout', '1', '--retry-delay', '0', '--base-url', server.url, 'x']
    expect(await program('or-stream', args, { env })).toEqual({
      stdout: ANSWER,
      stderr: expect.stringMatching(/^or-stream: timeout_first_byte: .+; retrying in .+ \(1 of 2\)\n$/),
      status: 0,
    })
  })
})

const COMMENT = ': OPENROUTER PROCESSING\n\n'

describe('R27 · silence in mid-answer · ended by --idle-timeout (120 s without a byte; a comment is life) or --data-timeout (300 s of comments), which is named · 76, before the first event 75', () => {
  const someComments = expect.stringMatching(/^(: OPENROUTER PROCESSING\n\n)+$/) as string

  test('after an event', async () => {
    const { server, ended } = await askServer(`hang@${first.length}`, ANSWER, ['--idle-timeout', '700ms'])
    expect(ended).toEqual(broken(first, '.*--idle-timeout.*'))
    await server.log[0]?.left
  })

  test('inside an event', async () => {
    const sent = ANSWER.slice(0, first.length + 40)
    expect(await endOf(`hang@${sent.length}`, ANSWER, ['--idle-timeout', '700ms'])).toEqual(
      broken(sent, '.*--idle-timeout.*'),
    )
  })

  test('after a comment', async () => {
    const scenario = `hang@${COMMENT.length}`
    const { server, ended } = await askServer(scenario, COMMENT + ANSWER, ['--idle-timeout', '700ms'])
    expect(ended).toEqual(failed('timeout_idle', `${server.host}: .*--idle-timeout.*`, 75, COMMENT))
  })

  test('comments are life', async () => {
    const scenario = `hang@${first.length}=2500,comment=50`
    const { server, ended } = await askServer(scenario, ANSWER, ['--idle-timeout', '1s'])
    expect({ ...ended, stdout: ended.stdout.replaceAll(COMMENT, '') }).toEqual(whole())
    expect(server.log[0]?.body).toBe(ended.stdout.length)
  })

  test('nothing but comments', async () => {
    const { server, ended } = await askServer('hang@0,comment=50', ANSWER, ['--data-timeout', '1s'])
    const { stderr, status } = failed('timeout_data', `${server.host}: .*--data-timeout.*`, 75)
    expect(ended).toEqual({ stdout: someComments, stderr, status })
  })

  test('nothing but comments after an event', async () => {
    const scenario = `hang@${first.length},comment=50`
    const ended = await endOf(scenario, ANSWER, ['--data-timeout', '1s'])
    expect({ ...ended, stdout: ended.stdout.replaceAll(COMMENT, '') }).toEqual({
      ...broken(ended.stdout, '.*--data-timeout.*'),
      stdout: first,
    })
  })
})

describe('R28 · a byte now and then, for ever · bounded by --data-timeout (no event is ever whole) and by --max-time (none unless asked) · 76, before the first event 75', () => {
  const drip = 'framing=close,slice=1:20000,repeat'

  test.each(
    few([
      ['--data-timeout', 'timeout_data'],
      ['--max-time', 'timeout_total'],
    ]),
  )('%s', async (option, code) => {
    const ended = await endOf(drip, `data: ${'x'.repeat(100_000)}`, [option, '1s'])
    const { stderr, status } = failed(code, `.*${option}.*`, 75)
    expect(ended).toEqual({ stdout: expect.stringMatching(/^(data: x*|d?a?t?a?:?)\n?$/), stderr, status })
  })

  test('--max-time in mid-answer', async () => {
    const scenario = `hang@${first.length},comment=50`
    const ended = await endOf(scenario, ANSWER, ['--max-time', '2s'])
    expect({ ...ended, stdout: ended.stdout.replaceAll(COMMENT, '') }).toEqual({
      ...broken(ended.stdout, '.*--max-time.*'),
      stdout: first,
    })
  })
})

describe('R29 · a head of 20 KiB, or without an end · refused, memory stays flat · 76', () => {
  test.each(
    few([
      ['20 KiB', `header=x: ${'y'.repeat(20_000)}`],
      ['without an end', 'endless_head'],
    ]),
  )('%s', async (_, scenario) => {
    const [plain, large] = [await peakOf('whole'), await peakOf(scenario)]
    const { memory, ...ended } = large
    expect(ended).toEqual(notStream('127.0.0.1:\\d+: .+'))
    expect(memory - plain.memory).toBeLessThan(NOISE)
  })
})

describe('R30 · the reader is slow, and the server has long closed · nothing is lost, and nothing reported · 0', () => {
  test.each(FRAMINGS)('5 MB, %s', async (framing) => {
    expect(await slowly(`framing=${framing},slow_close=0`)).toEqual(whole(`${digest(LONG)}\n0 0\n`))
  })
})

describe('R31 · interim answers before the answer · passed over; a 100 that nobody asked for may be refused · 0, or 75', () => {
  test.each(
    few([
      ['103 Early Hints', 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'],
      ['102 Processing', 'HTTP/1.1 102 Processing\r\n\r\n'],
      ['two of them', 'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n'],
    ]),
  )('%s', async (_, interim) => {
    expect(await endOf(`raw=${bytes(`${interim}${STREAM_HEAD}\r\n${ANSWER}`)}`)).toEqual(whole())
  })

  test('100 Continue', async () => {
    const { server, ended } = await askServer(
      `raw=${bytes(`HTTP/1.1 100 Continue\r\n\r\n${STREAM_HEAD}\r\n${ANSWER}`)}`,
    )
    expect(ended).toEqual(failed('connection', `${server.host}: .+`, 75))
  })
})

describe('R32 · framing that contradicts itself · refused, and nothing behind it is taken for the answer · 76', () => {
  test.each(
    few([
      ['two lengths', 'framing=length,header=content-length: 5,header=Content-Length: 6'],
      ['a length and chunks', 'header=content-length: 5,header=transfer-encoding: chunked'],
      ['a length that is no number', 'framing=length,header=content-length: five'],
      [
        'a bad size of the first chunk',
        `raw=${bytes(`${STREAM_HEAD}transfer-encoding: chunked\r\n\r\nzz\r\n${ANSWER}`)}`,
      ],
    ]),
  )('%s', async (_, scenario) => {
    const { server, ended } = await askServer(scenario)
    expect(ended).toEqual(notStream(`${server.host}: .+`))
  })

  test('a bad size of the second chunk', async () => {
    const chunked = `${STREAM_HEAD}transfer-encoding: chunked\r\n\r\n${first.length.toString(16)}\r\n${first}\r\nzz\r\n${second}\r\n`
    expect(await endOf(`raw=${bytes(chunked)}`)).toEqual(broken(first))
  })
})

describe('R33 · a 200 without a body, without an event, and other statuses that have none · no answer is not taken for an empty one · 76', () => {
  test.each(
    few([
      ['no bytes', 'framing=length,body=', empty()],
      ['no bytes, chunked', 'body=', empty()],
      ['no bytes, without a length', 'framing=close,body=', empty()],
      ['only comments', `body=${bytes(COMMENT)}`, empty(COMMENT)],
      ['204', 'status=204,framing=close,body=', notStream('the response has HTTP status 204, not 200')],
      ['205', 'status=205,framing=length,body=', notStream('the response has HTTP status 205, not 200')],
    ]),
  )('%s', async (_, scenario, expected) => {
    expect(await endOf(scenario)).toEqual(expected)
  })
})

const page = (type: string, body: string) => `header=content-type: ${type},body=${bytes(body)}`
const ERROR = JSON.stringify({ error: { code: 429, message: 'slow down' } })

describe('R34 · a 200 with plain JSON, maybe padded with blanks · not printed: the message names jq; an error in it is one · 76, or by the error', () => {
  const answer = JSON.stringify({ object: 'chat.completion', choices: [{ message: { content: 'Hi' } }] })
  const whenWhole = notStream('the response is a JSON object, not an event stream .*\\bjq\\b.*')
  const whenError = failed('rate_limited', 'slow down \\(HTTP 200 with an error in the body.*\\)', 75)

  test.each(
    few([
      ['an answer', answer, whenWhole],
      ['an answer, padded', `${'\n         '.repeat(50)}${answer}`, whenWhole],
      ['an error', ERROR, whenError],
      ['an error, padded', `\n         \n\n   ${ERROR}`, whenError],
      ['an error in an array', `[${ERROR}]`, whenError],
    ]),
  )('%s', async (_, body, expected) => {
    expect(await endOf(page('application/json', body))).toEqual(expected)
  })
})

describe('R35 · a 200 with a web page (captive portal) · its title on stderr, without control characters; nothing on stdout · 76', () => {
  test.each(
    few([
      ['its title', '<html><head><title>Log in</title></head></html>', 'Log in'],
      ['its words', '<p>Please <b>log\u001b[31m in\u0007</b>\u202e', 'Please log\\^\\[\\[31m in\\^G <U\\+202E>'],
      ['of many words the first', `<p>${'word '.repeat(1000)}`, 'word .{0,250}'],
    ]),
  )('%s', async (_, body, told) => {
    expect(await endOf(page('text/html', body))).toEqual(
      notStream(`the response is text/html, not an event stream \\(HTTP 200: ${told}\\)`),
    )
  })
})

describe('R36 · the content type in odd spelling · taken for an event stream, always UTF-8; what only looks like one is not · 0, or 76', () => {
  const accented = `${chunk('caf\u00e9 ')}${chunk('', 'stop')}${DONE}`

  test.each(
    few([
      'text/event-stream; charset=utf-8',
      'text/event-stream;charset=latin1',
      'TEXT/Event-Stream',
      'text/event-stream;',
      'text/event-stream ; x=y',
    ]),
  )('%s', async (type) => {
    expect(await endOf(`header=Content-TYPE: ${type}`, accented)).toEqual(whole(accented))
  })

  test.each(few(['text/event-streams', 'text/event', 'x text/event-stream', 'text/plain', 'application/octet-stream']))(
    '%s',
    async (type) => {
      expect(await endOf(`header=content-type: ${type}`)).toEqual(
        notStream(`the response is ${type}, not an event stream \\(HTTP 200: .+\\)`),
      )
    },
  )

  test('none', async () => {
    expect(await endOf(`raw=${bytes(`HTTP/1.1 200 OK\r\n\r\n${ANSWER}`)}`)).toEqual(
      notStream('the response is without a content type, not an event stream \\(HTTP 200: .+\\)'),
    )
  })
})

const REDIRECTS = [301, 302, 303, 307, 308]
const redirected = (to: string, status: number) =>
  notStream(`redirected to ${to} \\(HTTP ${status}\\); redirects are not followed, set the base URL instead`)

describe('R37 · a redirect · not followed anywhere, so that neither key nor prompt goes where nobody sent them; its host is named · 76', () => {
  test.each(few(REDIRECTS))('%i to another server: nothing arrives there', async (status) => {
    const other = await faults()
    const { server, ended } = await askServer(`status=${status},header=location: ${other.url}/chat/completions`)
    expect([ended, server.log.length, other.connections.all]).toEqual([redirected(other.host, status), 1, 0])
  })

  test.each(few(REDIRECTS))('%i to the same server, which would lead round and round', async (status) => {
    const server = await faults()
    const url = server.at(`status=${status},header=location: ${bytes('/api/v1/chat/completions')}`)
    expect([await ask(url), server.log.length]).toEqual([redirected('/api/v1/chat/completions', status), 1])
  })

  test('to where a secret stands in the URL', async () => {
    expect(await endOf('status=307,header=location: https://evil.example/v1?key=1')).toEqual(
      redirected('evil.example', 307),
    )
  })

  test('to nowhere', async () => {
    expect(await endOf('status=302')).toEqual(redirected('an unknown location', 302))
  })
})

describe('R38 · old and odd HTTP: 1.0, no keep-alive, header names in any case; a folded header · read as it is meant; the folded header is refused, as RFC 9112 §5.2 allows · 0, folded 76', () => {
  const TYPE = 'Content-Type: text/event-stream\r\n'

  test.each(
    few([
      ['HTTP/1.0', `raw=${bytes(`HTTP/1.0 200 OK\r\n${TYPE}\r\n${ANSWER}`)}`],
      [
        'HTTP/1.0 with a length',
        `raw=${bytes(`HTTP/1.0 200 OK\r\n${TYPE}Content-Length: ${ANSWER.length}\r\n\r\n${ANSWER}`)}`,
      ],
      ['connection: close', 'header=connection: close,slow_close=0'],
      ['names in capitals', 'header=CONTENT-TYPE: text/event-stream,header=TRANSFER-ENCODING: chunked'],
      ['no reason after the status', `raw=${bytes(`HTTP/1.1 200\r\n${TYPE}\r\n${ANSWER}`)}`],
    ]),
  )('%s', async (_, scenario) => {
    expect(await endOf(scenario)).toEqual(whole())
  })

  test('a folded header', async () => {
    const { server, ended } = await askServer('header=x-note: one%0D%0A  two')
    expect(ended).toEqual(notStream(`${server.host}: the response is not HTTP`))
  })
})

describe('R39 · TLS: a certificate that expired, is for another host, signed itself, comes from nobody known; a handshake cut · the reason is told; an authority of your own is named in NODE_EXTRA_CA_CERTS · 69', () => {
  const folder = folderWith({
    index: '',
    'ca.cnf': `[ca]\ndefault_ca=own\n[own]\nnew_certs_dir=.\ndatabase=index\nrand_serial=yes\ndefault_md=sha256
policy=any\nunique_subject=no\ncopy_extensions=copy\n[any]\ncommonName=supplied\n`,
  })
  const openssl = (...args: string[]) => execaSync('openssl', args, { cwd: folder })
  const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout']

  /** Creates a certificate for a host, signed by the authority of this test and valid until a date. */
  function certificate(name: string, host: string, until: string) {
    openssl(
      'req',
      ...KEY,
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      '/CN=test',
      '-addext',
      `subjectAltName=${host}`,
    )
    const by = ['-batch', '-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key']
    openssl(
      'ca',
      ...by,
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.pem`,
      '-notext',
      '-startdate',
      '20200101000000Z',
      '-enddate',
      until,
    )
  }

  openssl('req', '-x509', ...KEY, 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=test authority')
  openssl(
    'req',
    '-x509',
    ...KEY,
    'own.key',
    '-out',
    'own.pem',
    '-days',
    '2',
    '-subj',
    '/CN=own',
    '-addext',
    'subjectAltName=IP:127.0.0.1',
  )
  certificate('good', 'IP:127.0.0.1', '20490101000000Z')
  certificate('old', 'IP:127.0.0.1', '20200102000000Z')
  certificate('other', 'DNS:other.example', '20490101000000Z')

  async function secured(name: string, trusts: string | undefined): Promise<Ended> {
    const read = (ending: string) => readFileSync(join(folder, `${name}.${ending}`))
    const server = createTlsServer({ key: read('key'), cert: read('pem') }, (socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end(`${STREAM_HEAD}\r\n${ANSWER}`))
    })
    server.on('tlsClientError', () => {})
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const trust = trusts === undefined ? {} : { NODE_EXTRA_CA_CERTS: join(folder, trusts) }
    const args = [...ONCE, '--base-url', `https://127.0.0.1:${port}/api/v1`, 'x']
    return program('or-stream', args, { env: { ...env, ...trust } })
  }

  const TRUST = 'to trust its authority, set NODE_EXTRA_CA_CERTS to a PEM file with its certificate'

  test.each([
    ['good', 'ca.pem', whole()],
    ['old', 'ca.pem', failed('tls', '127.0.0.1:\\d+: the certificate has expired', 69)],
    ['other', 'ca.pem', failed('tls', '127.0.0.1:\\d+: the certificate is for another host', 69)],
    ['own', undefined, failed('tls', `127.0.0.1:\\d+: the certificate is self-signed; ${TRUST}`, 69)],
    ['own', 'own.pem', whole()],
    [
      'good',
      undefined,
      failed('tls', `127.0.0.1:\\d+: the certificate was issued by an unknown authority; ${TRUST}`, 69),
    ],
  ])('the certificate %s where %s is trusted', async (name, trusts, expected) => {
    expect(await secured(name, trusts)).toEqual(expected)
  })

  test.each(
    few([
      ['the handshake is cut', (socket: Socket): void => void socket.end()],
      ['the handshake is reset', (socket: Socket): void => void socket.resetAndDestroy()],
      ['the server speaks no TLS', (socket: Socket): void => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ]),
  )('%s', async (_, answer) => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => answer(socket))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    expect(await ask(`https://127.0.0.1:${port}/api/v1`)).toEqual(failed('tls', `127.0.0.1:${port}: .+`, 69))
  })
})

/** True if this machine has IPv6. */
const hasIpv6 = await new Promise<boolean>((resolve) => {
  const server = createServer()
  server.on('error', () => resolve(false))
  server.listen(0, '::1', () => server.close(() => resolve(true)))
})

/** Runs or-stream against a server on one address, by a name that resolves to `addresses`. */
async function askAs(name: string, host: string, addresses: readonly string[]): Promise<Ended> {
  const server = await faults(['whole'], { host })
  const url = server.url.replace(new URL(server.url).hostname, name)
  return program('or-stream', [...ONCE, '--base-url', url, 'x'], { env: { ...env, ...resolveTo(name, addresses) } })
}

describe('R41 · a server on IPv4 alone, or on IPv6 alone · either is found, also where the name has both · 0', () => {
  test.each([[['127.0.0.1']], [['::1', '127.0.0.1']], [['127.0.0.1', '::1']]])(
    '127.0.0.1 where localhost is %j',
    async (addresses) => {
      expect(await askAs('localhost', '127.0.0.1', addresses)).toEqual(whole())
    },
  )

  test.skipIf(!hasIpv6).each([
    ['[::1]', ['::1']],
    ['localhost', ['::1']],
    ['localhost', ['127.0.0.1', '::1']],
  ])('::1 as %s, which is %j', async (name, addresses) => {
    expect(await askAs(name, '::1', addresses)).toEqual(whole())
  })
})
