import { expect, test } from 'vitest'
import { StreamError } from '../../../src/core/errors/error.js'
import { cut, parseCuts } from '../../../src/recordings/faults/cuts.js'
import type { Piece, Pause } from '../../../src/recordings/pace.js'
import { everyCut, inOneBuffer, run, utf8Bytes } from '../../support/feed.js'

/** Returns the sizes of an option value. */
function sizesOf(value: string): Iterator<number, never> {
  const cuts = parseCuts(value)
  if (cuts === 'recorded') throw new Error('this value has no sizes')
  return cuts()
}

function firstSizes(value: string, count: number): number[] {
  const sizes = sizesOf(value)
  return Array.from({ length: count }, () => sizes.next().value)
}

const toRows = (pieces: readonly (Piece | Pause)[]) =>
  pieces.map((piece) => ('pause' in piece ? piece.pause : [piece.at, Buffer.from(piece.bytes).toString()]))
const bytesOf = (one: Piece | Pause) => Buffer.from('pause' in one ? [] : one.bytes)
const piece = (at: number, text: string): Piece => ({ at, bytes: utf8Bytes(text) })

test('--chunk N yields N repeatedly', () => {
  expect([firstSizes('1', 3), firstSizes('4096', 3)]).toEqual([
    [1, 1, 1],
    [4096, 4096, 4096],
  ])
})

test('--chunk recorded keeps the recorded sizes', () => {
  expect(parseCuts('recorded')).toBe('recorded')
})

test('--chunk random:SEED yields the same sizes for the same seed, most of them small, none over 64', () => {
  const sizes = firstSizes('random:7', 1000)
  expect(firstSizes('random:7', 1000)).toEqual(sizes)
  expect(firstSizes('random:8', 1000)).not.toEqual(sizes)
  const share = (of: (size: number) => boolean) => sizes.filter(of).length / sizes.length
  expect(share((size) => Number.isInteger(size) && size >= 1 && size <= 64)).toBe(1)
  expect(share((size) => size <= 3)).toBeCloseTo(0.52, 1)
  expect(share((size) => size > 32)).toBeCloseTo(0.25, 1)
})

test.each(['0', '-1', '1.5', '', 'all', 'random', 'random:', 'random:x', '1k', '1e400', '9'.repeat(20)])(
  '--chunk %j is refused',
  (value) => {
    const message = `--chunk takes a number of bytes, recorded, or random:SEED, not "${value}"`
    expect(() => parseCuts(value)).toThrow(new StreamError('usage', message))
  },
)

test('pieces have the chosen sizes however the bytes are read; the last one has the rest', () => {
  const bytes = utf8Bytes('data: {"é":"🐟"}\r\n\r\ndata: [DONE]\r\n\r\n')
  for (const value of ['1', '2', '5', '1000', 'random:1']) {
    const sizes = firstSizes(value, bytes.length)
    for (const [name, pieces] of everyCut(bytes)) {
      const step = cut(sizesOf(value))
      const actual: Buffer[] = []
      for (const part of inOneBuffer(pieces))
        for (const one of step.push({ at: 0, bytes: part })) actual.push(bytesOf(one))
      actual.push(...[...step.end()].map(bytesOf))
      const lengths = actual.map((one) => one.length)
      expect([name, Buffer.concat(actual).equals(bytes)]).toEqual([name, true])
      expect([name, lengths.slice(0, -1)]).toEqual([name, sizes.slice(0, lengths.length - 1)])
      expect(lengths.at(-1)).toBeLessThanOrEqual(sizes[lengths.length - 1] ?? 0)
    }
  }
})

test('each piece has the time of its last byte', () => {
  const made = run(cut(sizesOf('4')), [piece(10, 'ab'), piece(20, 'cdefgh'), piece(30, ''), piece(40, 'i')])
  expect(toRows(made)).toEqual([
    [20, 'abcd'],
    [20, 'efgh'],
    [40, 'i'],
  ])
})

test('bytes before a pause are passed on before it', () => {
  const made = run(cut(sizesOf('4')), [piece(1, 'abcde'), { pause: 500 }, piece(2, 'fghij')])
  expect(toRows(made)).toEqual([[1, 'abcd'], [1, 'e'], 500, [2, 'fghi'], [2, 'j']])
})
