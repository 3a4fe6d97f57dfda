import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { parseAnswers } from '../../src/core/answer/answers.js'
import { chain } from '../../src/core/stream/stage.js'
import { dialects } from '../../src/dialects/index.js'
import { json } from '../../src/filters/json/json-lines.js'
import { everyCut, inPieces, run, utf8Bytes } from '../support/feed.js'
import { writtenIn } from '../support/outcomes.js'
import { few } from '../support/size.js'
import { program, shell } from '../support/spawn.js'
import { runStages } from '../support/stations.js'
import { stream, upstream } from '../support/upstream.js'
import { ANSWER, chunk, DONE, errorEvent, event, WORDS } from '../support/wire.js'

/** Runs the two programs that judge an answer. */
async function judged(input: string | Uint8Array) {
  const [text, usage] = await Promise.all([
    program('sse-text', [], { input }),
    program('sse-usage', ['--json'], { input }),
  ])
  const report = usage.stdout === '' ? {} : (JSON.parse(usage.stdout) as { verdict?: string })
  return { words: text.stdout, told: text.stderr, verdict: report.verdict, statuses: [text.status, usage.status] }
}

/** The expected result for a complete answer. */
function whole(words: string) {
  return { words, told: '', verdict: 'complete', statuses: [0, 0] }
}

/** The expected result for a failed answer. */
function failed(words: string, verdict: string, line: string, status: number) {
  return { words, told: `sse-text: ${line}\n`, verdict, statuses: [status, status] }
}

const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 }
const USED = event({ id: 'gen-1', model: 'test/model', choices: [], usage })

const ERRORS = [
  ['400', 400, 'bad_request: it broke (400)', 65],
  ['402', 402, 'credits: it broke (402)', 77],
  ['403', 403, 'forbidden: it broke (403)', 77],
  ['404', 404, 'not_found: it broke (404)', 69],
  ['429', 429, 'rate_limited: it broke (429)', 75],
  ['502', 502, 'server_error: it broke (502)', 75],
  ['503', 503, 'overloaded: it broke (503)', 75],
  ['none', undefined, 'stream_error: it broke', 76],
  ['a number that is no status', 1234, 'stream_error: it broke', 76],
] as const

describe('R58 · an error chunk in a 200 stream, with usage and [DONE] after it · the words so far, then one line · the status of its code, 76 without one', () => {
  test.each(few(ERRORS))('code %s', async (_, code, line, status) => {
    const input = `${chunk('Blue ')}${errorEvent(code, 'it broke')}${USED}${DONE}`
    expect(await judged(input)).toEqual(failed('Blue ', 'error', line, status))
  })

  test.each(few(ERRORS))('code %s, through a pipe: told once', async (_, code, line, status) => {
    const server = await upstream(stream(`${chunk('Blue ')}${errorEvent(code, 'it broke')}${USED}${DONE}`))
    const env = { OPENROUTER_BASE_URL: server.url }
    expect(await shell('or-stream -n x | sse-text; echo "|${PIPESTATUS[*]}"', { env }, 'bash')).toEqual({
      stdout: `Blue |${status} ${status}\n`,
      stderr: `or-stream: ${line}\n`,
      status: 0,
    })
  })
})

describe('R59 · an error as documented: code "server_error", finish reason "error" · the words so far, then one line · 75', () => {
  const error = { code: 'server_error', message: 'Provider disconnected unexpectedly' }
  const choices = [{ index: 0, delta: { content: '' }, finish_reason: 'error' }]
  const documented = { id: 'cmpl-abc123', object: 'chat.completion.chunk', created: 1234567890, model: 'test/model' }
  const line = 'server_error: Provider disconnected unexpectedly (server_error, provider Test)'

  test.each(
    few([
      ['with a choice', { ...documented, provider: 'Test', error, choices }],
      ['without one', { ...documented, provider: 'Test', error, choices: [] }],
    ]),
  )('%s', async (_, data) => {
    expect(await judged(`${chunk('Blue ')}${event(data)}`)).toEqual(failed('Blue ', 'error', line, 75))
  })
})

describe('R60 · a line error: {…} that is no event, and the end · the judges tell its message, sse-parse passes over it as the standard does · the status of its code', () => {
  const LINES = [
    [
      'with a code',
      'error: {"code":500,"message":"The slot was lost"}\n\n',
      'server_error: The slot was lost (500)',
      75,
    ],
    ['in an error', 'error: {"error":{"message":"no"}}\n\n', 'stream_error: no', 76],
    ['without a blank line', 'error: {"code":429,"message":"slow"}\n', 'rate_limited: slow (429)', 75],
    ['without a line end', 'error: {"code":401,"message":"who?"}', 'auth: who? (401)', 77],
  ] as const

  test.each(few(LINES))('%s', async (_, line, told, status) => {
    expect(await judged(chunk('Blue ') + line)).toEqual(failed('Blue ', 'error', told, status))
    expect(await program('sse-parse', [], { input: `data: 1\n\n${line}` })).toEqual({
      stdout: '{"event":"message","data":"1"}\n',
      stderr: '',
      status: 0,
    })
  })
})

/** Returns a chunk with several choices, each with a piece of text or a finish reason. */
function both(...choices: readonly (readonly [index: number, text: string, reason?: string])[]): string {
  return event({
    id: 'gen-1',
    object: 'chat.completion.chunk',
    choices: choices.map(([index, content, reason = null]) => ({ index, delta: { content }, finish_reason: reason })),
  })
}

const NO_MARK = (events: number) => `truncated: the stream ended after ${events} events without an end marker`
const NO_ONE_MARK = 'truncated: the stream ended after 1 event without an end marker'

describe('R61 · no [DONE], but a finish reason for every choice · whole · 0', () => {
  test.each(
    few([
      ['one choice', chunk('Blue') + chunk('', 'stop'), whole('Blue')],
      ['and usage after it', chunk('Blue') + chunk('', 'stop') + USED, whole('Blue')],
      ['a tool call', chunk('Blue') + chunk('', 'tool_calls'), whole('Blue')],
      ['two choices', both([0, 'Blue'], [1, 'Red']) + both([1, '', 'stop'], [0, '', 'stop']), whole('Blue')],
      ['[DONE] and no finish reason', chunk('Blue') + DONE, whole('Blue')],
      [
        'one of two choices',
        both([0, 'Blue'], [1, 'Red']) + both([0, '', 'stop']),
        failed('Blue', 'truncated', NO_MARK(2), 76),
      ],
      ['none of two choices', both([0, 'Blue']) + both([1, 'Red']), failed('Blue', 'truncated', NO_MARK(2), 76)],
    ]),
  )('%s', async (_, input, expected) => {
    expect(await judged(input)).toEqual(expected)
  })
})

describe('R62 · the last block has no blank line · sse-parse gives no event for it, the judges count it when it is [DONE] or whole JSON · 0 when that is the end mark', () => {
  const BLUE = JSON.stringify({ event: 'message', data: chunk('Blue').slice('data: '.length, -2) })

  test.each(
    few([
      ['[DONE]', 'data: [DONE]\n', whole('Blue'), '[DONE]'],
      ['[DONE] without a line end', 'data: [DONE]', whole('Blue'), '[DONE]'],
      ['a finish', chunk(' sky', 'stop').slice(0, -2), whole('Blue sky'), '{"id":"gen-1",'],
      [
        'half an event',
        chunk(' sky', 'stop').slice(0, -3),
        failed('Blue', 'truncated', NO_ONE_MARK, 76),
        '{"id":"gen-1",',
      ],
      ['half a mark', 'data: [DON', failed('Blue', 'truncated', NO_ONE_MARK, 76), '[DON'],
    ]),
  )('%s', async (_, tail, expected, excerpt) => {
    const input = chunk('Blue') + tail
    expect(await judged(input)).toEqual(expected)
    expect(await program('sse-parse', ['-v'], { input })).toEqual({
      stdout: `${BLUE}\n`,
      stderr: expect.stringContaining(`ignored the last block, because no blank line follows it: ${excerpt}`),
      status: 0,
    })
  })
})

/** Returns the report of `sse-usage` for a stream, and its status. */
async function usageOf(input: string): Promise<Record<string, unknown>> {
  const { stdout, status } = await program('sse-usage', ['--json'], { input })
  return { ...(JSON.parse(stdout) as object), status }
}

/** Returns a chunk with usage and a choice. */
function usageChunk(reason: string | null): string {
  return event({ id: 'gen-1', choices: [{ index: 0, delta: { content: '' }, finish_reason: reason }], usage })
}

describe('R63 · a finish reason twice, then usage in a chunk with a choice · one finish, the first; usage read once · 0', () => {
  test.each(
    few([
      ['the same again', 'stop'],
      ['another', 'length'],
      ['null after it', null],
    ]),
  )('%s', async (_, reason) => {
    const input = chunk('Blue') + chunk('', 'stop') + usageChunk(reason) + DONE
    const account = await usageOf(input)
    expect(account).toMatchObject({ finish_reason: 'stop', total_tokens: 7, events: 4, status: 0 })
    expect(await judged(input)).toEqual(whole('Blue'))
  })
})

describe('R64 · data after [DONE] · the next answer; usage, a repeated finish and a lone [DONE] still belong to the one before · 0, or that of the worst answer', () => {
  const red = chunk('Red').replaceAll('gen-1', 'gen-2')

  test.each(
    few([
      ['usage', ANSWER + USED + DONE, whole(WORDS)],
      ['a repeated finish', ANSWER + chunk('', 'stop'), whole(WORDS)],
      ['[DONE] again', ANSWER + DONE, whole(WORDS)],
      ['a second answer', ANSWER + ANSWER, whole(WORDS + WORDS)],
      ['a second answer that is cut', ANSWER + red, failed(`${WORDS}Red`, 'truncated', NO_ONE_MARK, 76)],
      [
        'a whole answer after one with an error',
        chunk('Red') + errorEvent(429, 'slow down') + DONE + ANSWER,
        failed(`Red${WORDS}`, 'complete', 'rate_limited: slow down (429)', 75),
      ],
    ]),
  )('%s', async (_, input, expected) => {
    expect(await judged(input)).toEqual(expected)
  })
})

describe('R65 · data that is not JSON · sse-parse passes it on as text; the judges skip it and name the first of it · 0 and 65', () => {
  test.each(
    few([
      ['among chunks', chunk('Blue ') + 'data: hello\n\ndata: you\n\n' + chunk('sky', 'stop') + DONE, 'Blue sky', 2],
      ['and nothing else', 'event: output\nid: 1\ndata: hello\n\nevent: output\ndata: you\n\n', '', 1],
    ]),
  )('%s', async (_, input, words, place) => {
    const { words: text, told, statuses } = await judged(input)
    expect({ text, told, statuses }).toEqual({
      text: words,
      told: `sse-text: bad_data: event ${place} is not JSON: hello\n`,
      statuses: [65, 65],
    })
    const { stdout, stderr, status } = await program('sse-parse', ['-d'], { input })
    const texts = stdout.split('\n').filter((line) => /"data":"(hello|you)"/.test(line))
    expect({ texts: texts.length, stderr, status }).toEqual({ texts: 2, stderr: '', status: 0 })
  })
})

describe('R66 · one broken event in the middle · the rest is read, its place is named · 65', () => {
  const pieces = ['one ', 'two ', 'three ', 'four']
  const events = [...pieces.map((piece) => chunk(piece)), chunk('', 'stop'), DONE]

  test.each(few(events.map((_, at) => [at + 1, at] as const)))('event %i', async (place, at) => {
    // Change one byte: the brace or bracket at the start of the data.
    const broken = events.map((data, index) => (index === at ? data.replace(/[{[]/, '!') : data))
    const { words, told, statuses } = await judged(broken.join(''))
    expect({ words, told, statuses }).toEqual({
      words: pieces.filter((_piece, index) => index !== at).join(''),
      told: expect.stringMatching(new RegExp(`^sse-text: bad_data: event ${place} is not JSON: !.+\n$`)),
      statuses: [65, 65],
    })
  })
})

function part(text: unknown): Record<string, unknown> {
  return { type: 'text', text }
}

function chatChunk(choices: unknown): string {
  return event({ object: 'chat.completion.chunk', choices })
}

const ODD: readonly unknown[] = [7, true, null, {}, { text: 'no' }, [], ['no'], [null, 7, [part('no')]], [part(7)]]
const PARTS = [part('Bl'), { type: 'reference', text: 'no' }, part(null), part(['no']), part('ue')]

describe('R67 · content that is a number, null, a list, an object · parts of text are joined, the rest is skipped · 0', () => {
  test.each<[string, readonly string[]]>(
    few([
      ['content', ODD.map((content) => chatChunk([{ index: 0, delta: { content } }]))],
      ['reasoning', ODD.map((reasoning) => chatChunk([{ index: 0, delta: { reasoning } }]))],
      ['tool calls', ODD.map((calls) => chatChunk([{ index: 0, delta: { tool_calls: calls } }]))],
      ['a delta', ODD.map((delta) => chatChunk([{ index: 0, delta }]))],
      ['choices', ODD.map(chatChunk)],
      ['all the rest', ODD.map((odd) => event({ id: odd, model: odd, usage: odd, provider: odd, choices: [] }))],
    ]),
  )('%s', async (_, odd) => {
    const input = odd.join('') + chatChunk([{ index: 0, delta: { content: PARTS } }]) + chunk('', 'stop') + DONE
    expect(await judged(input)).toEqual(whole('Blue'))
  })
})

/** One answer in different encodings, each with its expected text. */
const SPELLINGS: readonly (readonly [string, Uint8Array, string])[] = [
  ['a BOM', utf8Bytes(`\ufeff${ANSWER}`), WORDS],
  ['CR', utf8Bytes(ANSWER.replaceAll('\n', '\r')), WORDS],
  ['CRLF', utf8Bytes(ANSWER.replaceAll('\n', '\r\n')), WORDS],
  ['mixed line ends', utf8Bytes(ANSWER.replaceAll('}\n\n', '}\r\n\r')), WORDS],
  ['no space after the colon', utf8Bytes(ANSWER.replaceAll('data: ', 'data:')), WORDS],
  ['fields that nobody knows', utf8Bytes(ANSWER.replaceAll('data: ', 'foo: bar\nData: x\ndata: ')), WORDS],
  ['U+2028, U+2029 and U+0085', utf8Bytes(chunk('a\u2028b\u2029c\u0085d', 'stop')), 'a\u2028b\u2029c\u0085d'],
  ['NUL in a field of its own', utf8Bytes(`id: \0\n\0: x\n${ANSWER}`), WORDS],
  [
    'bytes that are no UTF-8',
    Buffer.from(chunk('a\u00ff\u00c0\u0080\u00ed\u00a0\u0080b', 'stop'), 'latin1'),
    `a${'\ufffd'.repeat(6)}b`,
  ],
]

describe('R68 · BOM, CR, CRLF, mixed line ends, U+2028, NUL, invalid UTF-8 · as the standard reads them · 0', () => {
  test.each(few(SPELLINGS))('%s', async (_, bytes, words) => {
    expect(await judged(bytes)).toEqual(whole(words))
  })
})

describe('R69 · a character or a line end cut at any byte · the same output · 0', () => {
  test.each(few(SPELLINGS))('%s, byte by byte into the program', async (_, bytes, words) => {
    const input = Readable.from(inPieces(bytes, 1))
    expect(await program('sse-text', [], { input })).toEqual({ stdout: words, stderr: '', status: 0 })
  })

  const LETTERS = 'é Ω € 空 🐟 👩‍🚀 e\u0301 \u2028'
  const cut = [...SPELLINGS, ['letters of every length', utf8Bytes(chunk(LETTERS, 'stop')), LETTERS] as const]
  test.each(few(cut))('%s, cut in every way', (_, bytes, words) => {
    const made = runStages([bytes])
    expect(made.text).toBe(words)
    for (const [name, pieces] of everyCut(bytes)) expect({ name, ...runStages(pieces) }).toEqual({ name, ...made })
  })
})

interface ToolPiece {
  readonly choice?: number
  readonly index?: number | null
  readonly id?: string
  readonly name?: string
  readonly args: string
}

function toolChunk({ choice = 0, index, id, name, args }: ToolPiece): string {
  const call = { index, id, function: { name, arguments: args } }
  return event({ id: 'gen-1', choices: [{ index: choice, delta: { tool_calls: [call] } }] })
}

/** Returns the name and the arguments of each call, by its choice and index. */
function callsIn(wire: string): Record<string, string> {
  const calls: Record<string, string> = {}
  for (const one of run(parseAnswers(dialects), [utf8Bytes(wire)])) {
    for (const delta of one.type === 'chunk' ? one.deltas : []) {
      if (delta.type !== 'tool-call') continue
      const key = `${delta.choice}/${delta.index ?? '-'}`
      calls[key] = `${calls[key] ?? ''}${delta.name ?? ''}${delta.arguments}`
    }
  }
  return calls
}

const ARGUMENTS = '{"city": "Zü\\u0072ich", "days": [1, 20, {"at": null}], "isFar": false}'
/** Returns a chunk with a piece of the arguments of a call. The first piece has its name. */
const callChunk = (piece: string, name?: string) => {
  const call = { index: 0, ...(name ? { id: 'call-1' } : {}), function: { name, arguments: piece } }
  return event({ id: 'gen-1', choices: [{ index: 0, delta: { tool_calls: [call] }, finish_reason: null }] })
}
const cutAfter = (length: number) =>
  `${callChunk('', 'weather')}${callChunk(ARGUMENTS.slice(0, length))}${chunk('', 'length')}${DONE}`

describe('R70 · the arguments of a tool call are cut by the token limit · what is there is a prefix of them, nothing is made up, and it counts as cut · 76', () => {
  test('at every place: the value so far has nothing that the whole has not', () => {
    const expected = JSON.stringify(JSON.parse(ARGUMENTS))
    for (let length = 1; length < ARGUMENTS.length; length++) {
      const values = json({ source: { from: 'tool' } })
      const step = chain(parseAnswers(dialects), values)
      const outputs = [...step.push(utf8Bytes(cutAfter(length)))]
      const value = values.partial() ?? ''
      outputs.push(...step.end())
      const { stdout: printed, failure } = writtenIn(outputs)
      // Without the closing characters, which have not arrived.
      const received = JSON.stringify(JSON.parse(value)).replace(/["}\]]*$/, '')
      expect({ length, value, isPrefix: expected.startsWith(received), printed, code: failure?.code }).toEqual({
        length,
        value,
        isPrefix: true,
        printed: '',
        code: 'length',
      })
    }
  })

  test.each([
    [[], ''],
    [['--snapshots'], '{"city":"Zü\\u0072ich","days":[1]}\n'],
    [['--each', 'days'], '1\n'],
  ])('sse-json %j', async (args, stdout) => {
    const input = cutAfter(ARGUMENTS.indexOf('0, {'))
    expect(await program('sse-json', ['--from', 'tool', ...args], { input })).toEqual({
      stdout,
      stderr: 'sse-json: length: the JSON is incomplete: the answer reached the token limit\n',
      status: 76,
    })
  })
})

describe('R71 · tool calls whose pieces interleave, indexes missing or with gaps, several choices · each by its index, choices apart · 0', () => {
  test.each<[string, readonly ToolPiece[], Record<string, string>]>(
    few([
      [
        'interleaved',
        [
          { index: 0, id: 'a', name: 'look', args: '' },
          { index: 1, id: 'b', name: 'find', args: '{"x"' },
          { index: 0, args: '{"q":' },
          { index: 1, args: ':2}' },
          { index: 0, args: '1}' },
        ],
        { '0/0': 'look{"q":1}', '0/1': 'find{"x":2}' },
      ],
      [
        'a gap',
        [
          { index: 0, name: 'look', args: '{}' },
          { index: 7, name: 'find', args: '{}' },
        ],
        { '0/0': 'look{}', '0/7': 'find{}' },
      ],
      [
        'no index',
        [
          { name: 'look', args: '{"q":' },
          { index: null, args: '1}' },
        ],
        { '0/-': 'look{"q":1}' },
      ],
      [
        'two choices',
        [
          { choice: 0, index: 0, name: 'look', args: '{"q":' },
          { choice: 1, index: 0, name: 'look', args: '{"q":2}' },
          { choice: 0, index: 0, args: '1}' },
        ],
        { '0/0': 'look{"q":1}', '1/0': 'look{"q":2}' },
      ],
    ]),
  )('%s', (_, pieces, calls) => {
    expect(callsIn(pieces.map(toolChunk).join(''))).toEqual(calls)
  })

  const two = both([0, 'Blue '], [1, 'Red ']) + both([1, 'wine', 'stop']) + both([0, 'sky', 'stop']) + DONE
  test.each(
    few([
      ['0', 'Blue sky'],
      ['1', 'Red wine'],
      ['2', ''],
      ['all', 'Blue sky\n\nRed wine'],
    ]),
  )('the words of choice %s', async (choice, words) => {
    const ended = await program('sse-text', ['--choice', choice], { input: two })
    expect(ended).toEqual({ stdout: words, stderr: '', status: 0 })
  })
})

function withId(id: string, wire: string): string {
  return wire.replaceAll('gen-1', id)
}

function named(data: { type: string } & Record<string, unknown>): string {
  return `event: ${data.type}\n${event(data)}`
}

const message = (id: string) => named({ type: 'message_start', message: { id, model: 'test/model' } })
const words = (text: string) => named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })
const stopped = named({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }) + named({ type: 'message_stop' })

describe('R72 · ids that change in mid-stream, a second message_start · one answer until its end mark, known by its last id · 0', () => {
  test.each(
    few([
      [
        'an id of its own in every chunk',
        withId('a', chunk('Blue ')) + withId('b', chunk('sky')) + withId('c', chunk('', 'stop')) + DONE,
        { id: 'c', finish: 'stop', ...whole('Blue sky') },
      ],
      [
        'another id after the finish',
        withId('a', chunk('Blue ', 'stop')) + withId('b', chunk('sky', 'stop')),
        { id: 'b', finish: 'stop', ...whole('Blue sky') },
      ],
      [
        'another id after the finish, and cut',
        withId('a', chunk('Blue ', 'stop')) + withId('b', chunk('sky')),
        { id: 'b', finish: null, ...failed('Blue sky', 'truncated', NO_ONE_MARK, 76) },
      ],
      [
        'a second message_start before the end of the first',
        message('a') + words('Blue ') + message('b') + words('sky') + stopped,
        { id: 'b', finish: 'stop', ...whole('Blue sky') },
      ],
      [
        'a second message after the first',
        message('a') + words('Blue ') + stopped + message('b') + words('sky') + stopped,
        { id: 'b', finish: 'stop', ...whole('Blue sky') },
      ],
    ]),
  )('%s', async (_, input, expected) => {
    const { id, finish_reason: finish } = await usageOf(input)
    expect({ id, finish, ...(await judged(input)) }).toEqual(expected)
  })
})
