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
])('--speed %s', (text, speed) => {
  expect(parseSpeed(text)).toBe(speed)
})

test.each(['0', '-1', 'fast', '', ' ', '2x', 'NaN'])('--speed %j is refused', (text) => {
  const message = `--speed takes a number above 0 or "max", not "${text}"`
  expect(() => parseSpeed(text)).toThrow(new StreamError('usage', message))
})

const meta = (...chunks: Metadata['chunks']) => metaWith(chunks)

const toRows = (pieces: readonly { at: number; bytes: Uint8Array }[]) =>
  pieces.map(({ at, bytes }) => [at, Buffer.from(bytes).toString()])

test.each<[string, Metadata | undefined, [number, string][]]>([
  [
    'as recorded',
    meta([100, 3], [100, 0], [250, 10]),
    [
      [100, 'dat'],
      [100, ''],
      [250, 'a: 1\n\n: 2\n'],
    ],
  ],
  [
    'single events without metadata',
    undefined,
    [
      [20, 'data: 1\n\n'],
      [40, ': 2\n'],
    ],
  ],
  [
    'single events of a changed file',
    meta([100, 3]),
    [
      [20, 'data: 1\n\n'],
      [40, ': 2\n'],
    ],
  ],
])('pieces: %s', (_, recorded, expected) => {
  expect(toRows(piecesOf(utf8Bytes('data: 1\n\n: 2\n'), recorded))).toEqual(expected)
})

test('the chunks are those of the metadata if they have the size of the file', () => {
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
    'with metadata',
    [
      [1, 2],
      [2, 0],
      [3, 11],
      [4, 1],
      [4, 0],
    ],
  ],
  ['without metadata', undefined],
])('the pieces do not depend on how the bytes are read, %s', (_, chunks) => {
  const bytes = utf8Bytes('data: 1\n\n: é\n')
  const whole = toRows(piecesOf(bytes, chunks && meta(...chunks)))
  for (const [name, parts] of everyCut(bytes)) {
    // A piece is only valid until the next push.
    const stage = asRecorded(chunks)
    const actual: unknown[] = []
    for (const part of inOneBuffer(parts)) actual.push(...toRows([...stage.push(part)]))
    expect([name, [...actual, ...toRows([...stage.end()])]]).toEqual([name, whole])
  }
})

test('bytes after the last chunk have its time; missing bytes are left out', () => {
  const chunks: Metadata['chunks'] = [
    [5, 3],
    [9, 3],
  ]
  expect(['abcdefgh', 'ab', 'abcd'].map((text) => toRows(run(asRecorded(chunks), [utf8Bytes(text)])))).toEqual([
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

test('asRead passes bytes on at time 0', () => {
  expect(toRows(run(asRead(), ['ab', 'c'].map(utf8Bytes)))).toEqual([
    [0, 'ab'],
    [0, 'c'],
  ])
})

test('speed max ignores the times', async () => {
  const texts: string[] = []
  const pieces = [1e6, 2e6, 1e6].map((at) => ({ at, bytes: utf8Bytes(`${at};`) }))
  for await (const bytes of atSpeed([...pieces, { pause: 1 }, ...pieces], Infinity)) texts.push(String(bytes))
  expect(texts).toEqual([...pieces, ...pieces].map(({ bytes }) => String(bytes)))
})

test('a pause does not depend on the speed', async () => {
  const reason = new Error('enough')
  const leave = new AbortController()
  const pieces = atSpeed([{ at: 0, bytes: utf8Bytes('a') }, { pause: 1e9 }], Infinity, leave.signal)
  expect((await pieces.next()).value).toEqual(utf8Bytes('a'))
  const next = pieces.next()
  leave.abort(reason)
  await expect(next).rejects.toBe(reason)
})

test('an abort ends a delay', async () => {
  const reason = new Error('enough')
  const pieces = atSpeed([{ at: 1e6, bytes: utf8Bytes('never') }], 1, AbortSignal.abort(reason))
  await expect(pieces.next()).rejects.toBe(reason)
})
