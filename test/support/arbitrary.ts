import fc, { type Arbitrary } from 'fast-check'
import { events } from '../../src/core/sse/detect.js'
import { chain } from '../../src/core/stream/stage.js'
import { eventLines } from '../../src/filters/convert/to-ndjson.js'
import { writtenIn } from './outcomes.js'
import { outcome } from './stations.js'
import { utf8Bytes } from './feed.js'
import { cases } from './fixtures.js'

/** Property names that a plain object inherits. */
export const INHERITED = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']

const initialNames = new Set(Object.getOwnPropertyNames(Object.prototype))

/** Returns the names that have been added to `Object.prototype` since the tests started. */
export function pollution(): string[] {
  return Object.getOwnPropertyNames(Object.prototype).filter((name) => !initialNames.has(name))
}

/** Fragments of streams, including whole lines, so that random input reaches the interesting cases. */
const FRAGMENTS = [
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
const fragments = fc.oneof(fc.constantFrom(...FRAGMENTS.map(utf8Bytes)), fc.uint8Array({ maxLength: 2 }))

/** Random bytes and fragments of streams, in any order. */
export const noise: Arbitrary<Uint8Array> = fc
  .tuple(beginnings, fc.array(fragments, { maxLength: 40 }))
  .map(([beginning, rest]) => Buffer.concat([beginning, ...rest]))

/** Characters that are often mishandled: false line ends, lone surrogates, characters that JSON escapes. */
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

/** Written without its quotes: a valid JSON number that no double can hold. */
const TOO_LARGE = '<1e999>'
const value: Arbitrary<unknown> = fc.oneof(
  string,
  fc.constantFrom(null, true, false, 0, -0, -1, 1.5, 2 ** 53, 1e308, 5e-324, TOO_LARGE, '', [], {}, [[]], [null]),
  string.map((text) => [{ type: 'text', text }]),
  string.map((key) => Object.fromEntries([[key, { polluted: true }]])),
)

/** All JSON chunks of the fixtures. */
const chunks = cases()
  .flatMap(({ stream }) => outcome(events(), [stream]).outputs)
  .flatMap((item) => (item.kind === 'event' && item.data.startsWith('{') ? [item.data] : []))
  .flatMap((data) => resultOrNothing(() => JSON.parse(data) as unknown))

function resultOrNothing<T>(make: () => T): T[] {
  try {
    return [make()]
  } catch {
    return []
  }
}

/** Returns a copy of `whole` in which the value at a path is replaced, or a member is added. */
function replaceAt(whole: unknown, [first = 0, ...rest]: readonly number[], key: string, other: unknown): unknown {
  if (typeof whole !== 'object' || whole === null) return other
  const members = Object.entries(whole)
  const at = first % (members.length + 1)
  const [name, member] = members[at] ?? [key, undefined]
  members[at] = [name, rest.length === 0 ? other : replaceAt(member, rest, key, other)]
  return Array.isArray(whole) ? members.map(([, item]) => item) : Object.fromEntries(members)
}

const chunk = fc
  .tuple(
    fc.constantFrom(...chunks),
    fc.array(fc.tuple(fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 5 }), string, value), { maxLength: 2 }),
  )
  .map(([whole, changes]) => {
    let result = whole
    for (const [path, key, other] of changes) result = replaceAt(result, path, key, other)
    return result
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

/** Event streams with valid syntax and unusual content. */
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
    fragments,
    fc.constantFrom(10, 13, 32, 58, 0, 0xff, 0xed).map((byte) => Uint8Array.of(byte)),
  ),
})

/** Generates mutations of the bytes: a few are replaced, removed or inserted. */
function mutate(whole: Arbitrary<Uint8Array>): Arbitrary<Uint8Array> {
  return fc.tuple(whole, fc.array(change, { minLength: 1, maxLength: 4 })).map(([bytes, changes]) => {
    let result = bytes
    for (const { at, length, by } of changes) {
      const from = at % (result.length + 1)
      result = Buffer.concat([result.subarray(0, from), by, result.subarray(from + length)])
    }
    return result
  })
}

const short = cases().filter(({ stream }) => stream.length < 8 * 1024)

/** Fixtures with mutations. */
export const mutants: Arbitrary<Uint8Array> = mutate(fc.constantFrom(...short.map(({ stream }) => stream)))

function toNdjson(stream: Uint8Array): Uint8Array {
  return utf8Bytes(writtenIn(outcome(chain(events(), eventLines({ all: true })), [stream]).outputs).stdout)
}

/** NDJSON as `sse-parse` prints it, sometimes damaged. */
export const ndjson: Arbitrary<Uint8Array> = fc.oneof(
  grammar.map(toNdjson),
  mutate(grammar.map(toNdjson)),
  mutate(fc.constantFrom(...short.map(({ events: lines }) => utf8Bytes(lines)))),
)

/** Offsets at which to split a stream. */
export const places: Arbitrary<number[]> = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 8 })
