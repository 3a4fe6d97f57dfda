import { expect, test } from 'vitest'
import type { Trailer } from '../../../src/core/errors/trailer.js'
import { commentItem } from '../../../src/core/sse/comment.js'
import { events } from '../../../src/core/sse/detect.js'
import type { SseItem } from '../../../src/core/sse/item.js'
import { chain } from '../../../src/core/stream/stage.js'
import { eventLines } from '../../../src/filters/convert/to-ndjson.js'
import { sseBlocks } from '../../../src/filters/convert/to-sse.js'
import { everyCut, run, utf8Bytes } from '../../support/feed.js'
import { writtenBy } from '../../support/outcomes.js'

const a: SseItem = { kind: 'event', event: 'message', data: 'a' }
const b: SseItem = { kind: 'event', event: 'message', data: 'b' }

/** Comments that are trailers, with the parsed trailer. */
const TRAILERS: readonly (readonly [string, Trailer])[] = [
  [
    'or-stream status=75 verdict=error code=rate_limited told=1',
    { status: 75, verdict: 'error', code: 'rate_limited', reported: true },
  ],
  ['or-stream status=76', { status: 76, verdict: 'error', code: 'stream_error', reported: false }],
  [
    'or-stream status=77 told=1 code=auth verdict=truncated new=field',
    { status: 77, verdict: 'truncated', code: 'auth', reported: true },
  ],
  [
    'or-stream status=130 verdict=odd code=odd told=0',
    { status: 130, verdict: 'error', code: 'stream_error', reported: false },
  ],
]

function itemsIn(input: string): SseItem[] {
  const whole = run(events(), [utf8Bytes(input)])
  for (const [cut, pieces] of everyCut(utf8Bytes(input), 40, 10)) {
    expect({ cut, items: run(events(), pieces) }).toEqual({ cut, items: whole })
  }
  return whole
}

test.each(TRAILERS)('%s is a trailer with its exact comment, in SSE and in NDJSON', (comment, trailer) => {
  const item: SseItem = { kind: 'trailer', comment, trailer }
  const line = '{"event":"message","data":"a"}\n'
  expect(commentItem(comment)).toEqual(item)
  expect([
    itemsIn(`data: a\n\n: ${comment}\n`),
    itemsIn(`data: a\n\n:${comment}\r\n`),
    itemsIn(`: ${comment}\n\ndata: a\n\n`),
    itemsIn(`${line}${JSON.stringify({ comment })}\n`),
  ]).toEqual([
    [a, item],
    [a, item],
    [item, a],
    [a, item],
  ])
})

test.each(TRAILERS)(
  '%s drops the unfinished block before it, and the next block starts after it',
  (comment, trailer) => {
    const item: SseItem = { kind: 'trailer', comment, trailer }
    const stream = `data: a\n\nevent: x\ndata: half\n: ${comment}\ndata: b\n\n`
    expect(itemsIn(stream)).toEqual([a, item, b])
  },
)

test.each(TRAILERS)('%s survives sse-parse and sse-format', (comment, trailer) => {
  const stream = `data: a\n\n: ${comment}\ndata: b\n\n: ${comment}\n`
  const lines = writtenBy(chain(events(), eventLines()), [utf8Bytes(stream)])
  const blocks = writtenBy(chain(events(), sseBlocks()), [utf8Bytes(lines.stdout)])
  expect(blocks.stdout).toBe(stream)
  const { status, code: name, reported } = trailer
  const failure = { status, code: name, reported }
  expect([lines.failure, blocks.failure]).toMatchObject([failure, failure])
})

test.each([
  'or-stream',
  'or-stream status=0 verdict=complete',
  'or-stream status=999',
  'or-stream  status=75',
  ' or-stream status=75',
  'or-stream status=75 ',
  'or-stream status=75 and more',
  'OR-STREAM status=75',
])('"%s" is a comment and drops nothing', (comment) => {
  expect(commentItem(comment)).toEqual({ kind: 'comment', comment })
  expect(itemsIn(`data: a\n: ${comment}\n\n`)).toEqual([{ kind: 'comment', comment }, a])
})
