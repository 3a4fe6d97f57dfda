import fc from 'fast-check'
import { expect, test } from 'vitest'
import { events } from '../../../src/core/sse/detect.js'
import { withPositions, type Located } from '../../../src/core/sse/positions.js'
import { grammar, mutants, ndjson, noise, places } from '../../support/arbitrary.js'
import { cutAt, everyCut, run, utf8Bytes } from '../../support/feed.js'
import { SEED, sized } from '../../support/size.js'
import { outcome } from '../../support/stations.js'

/** Describes each item and finding in short: `line kind content`. */
function describe(seen: readonly Located[]): string[] {
  return seen.map((one) => {
    if (one.kind === 'line-end') return `${one.line} ${one.before} then ${one.end}`
    if (one.kind === 'bad-utf8') return `${one.line} bad`
    const { kind, ...item } = one.item
    if (one.item.kind === 'trailer') return `${one.line} ${kind} ${one.item.comment}`
    return `${one.line} ${kind} ${Object.values(item).join(' ')}`
  })
}

const latin1 = (text: string) => Buffer.from(text, 'latin1')

test.each<[string, string | Uint8Array, string[]]>([
  ['nothing', '', []],
  ['blocks', 'data: a\n\ndata: b\n\n', ['1 event message a', '3 event message b']],
  ['blocks that end in CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['1 event message a', '3 event message b']],
  ['blocks that end in CR', 'data: a\r\rdata: b\r\r', ['1 event message a', '3 event message b']],
  [
    'after blank lines and a BOM',
    '\ufeff\n\r\n\ndata: a\n\n',
    ['2 LF then CRLF', '3 CRLF then LF', '4 event message a'],
  ],
  ['a block of several lines', 'event: x\nid: 1\ndata: a\ndata: b\n\n', ['1 event x a\nb 1']],
  ['a block after a block without data', 'id: 1\n\ndata: a\n\n', ['3 event message a']],
  [
    'a comment before and in a block',
    ': a\n\ndata: a\n:b\ndata: c\n\n',
    ['1 comment a', '4 comment b', '3 event message a\nc'],
  ],
  ['a comment immediately before a block', ': a\ndata: a\n\n', ['1 comment a', '2 event message a']],
  ['an unknown field', 'data: a\nfoo: b\n\n', ['2 unknown-field foo b', '1 event message a']],
  ['a retry time', '\nretry: 5\n\n', ['2 retry 5']],
  [
    'the last block without its blank line',
    'data: a\n\nevent: x\ndata: b',
    ['1 event message a', '3 unterminated x b'],
  ],
  ['the same with a line end', 'event: x\r\ndata: b\r', ['2 CRLF then CR', '1 unterminated x b']],
  [
    'an unfinished block before a trailer',
    'data: a\n: or-stream status=75\ndata: b\n\n',
    ['2 trailer or-stream status=75', '3 event message b'],
  ],
  [
    'lines of NDJSON',
    '{"event":"x","data":"a"}\n\n{"comment":"b"}\n[1]\n',
    ['1 event x a', '3 comment b', '4 invalid line 4 is not a JSON object: [1]'],
  ],
  [
    'lines of NDJSON that end in CRLF',
    '{"event":"x","data":"a"}\r\n{"event":"y","data":"b"}\r\n',
    ['1 event x a', '2 event y b'],
  ],
  [
    'the last line of NDJSON without its end',
    '{"event":"x","data":"a"}\n{"event":"y","data":"b"}',
    ['1 event x a', '2 event y b'],
  ],
  [
    'three kinds of line ends',
    ':\r\n:\n:\r:\r',
    ['1 comment ', '2 comment ', '2 CRLF then LF', '3 comment ', '3 LF then CR', '4 comment '],
  ],
  [
    'bytes that are not UTF-8',
    latin1('data: a\n\ndata: \xe4\n\n: \xff\xff\xe2\x82\xac\xff\n'),
    ['1 event message a', '3 bad', '3 event message \ufffd', '5 bad', '5 comment \ufffd\ufffd€\ufffd'],
  ],
  ['the same after a CR', latin1(': a\r:\xff\r'), ['1 comment a', '2 bad', '2 comment \ufffd']],
  ['a character cut by a line end', latin1(': \xe2\x82\n'), ['1 bad', '1 comment \ufffd']],
  [
    'a character cut by the end',
    latin1(': a\n\ndata: \xe2\x82'),
    ['1 comment a', '3 bad', '3 unterminated message \ufffd'],
  ],
  ['U+FFFD is UTF-8', 'data: \ufffd\n\n', ['1 event message \ufffd']],
])('%s', (_, stream, expected) => {
  const bytes = typeof stream === 'string' ? utf8Bytes(stream) : stream
  for (const [cut, pieces] of everyCut(bytes))
    expect([cut, describe(run(withPositions(), pieces))]).toEqual([cut, expected])
})

const runs = { seed: SEED, numRuns: sized({ small: 150, ci: 400, long: 100_000 }) }

test.each([
  ['noise', noise],
  ['the grammar', grammar],
  ['fixtures with changes', mutants],
  ['lines of sse-parse', ndjson],
])('the items are those of `events`, however the bytes are split: %s', (_, streams) => {
  fc.assert(
    fc.property(streams, places, (stream, at) => {
      const whole = outcome(withPositions(), [stream])
      const items = whole.outputs.flatMap((one) => (one.kind === 'item' ? [one.item] : []))
      expect(items).toEqual(outcome(events(), [stream]).outputs)
      expect(outcome(withPositions(), cutAt(stream, at))).toEqual(whole)
    }),
    runs,
  )
})

test('an event over the limit throws after the items before it', () => {
  const { outputs, failure } = outcome(withPositions(10), [utf8Bytes(': a\ndata: 12345678901\n\n')])
  expect([describe(outputs), failure?.code]).toEqual([['1 comment a'], 'too_large'])
})
