import { expect, test } from 'vitest'
import type { Piece, Pause } from '../../../src/recordings/pace.js'
import { stall } from '../../../src/recordings/faults/stall.js'
import { everyCut, run, utf8Bytes } from '../../support/feed.js'

/** Returns the text of the pieces, with a bar for a pause. */
const toText = (pieces: readonly (Piece | Pause)[]) =>
  pieces.map((piece) => ('pause' in piece ? '|' : Buffer.from(piece.bytes).toString('latin1'))).join('')

test.each([
  ['LF', 'data: 1\n\n|data: 2\n\n'],
  ['CRLF', 'data: 1\r\n\r\n|data: 2\r\n\r\n'],
  ['CR', 'data: 1\r\r|data: 2\r\r'],
  ['comments and a retry before it', ': x\n\nretry: 1\n\nid: 7\n\ndata: 1\n\n|: y\n\n'],
  ['one event', 'data: 1\n\n|'],
  ['no event', ': x\n\n|'],
  ['half an event', 'data: 1\n|'],
  ['nothing', '|'],
])('the pause is after the first event, however the stream is cut: %s', (_, expected) => {
  for (const [name, pieces] of everyCut(utf8Bytes(expected.replace('|', '')))) {
    const made = run(
      stall(500, 'first event'),
      pieces.map((bytes) => ({ at: 0, bytes })),
    )
    expect([name, toText(made)]).toEqual([name, expected])
  }
})

test('the pause is after everything', () => {
  const bytes = utf8Bytes('data: 1\n\ndata: 2\n\n')
  expect(run(stall(500, 'everything'), [{ at: 3, bytes }])).toEqual([{ at: 3, bytes }, { pause: 500 }])
})

test('pieces keep their times', () => {
  const made = run(stall(500, 'first event'), [
    { at: 1, bytes: utf8Bytes('data: 1\n') },
    { at: 2, bytes: utf8Bytes('\ndata: 2\n\n') },
  ])
  expect(made.map((piece) => ('pause' in piece ? piece : piece.at))).toEqual([1, 2, { pause: 500 }, 2])
})
