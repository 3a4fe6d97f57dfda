import { expect, test } from 'vitest'
import { StreamError } from '../../src/core/errors.js'
import type { Meta } from '../../src/recordings/meta.js'
import { paced, piecesOf, speedOf } from '../../src/recordings/pace.js'
import { utf8Bytes } from '../support/feed.js'

test.each([
  ['1', 1],
  ['2', 2],
  ['0.5', 0.5],
  ['1e3', 1000],
  ['max', Infinity],
])('--speed %s', (typed, speed) => {
  expect(speedOf(typed)).toBe(speed)
})

test.each(['0', '-1', 'fast', '', ' ', '2x', 'NaN'])('no speed: %j', (typed) => {
  const message = `--speed takes a number above 0 or "max", not "${typed}"`
  expect(() => speedOf(typed)).toThrow(new StreamError('usage', message))
})

const meta = (...chunks: Meta['chunks']): Meta => ({
  recorded: '2026-11-21T12:00:00.000Z',
  request: { method: 'POST', path: '/api/v1/chat/completions', body: {} },
  status: 200,
  headers: {},
  chunks,
  end: 'whole',
})

const shown = (pieces: readonly { at: number; bytes: Uint8Array }[]) =>
  pieces.map(({ at, bytes }) => [at, Buffer.from(bytes).toString()])

test.each<[string, Meta | undefined, [number, string][]]>([
  [
    'as they came',
    meta([100, 3], [100, 0], [250, 10]),
    [
      [100, 'dat'],
      [100, ''],
      [250, 'a: 1\n\n: 2\n'],
    ],
  ],
  [
    'without a meta event by event',
    undefined,
    [
      [20, 'data: 1\n\n'],
      [40, ': 2\n'],
    ],
  ],
  [
    'of a file that was changed likewise',
    meta([100, 3]),
    [
      [20, 'data: 1\n\n'],
      [40, ': 2\n'],
    ],
  ],
])('pieces: %s', (_, recorded, expected) => {
  expect(shown(piecesOf(utf8Bytes('data: 1\n\n: 2\n'), recorded))).toEqual(expected)
})

test('an abort ends a wait', async () => {
  const reason = new Error('enough')
  const pieces = paced([{ at: 1e6, bytes: utf8Bytes('never') }], 1, AbortSignal.abort(reason))
  await expect(pieces.next()).rejects.toBe(reason)
})
