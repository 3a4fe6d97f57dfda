import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { blockScanner } from '../../../src/core/sse/boundaries.js'
import type { SseItem } from '../../../src/core/sse/item.js'
import { sse } from '../../../src/core/sse/parser.js'
import { chain } from '../../../src/core/stream/stage.js'
import { utf8 } from '../../../src/core/text/utf8.js'
import { everyCut, inPieces, run, utf8Bytes } from '../../support/feed.js'

/** Returns the last boundary (as an offset in all bytes), the number of events, and true if the bytes end at a boundary. */
function framed(pieces: Iterable<Uint8Array>) {
  const frames = blockScanner()
  let safe = 0
  let before = 0
  for (const piece of pieces) {
    const place = frames.push(piece)
    if (place > 0) safe = before + place
    before += piece.length
  }
  return { safe, events: frames.events(), isBetween: frames.isAtBoundary() }
}

/** A bar marks the last boundary of each stream before its first event. */
test.each<[string, string, number, boolean]>([
  ['nothing', '|', 0, true],
  ['blank lines', '\n\r\n\r|', 0, true],
  ['a comment', ': a\n|', 0, true],
  ['a comment and its blank line', ': a\n\n|', 0, true],
  ['half a comment', ': a\n|: b', 0, false],
  ['a whole event', '|data: a\n\n', 1, true],
  ['a whole event in CRLF', '|data: a\r\n\r\n', 1, true],
  ['a whole event in CR', '|data: a\r\r', 1, true],
  ['a whole event in mixed line ends', '|data: a\r\n\r', 1, true],
  ['an event without its blank line', '|data: a\n', 0, false],
  ['an event without its line end', '|data: a', 0, false],
  ['a comment inside an event', '|data: a\n: b\n', 0, false],
  ['an event after a comment', ': a\n|data: b', 0, false],
  ['two events and half a third', ': a\n\n|data: a\n\ndata: b\n\ndata: c\n', 2, false],
  ['data without a value', '|data\n\ndata:\n\n', 2, true],
  ['several data lines are one event', '|data: a\ndata: b\n\n', 1, true],
  ['other fields are not an event', 'event: x\nid: 1\nretry: 5\n\n|', 0, true],
  ['a name that begins like data', 'dat: a\n\ndatas: b\n\n data: c\n\nDATA: d\n\n|', 0, true],
  ['data in a value', 'event: data: a\n\n: data: b\n\n|', 0, true],
  ['a name cut by its line end', 'da\nta: a\n\n|', 0, true],
  ['a BOM before data', '|\ufeffdata: a\n\n', 1, true],
  ['a second BOM', '\ufeff\ufeffdata: a\n\n|', 0, true],
  ['a BOM in mid-stream', ': a\n\ufeffdata: b\n\n|', 0, true],
  ['a BOM and nothing else', '\ufeff|', 0, true],
  ['characters of several bytes', 'event: 豆🐟\u2028\u0085\n\n|data: 豆🐟\u2028\u0085\n\n', 1, true],
])('%s', (_, marked, events, isBetween) => {
  const [before = '', after = ''] = marked.split('|')
  const safe = marked.startsWith('\ufeff|') ? 0 : utf8Bytes(before).length
  for (const [cut, pieces] of everyCut(utf8Bytes(before + after)))
    expect({ cut, ...framed(pieces) }).toEqual({ cut, safe, events, isBetween })
})

test.each([
  ['two bytes of a BOM', [0xef, 0xbb]],
  ['one byte of a BOM', [0xef]],
  ['a BOM with a byte too many', [0xef, 0xbb, 0xef]],
])('%s are part of a field name, which then is not data', (_, beginning) => {
  const bytes = Uint8Array.from([...beginning, ...utf8Bytes('data: a\n\n')])
  for (const [cut, pieces] of everyCut(bytes)) expect([cut, framed(pieces).events]).toEqual([cut, 0])
})

/** Parts of random streams, some of them whole lines, so that the interesting cases occur often. */
const WORDS = ['data', 'data: a', ':', ' ', '\n', '\r', '\r\n', '\n\n', '\r\r', '\r\n\r\n', '\n: c\n', 'event: x\n']
const OTHERS = ['id: 1\r', 'retry: 1\n', 'dat', 'ta', '€', '🐟', '\ufeff', '\0', '\ndata\n\n', '\rdata:\r', '\u2028']
const pieces = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...[...WORDS, ...OTHERS].map(utf8Bytes)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2 }) },
)
const beginnings = fc.constantFrom('', '', '\n', 'data', ':', '\ufeff', '\ufeffdata: a\n\n').map(utf8Bytes)
const streams = fc
  .tuple(beginnings, fc.array(pieces, { maxLength: 30 }))
  .map(([beginning, rest]) => Buffer.concat([beginning, ...rest]))

const COMPARED = new Set<SseItem['kind']>(['event', 'comment', 'retry', 'unterminated'])
const itemsOf = (bytes: Uint8Array) => run(chain(utf8(), sse()), [bytes]).filter(({ kind }) => COMPARED.has(kind))

test('the result does not depend on how the bytes are split, and the events match those of the parser after each byte', () => {
  const isSame = fc.property(streams, fc.array(fc.nat({ max: 1000 }), { maxLength: 6 }), (bytes, cuts) => {
    const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
    const cut = at.slice(1).map((to, index) => bytes.subarray(at[index], to))
    expect(framed(cut)).toEqual(framed([bytes]))

    const [frames, items] = [blockScanner(), chain(utf8(), sse())]
    let found = 0
    for (const byte of inPieces(bytes, 1)) {
      frames.push(byte)
      for (const { kind } of items.push(byte)) if (kind === 'event') found++
      expect(frames.events()).toBe(found)
    }
  })
  fc.assert(isSame, { numRuns: 3000, seed: 7 })
})

test('a stream can be split in two at a boundary', () => {
  const isSafe = fc.property(streams, (bytes) => {
    const { safe } = framed([bytes])
    const [before, after] = [bytes.subarray(0, safe), bytes.subarray(safe)]
    // A BOM in mid-stream would be stripped at the start of the second part.
    if (after[0] === 0xef) return
    expect([...itemsOf(before), ...itemsOf(after)]).toEqual(itemsOf(bytes))
    expect(itemsOf(before).filter(({ kind }) => kind === 'unterminated')).toEqual([])
  })
  fc.assert(isSafe, { numRuns: 3000, seed: 7 })
})

test('a comment and a blank line between two blocks change nothing', () => {
  const isUnharmed = fc.property(streams, fc.nat({ max: 1000 }), (bytes, place) => {
    const at = place % (bytes.length + 1)
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
    const { isBetween } = framed([before])
    if (!isBetween || before.length === 0 || after[0] === 0xef) return
    const added = itemsOf(Buffer.concat([before, utf8Bytes(': beat\n\n'), after]))
    expect(added.filter((item) => item.kind !== 'comment' || item.comment !== 'beat')).toEqual(itemsOf(bytes))
  })
  fc.assert(isUnharmed, { numRuns: 3000, seed: 7 })
})
