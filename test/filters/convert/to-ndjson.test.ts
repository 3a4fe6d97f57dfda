import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { StreamError } from '../../../src/core/errors/error.js'
import { trailerLine, type Trailer } from '../../../src/core/errors/trailer.js'
import type { SseItem } from '../../../src/core/sse/item.js'
import { ndjson } from '../../../src/core/sse/ndjson.js'
import { eventLines, type LineOptions } from '../../../src/filters/convert/to-ndjson.js'
import { run } from '../../support/feed.js'

function event(data: string, id?: string): SseItem {
  return id === undefined ? { kind: 'event', event: 'message', data } : { kind: 'event', event: 'message', data, id }
}

const auth: Trailer = { status: 77, verdict: 'error', code: 'auth', reported: true }
/** A comment whose fields are in a different order than ours. */
const trailer: SseItem = {
  kind: 'trailer',
  comment: 'or-stream status=77 told=1 code=auth verdict=error',
  trailer: auth,
}

const others: SseItem[] = [
  { kind: 'comment', comment: 'OPENROUTER "PROCESSING"' },
  { kind: 'retry', retry: 3000 },
  { kind: 'unknown-field', field: 'error', value: '{}' },
  event('a'),
]

test.each<[string, LineOptions, SseItem[], string]>([
  ['an event', {}, [event('a')], '{"event":"message","data":"a"}\n'],
  ['its event name', {}, [{ kind: 'event', event: 'a"b', data: '' }], '{"event":"a\\"b","data":""}\n'],
  [
    'its id',
    {},
    [event('a', '7'), event('b', '')],
    '{"event":"message","data":"a","id":"7"}\n{"event":"message","data":"b","id":""}\n',
  ],
  [
    'its time',
    {},
    [{ kind: 'event', event: 'message', data: 'a', id: '7', t: 12.5 }],
    '{"event":"message","data":"a","id":"7","t":12.5}\n',
  ],
  [
    'data is always a string',
    {},
    [event('{"a":1}'), event('[DONE]')],
    '{"event":"message","data":"{\\"a\\":1}"}\n{"event":"message","data":"[DONE]"}\n',
  ],
  ['data of several lines', {}, [event('a\nb\u2028€')], '{"event":"message","data":"a\\nb\u2028€"}\n'],
  ['only events', {}, others, '{"event":"message","data":"a"}\n'],
  [
    '--all',
    { all: true },
    others,
    '{"comment":"OPENROUTER \\"PROCESSING\\""}\n{"retry":3000}\n{"event":"message","data":"a"}\n',
  ],
  [
    'decoded: an object',
    { decode: true },
    [event('{"a":"x"}', '7')],
    '{"event":"message","data":{"a":"x"},"id":"7"}\n',
  ],
  ['decoded: an array', { decode: true }, [event(' [1, 2]')], '{"event":"message","data": [1, 2]}\n'],
  [
    'decoded: anything else stays a string',
    { decode: true },
    ['[DONE]', '1', '"x"', 'null', '', '{"a":'].map((data) => event(data)),
    ['[DONE]', '1', '\\"x\\"', 'null', '', '{\\"a\\":']
      .map((data) => `{"event":"message","data":"${data}"}\n`)
      .join(''),
  ],
  [
    'decoded: numbers keep their notation',
    { decode: true },
    [event('{"a":1.0,"b":3e-7,"c":12345678901234567890,"d":-0,"e":1E400}')],
    '{"event":"message","data":{"a":1.0,"b":3e-7,"c":12345678901234567890,"d":-0,"e":1E400}}\n',
  ],
  [
    'decoded: repeated keys, escapes and white space are kept',
    { decode: true },
    [event(String.raw`{ "a":1,"a":2, "\u0041":"\/\ud83d\ude00" }`)],
    String.raw`{"event":"message","data":{ "a":1,"a":2, "\u0041":"\/\ud83d\ude00" }}` + '\n',
  ],
  [
    'decoded: half a surrogate pair becomes U+FFFD, an escaped backslash does not',
    { decode: true },
    [event(String.raw`{"a":"\ud83d","b":"\ude00","c":"\\ud83d"}`)],
    String.raw`{"event":"message","data":{"a":"\ufffd","b":"\ufffd","c":"\\ud83d"}}` + '\n',
  ],
  [
    'decoded: __proto__',
    { decode: true },
    [event('{"__proto__":{"a":1}}')],
    '{"event":"message","data":{"__proto__":{"a":1}}}\n',
  ],
  [
    'decoded: JSON of several lines',
    { decode: true },
    [event('{\n"a":\r\n[1,\r\r2]\n}')],
    '{"event":"message","data":{ "a": [1, 2] }}\n',
  ],
])('%s', (_, options, items, lines) => {
  expect(run(eventLines(options), items)).toEqual(lines.split(/(?<=\n)/))
})

test('a last block without a blank line is not an event, and this is noted', () => {
  expect(
    run(eventLines({ all: true }), [event('a'), { kind: 'unterminated', event: 'message', data: '{"b":\n1}' }]),
  ).toEqual([
    '{"event":"message","data":"a"}\n',
    { note: 'ignored the last block, because no blank line follows it: {"b": 1}' },
  ])
})

test.each([false, true])('a trailer is copied exactly and is the failure (all: %s)', (all) => {
  expect(run(eventLines({ all }), [event('a'), trailer])).toEqual([
    '{"event":"message","data":"a"}\n',
    '{"comment":"or-stream status=77 told=1 code=auth verdict=error"}\n',
    { failure: new StreamError('auth', 'or-stream exited with 77 (verdict error)', { reported: true }) },
  ])
})

test('the first item that could not be read is the failure, and all others are written', () => {
  const items: SseItem[] = [{ kind: 'invalid', why: 'line 1 is other JSON' }, event('a'), { kind: 'invalid', why: 'x' }]
  expect(run(eventLines(), items)).toEqual([
    '{"event":"message","data":"a"}\n',
    { failure: new StreamError('bad_data', 'line 1 is other JSON') },
  ])
})

const json = fc.jsonValue().map((value) => JSON.stringify(value))
const spaced = fc.jsonValue().map((value) => JSON.stringify(value, null, 2).replaceAll('\n', '\r\n'))
const text = fc.string({ unit: 'binary' })
const data = fc.oneof(
  json,
  spaced,
  text,
  json.map((whole) => whole.slice(1)),
  fc.constantFrom('[DONE]', '{}\n', '{"\u2028":"\u0085"}'),
)
const events = fc.record(
  { kind: fc.constant('event' as const), event: text, data, id: text, t: fc.nat() },
  { requiredKeys: ['kind', 'event', 'data'] },
)
const items = fc.array(
  fc.oneof(
    events,
    fc.record({ kind: fc.constant('comment' as const), comment: text }),
    fc.constantFrom(trailer, { kind: 'trailer' as const, comment: trailerLine(auth).slice(2, -1), trailer: auth }),
    fc.record({ kind: fc.constant('retry' as const), retry: fc.nat() }),
  ),
)

function linesOf(input: readonly SseItem[], options: LineOptions): string[] {
  return run(eventLines(options), input).filter((output) => typeof output === 'string')
}

test('each item is one line of JSON', () => {
  const isLines = fc.property(items, fc.boolean(), (input, decode) => {
    const read = linesOf(input, { all: true, decode }).map((line) => [
      line.indexOf('\n') === line.length - 1,
      JSON.parse(line) !== null,
    ])
    expect(read).toEqual(input.map(() => [true, true]))
  })
  fc.assert(isLines, { numRuns: 500, seed: 7 })
})

test('the lines parse to the same items', () => {
  const isSame = fc.property(items, (input) => {
    expect(run(ndjson(1e6), linesOf(input, { all: true }))).toEqual(input)
  })
  fc.assert(isSame, { numRuns: 500, seed: 7 })
})

test('decoded lines have the same values', () => {
  const isSame = fc.property(fc.oneof(json, spaced), (spelled) => {
    const [line = ''] = linesOf([event(spelled)], { decode: true })
    const value: unknown = JSON.parse(spelled)
    const isKept = typeof value === 'object' && value !== null
    expect(JSON.parse(line)).toEqual({ event: 'message', data: isKept ? value : spelled })
  })
  fc.assert(isSame, { numRuns: 500, seed: 7 })
})
