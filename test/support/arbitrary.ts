import fc, { type Arbitrary } from 'fast-check'
import { events } from '../../src/core/sse/detect.js'
import { chain } from '../../src/core/stream/stage.js'
import { eventLines } from '../../src/filters/convert/to-ndjson.js'
import { writtenIn } from './outcomes.js'
import { outcome } from './stations.js'
import { utf8Bytes } from './feed.js'
import { cases } from './fixtures.js'

/** Names that a plain object has without being given them. */
export const INHERITED = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']

const before = new Set(Object.getOwnPropertyNames(Object.prototype))

/** What every object has that it had not when the tests began. */
export function pollution(): string[] {
  return Object.getOwnPropertyNames(Object.prototype).filter((name) => !before.has(name))
}

/** What streams are made of, whole words of it too, so that chance finds what matters. */
const WORDS = [
  'data',
  ':',
  ' ',
  '\n',
  '\r',
  '\r\n',
  '\n\n',
  '\r\r',
  '\ndata: a',
  '\ndata:{',
  '\r\nevent: x',
  '\nid: 1',
  '\rretry: 1',
  '\n:',
  '\n__proto__: x',
  '\n: or-stream status=75 verdict=error code=rate_limited told=1\n',
  '\0',
  '"}',
  '[DONE]',
  '€',
  '🐟',
  '\ufeff',
  '{"event":"message","data":"a"}\n',
  '{"comment":"a"}\n',
  '{"event":"__proto__","data":{"__proto__":[]},"id":"\\ud800"}\n',
]
const beginnings = fc
  .constantFrom(
    ' ',
    '\n',
    'data',
    ':',
    ':\r',
    'error: ',
    '\ufeffid: 1\n',
    '{',
    '\ufeff[',
    '{"event":"message","data":"a"}\n',
  )
  .map(utf8Bytes)
const words = fc.oneof(fc.constantFrom(...WORDS.map(utf8Bytes)), fc.uint8Array({ maxLength: 2 }))

/** Bytes and words of streams in any order. */
export const noise: Arbitrary<Uint8Array> = fc
  .tuple(beginnings, fc.array(words, { maxLength: 40 }))
  .map(([beginning, rest]) => Buffer.concat([beginning, ...rest]))

/** Characters that somebody takes for something else: line ends that are none, halves of a pair, what JSON escapes. */
const character = fc.constantFrom(
  ...'aÄ€🐟 \t\n\r\0\\"{}[]:,',
  '\u2028',
  '\u0085',
  '\ud83d',
  '\udc1f',
  '\ufeff',
  '\u001b',
)
const string = fc.oneof(
  fc.string({ unit: character, maxLength: 12 }),
  fc.constantFrom(...INHERITED, '[DONE]', 'error', 'stop', 'data: x'),
)

/** Spelled without its quotes: a number that JSON can hold and no double can. */
const TOO_LARGE = '<1e999>'
const value: Arbitrary<unknown> = fc.oneof(
  string,
  fc.constantFrom(null, true, false, 0, -0, -1, 1.5, 2 ** 53, 1e308, 5e-324, TOO_LARGE, '', [], {}, [[]], [null]),
  string.map((text) => [{ type: 'text', text }]),
  string.map((key) => Object.fromEntries([[key, { polluted: true }]])),
)

/** Every chunk that the fixtures have. */
const chunks = cases()
  .flatMap(({ stream }) => outcome(events(), [stream]).outputs)
  .flatMap((item) => (item.kind === 'event' && item.data.startsWith('{') ? [item.data] : []))
  .flatMap((data) => outcomeOf(() => JSON.parse(data) as unknown))

function outcomeOf<T>(make: () => T): T[] {
  try {
    return [make()]
  } catch {
    return []
  }
}

/** The value with something else at a place in it, or with a member more. */
function changed(whole: unknown, [first = 0, ...rest]: readonly number[], key: string, other: unknown): unknown {
  if (typeof whole !== 'object' || whole === null) return other
  const members = Object.entries(whole)
  const at = first % (members.length + 1)
  const [name, member] = members[at] ?? [key, undefined]
  members[at] = [name, rest.length === 0 ? other : changed(member, rest, key, other)]
  return Array.isArray(whole) ? members.map(([, item]) => item) : Object.fromEntries(members)
}

const chunk = fc
  .tuple(
    fc.constantFrom(...chunks),
    fc.array(fc.tuple(fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 5 }), string, value), { maxLength: 2 }),
  )
  .map(([whole, changes]) => {
    let made = whole
    for (const [path, key, other] of changes) made = changed(made, path, key, other)
    return made
  })

const json = fc
  .tuple(fc.oneof({ weight: 4, arbitrary: chunk }, value), fc.constantFrom(undefined, undefined, undefined, 1))
  .map(([data, indent]) => (JSON.stringify(data, undefined, indent) ?? '').replaceAll(`"${TOO_LARGE}"`, '1e999'))

const field = fc.constantFrom('data', 'data', 'event', 'id', 'retry', '', 'error', 'foo', 'Data', ...INHERITED)
const line = fc
  .tuple(field, fc.constantFrom(': ', ':', ': ', ''), fc.oneof(string, fc.constantFrom('1', '3000', 'ping', 'message')))
  .map((parts) => parts.join(''))
const block = fc.oneof(
  { weight: 4, arbitrary: json.map((text) => text.split('\n').map((part) => `data: ${part}`)) },
  { weight: 2, arbitrary: fc.array(line, { minLength: 1, maxLength: 5 }) },
  { weight: 1, arbitrary: fc.constantFrom(['data: [DONE]'], [': OPENROUTER PROCESSING'], ['']) },
)

/** Event streams after the grammar, in which only the contents are odd. */
export const grammar: Arbitrary<Uint8Array> = fc
  .record({
    bom: fc.constantFrom('', '', '', '\ufeff'),
    end: fc.constantFrom('\n', '\n', '\r\n', '\r'),
    blocks: fc.array(block, { maxLength: 8 }),
    tail: fc.constantFrom('', '', 'data: [DONE]', 'dat', 'data: {"a', ': x', 'error: {"code":500}'),
  })
  .map(({ bom, end, blocks, tail }) =>
    utf8Bytes(bom + blocks.map((lines) => [...lines, '', ''].join(end)).join('') + tail),
  )

interface Change {
  readonly at: number
  readonly length: number
  readonly by: Uint8Array
}

const change: Arbitrary<Change> = fc.record({
  at: fc.nat(),
  length: fc.constantFrom(0, 1, 1, 2, 50),
  by: fc.oneof(
    words,
    fc.constantFrom(10, 13, 32, 58, 0, 0xff, 0xed).map((byte) => Uint8Array.of(byte)),
  ),
})

/** Bytes with a few of them changed, taken out or put in. */
function mutated(whole: Arbitrary<Uint8Array>): Arbitrary<Uint8Array> {
  return fc.tuple(whole, fc.array(change, { minLength: 1, maxLength: 4 })).map(([bytes, changes]) => {
    let made = bytes
    for (const { at, length, by } of changes) {
      const from = at % (made.length + 1)
      made = Buffer.concat([made.subarray(0, from), by, made.subarray(from + length)])
    }
    return made
  })
}

const short = cases().filter(({ stream }) => stream.length < 8 * 1024)

/** Fixtures with changes. */
export const mutants: Arbitrary<Uint8Array> = mutated(fc.constantFrom(...short.map(({ stream }) => stream)))

function parsed(stream: Uint8Array): Uint8Array {
  return utf8Bytes(writtenIn(outcome(chain(events(), eventLines({ all: true })), [stream]).outputs).stdout)
}

/** Lines of `sse-parse`, some of them broken. */
export const ndjson: Arbitrary<Uint8Array> = fc.oneof(
  grammar.map(parsed),
  mutated(grammar.map(parsed)),
  mutated(fc.constantFrom(...short.map(({ events: lines }) => utf8Bytes(lines)))),
)

/** Where to cut. */
export const places: Arbitrary<number[]> = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 8 })
