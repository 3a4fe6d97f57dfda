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
    '%s: parse, format and parse again gives the same items, decoded too',
    (_, { stream }) => {
      const lines = linesOf(stream)
      expect(linesOf(formatted([utf8Bytes(lines)]))).toBe(lines)
      expect(linesOf(formatted([stream]))).toBe(lines)
      const decoded = linesOf(stream, true)
      expect(linesOf(formatted([utf8Bytes(decoded)]), true)).toBe(decoded)
    },
  )
}

const isSerializable = (item: SseItem): item is SerializableItem =>
  (item.kind === 'event' || item.kind === 'comment' || item.kind === 'trailer' || item.kind === 'retry') &&
  !isRejected(item)

function isRejected(item: SerializableItem): boolean {
  try {
    return serializeItem(item) === ''
  } catch {
    return true
  }
}

const formattedCount = tally('streams formatted')

test.each([
  ['random bytes', noise],
  ['random streams that follow the grammar', grammar],
  ['mutated fixtures', mutants],
  ['lines of sse-parse', ndjson],
])('%s: what was written parses to the same, byte by byte too', (_, streams) => {
  const isSame = fc.property(streams, (stream) => {
    formattedCount.add()
    const carried = outcome(events(), [stream]).outputs.filter(isSerializable)
    const written = formatted([stream])
    expect(run(events(), [written])).toEqual(
      carried.map(({ t: _time, ...item }: SerializableItem & { t?: number }) => item),
    )
    expect(formatted(inPieces(stream, 1))).toEqual(written)
    expect(formatted([written])).toEqual(written)
  })
  fc.assert(isSame, { numRuns: sized({ small: 40, ci: 200, long: 50_000 }), seed: SEED })
})

test('unknown fields are dropped, and an unterminated block is noted', () => {
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
    'the first item that SSE cannot represent is the failure, with its position, and all others are written',
    [good, { kind: 'comment', comment: '\n' }, bad, bad, good],
    'data: a\n\ndata: a\n\n',
    new StreamError('bad_data', 'comment 1: its text contains a line end, which SSE cannot carry'),
  ],
  [
    'the position of an event counts only events',
    [{ kind: 'retry', retry: 1 }, good, bad],
    'retry: 1\n\ndata: a\n\n',
    new StreamError('bad_data', 'event 2: its data contains a carriage return, which SSE cannot carry'),
  ],
  [
    'an item that could not be read',
    [{ kind: 'invalid', why: 'line 1 is other JSON' }, good],
    'data: a\n\n',
    new StreamError('bad_data', 'line 1 is other JSON'),
  ],
  [
    'the worse of two trailers is the failure, and both are written',
    [trailer, full, trailer],
    `: ${trailer.comment}\n: ${full.comment}\n: ${trailer.comment}\n`,
    new StreamError('write_failed', 'or-stream exited with 74 (verdict error)', { reported: true }),
  ],
  [
    'a trailer is written and is more severe',
    [bad, good, trailer],
    'data: a\n\n: or-stream status=77 verdict=error code=auth told=1\n',
    new StreamError('auth', 'or-stream exited with 77 (verdict error)', { reported: true }),
  ],
])('%s', (_, items, blocks, failure) => {
  const { stdout, failure: actual, ...rest } = writtenBy(sseBlocks(), items)
  expect([stdout, actual, actual?.status, actual?.reported, rest]).toEqual([
    blocks,
    failure,
    failure.status,
    failure.reported,
    { asides: '', notes: [], warnings: [] },
  ])
})
