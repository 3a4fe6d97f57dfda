import fc from 'fast-check'
import { expect, test } from 'vitest'
import { serializeItem, type SerializableItem } from '../../../src/core/sse/serialize.js'
import { StreamError } from '../../../src/core/errors/error.js'
import { events } from '../../../src/core/sse/detect.js'
import type { SseItem } from '../../../src/core/sse/item.js'
import { chain } from '../../../src/core/stream/stage.js'
import { eventLines } from '../../../src/filters/convert/to-ndjson.js'
import { sseBlocks } from '../../../src/filters/convert/to-sse.js'
import { grammar, mutants, ndjson, noise } from '../../support/arbitrary.js'
import { STREAMS } from '../../support/corpus.js'
import { inPieces, run, utf8Bytes } from '../../support/feed.js'
import { writtenBy, writtenIn } from '../../support/outcomes.js'
import { SEED, sized, tally } from '../../support/size.js'
import { outcome } from '../../support/stations.js'

const linesOf = (bytes: Uint8Array, decode = false) =>
  writtenIn(outcome(chain(events(), eventLines({ all: true, decode })), [bytes]).outputs).stdout
const formatted = (pieces: readonly Uint8Array[]) =>
  utf8Bytes(writtenIn(outcome(chain(events(), sseBlocks()), pieces).outputs).stdout)

for (const source of STREAMS) {
  test.skipIf(source.isMissing).each(source.named())(
    '%s: parsed, formatted and parsed it is the same, decoded too',
    (_, { stream }) => {
      const lines = linesOf(stream)
      expect(linesOf(formatted([utf8Bytes(lines)]))).toBe(lines)
      expect(linesOf(formatted([stream]))).toBe(lines)
      const decoded = linesOf(stream, true)
      expect(linesOf(formatted([utf8Bytes(decoded)]), true)).toBe(decoded)
    },
  )
}

const isCarried = (item: SseItem): item is SerializableItem =>
  (item.kind === 'event' || item.kind === 'comment' || item.kind === 'trailer' || item.kind === 'retry') &&
  !isRefused(item)

function isRefused(item: SerializableItem): boolean {
  try {
    return serializeItem(item) === ''
  } catch {
    return true
  }
}

const tried = tally('streams formatted')

test.each([
  ['bytes by chance', noise],
  ['streams after the grammar', grammar],
  ['fixtures with changes', mutants],
  ['lines of sse-parse', ndjson],
])('%s: what was written parses to the same, byte by byte too', (_, streams) => {
  const isSame = fc.property(streams, (stream) => {
    tried.add()
    const carried = outcome(events(), [stream]).outputs.filter(isCarried)
    const written = formatted([stream])
    expect(run(events(), [written])).toEqual(
      carried.map(({ t: _time, ...item }: SerializableItem & { t?: number }) => item),
    )
    expect(formatted(inPieces(stream, 1))).toEqual(written)
    expect(formatted([written])).toEqual(written)
  })
  fc.assert(isSame, { numRuns: sized({ small: 40, ci: 200, long: 50_000 }), seed: SEED })
})

test('what is no event goes, and what is half one is noted', () => {
  const stage = chain(events(), sseBlocks())
  expect(run(stage, [utf8Bytes('foo: bar\ndata: a\n\nid: 7\n\ndata: b\n')])).toEqual([
    'data: a\n\n',
    { note: 'ignored the last block, because no blank line follows it: b' },
  ])
})

const trailer = {
  kind: 'trailer',
  comment: 'or-stream status=77 verdict=error code=auth told=1',
  trailer: { status: 77, verdict: 'error', code: 'auth', reported: true },
} as const satisfies SseItem
const full = {
  kind: 'trailer',
  comment: 'or-stream status=74 verdict=error code=write_failed told=1',
  trailer: { status: 74, verdict: 'error', code: 'write_failed', reported: true },
} as const satisfies SseItem
const good: SseItem = { kind: 'event', event: 'message', data: 'a' }
const bad: SseItem = { kind: 'event', event: 'message', data: 'a\r' }

test.each<[string, SseItem[], string, StreamError]>([
  [
    'what SSE cannot carry is told by its place, the first of it, and the rest is given',
    [good, { kind: 'comment', comment: '\n' }, bad, bad, good],
    'data: a\n\ndata: a\n\n',
    new StreamError('bad_data', "comment 1: its text has a line end, which SSE can't carry"),
  ],
  [
    'an event is counted among events',
    [{ kind: 'retry', retry: 1 }, good, bad],
    'retry: 1\n\ndata: a\n\n',
    new StreamError('bad_data', "event 2: its data has a carriage return, which SSE can't carry"),
  ],
  [
    'what could not be read',
    [{ kind: 'invalid', why: 'line 1 is other JSON' }, good],
    'data: a\n\n',
    new StreamError('bad_data', 'line 1 is other JSON'),
  ],
  [
    'of two trailers the worse, both go on',
    [trailer, full, trailer],
    `: ${trailer.comment}\n: ${full.comment}\n: ${trailer.comment}\n`,
    new StreamError('write_failed', 'or-stream left with 74 (verdict error)', { reported: true }),
  ],
  [
    'a trailer goes on, and weighs more',
    [bad, good, trailer],
    'data: a\n\n: or-stream status=77 verdict=error code=auth told=1\n',
    new StreamError('auth', 'or-stream left with 77 (verdict error)', { reported: true }),
  ],
])('%s', (_, items, blocks, failure) => {
  const { stdout, failure: found, ...rest } = writtenBy(sseBlocks(), items)
  expect([stdout, found, found?.status, found?.reported, rest]).toEqual([
    blocks,
    failure,
    failure.status,
    failure.reported,
    { asides: '', notes: [], warnings: [] },
  ])
})
