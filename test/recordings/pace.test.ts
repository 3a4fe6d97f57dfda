import { expect, test } from 'vitest'
import { StreamError } from '../../src/core/errors/error.js'
import type { Metadata } from '../../src/recordings/metadata.js'
import { asRead, asRecorded, chunksOf, atSpeed, piecesOf, parseSpeed } from '../../src/recordings/pace.js'
import { everyCut, inOneBuffer, run, utf8Bytes } from '../support/feed.js'
import { metaWith } from '../support/recorded.js'

test.each([
  ['1', 1],
  ['2', 2],
  ['0.5', 0.5],
  ['1e3', 1000],
  ['max', Infinity],
])('--speed %s', (typed, speed) => {
  expect(parseSpeed(typed)).toBe(speed)
})

test.each(['0', '-1', 'fast', '', ' ', '2x', 'NaN'])('no speed: %j', (typed) => {
  const message = `--speed takes a number above 0 or "max", not "${typed}"`
  expect(() => parseSpeed(typed)).toThrow(new StreamError('usage', message))
})

const meta = (...chunks: Metadata['chunks']) => metaWith(chunks)

const shown = (pieces: readonly { at: number; bytes: Uint8Array }[]) =>
  pieces.map(({ at, bytes }) => [at, Buffer.from(bytes).toString()])

test.each<[string, Metadata | undefined, [number, string][]]>([
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

test('the chunks are those of the meta, where they are all of the file', () => {
  const chunks: Metadata['chunks'] = [
    [1, 3],
    [2, 4],
  ]
  expect([chunksOf(meta(...chunks), 7), chunksOf(meta(...chunks), 8), chunksOf(undefined, 0)]).toEqual([
    chunks,
    undefined,
    undefined,
  ])
})

test.each<[string, Metadata['chunks'] | undefined]>([
  [
    'with a meta',
    [
      [1, 2],
      [2, 0],
      [3, 11],
      [4, 1],
      [4, 0],
    ],
  ],
  ['without one', undefined],
])('the same pieces however the bytes are read, %s', (_, chunks) => {
  const bytes = utf8Bytes('data: 1\n\n: é\n')
  const whole = shown(piecesOf(bytes, chunks && meta(...chunks)))
  for (const [name, parts] of everyCut(bytes)) {
    // A piece is only valid until the next push.
    const step = asRecorded(chunks)
    const made: unknown[] = []
    for (const part of inOneBuffer(parts)) made.push(...shown([...step.push(part)]))
    expect([name, [...made, ...shown([...step.end()])]]).toEqual([name, whole])
  }
})

test('what a file has more than its meta comes with the last chunk, what it has less does not', () => {
  const chunks: Metadata['chunks'] = [
    [5, 3],
    [9, 3],
  ]
  expect(['abcdefgh', 'ab', 'abcd'].map((text) => shown(run(asRecorded(chunks), [utf8Bytes(text)])))).toEqual([
    [
      [5, 'abc'],
      [9, 'def'],
      [9, 'gh'],
    ],
    [[5, 'ab']],
    [
      [5, 'abc'],
      [9, 'd'],
    ],
  ])
})

test('as it is read', () => {
  expect(shown(run(asRead(), ['ab', 'c'].map(utf8Bytes)))).toEqual([
    [0, 'ab'],
    [0, 'c'],
  ])
})

test('at once: whatever their times', async () => {
  const given: string[] = []
  const pieces = [1e6, 2e6, 1e6].map((at) => ({ at, bytes: utf8Bytes(`${at};`) }))
  for await (const bytes of atSpeed([...pieces, { pause: 1 }, ...pieces], Infinity)) given.push(String(bytes))
  expect(given).toEqual([...pieces, ...pieces].map(({ bytes }) => String(bytes)))
})

test('a silence lasts, whatever the speed', async () => {
  const reason = new Error('enough')
  const leaving = new AbortController()
  const pieces = atSpeed([{ at: 0, bytes: utf8Bytes('a') }, { pause: 1e9 }], Infinity, leaving.signal)
  expect((await pieces.next()).value).toEqual(utf8Bytes('a'))
  const next = pieces.next()
  leaving.abort(reason)
  await expect(next).rejects.toBe(reason)
})

test('an abort ends a wait', async () => {
  const reason = new Error('enough')
  const pieces = atSpeed([{ at: 1e6, bytes: utf8Bytes('never') }], 1, AbortSignal.abort(reason))
  await expect(pieces.next()).rejects.toBe(reason)
})
