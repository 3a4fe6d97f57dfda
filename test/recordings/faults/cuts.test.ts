import { expect, test } from 'vitest'
import { StreamError } from '../../../src/core/errors/error.js'
import { cut, parseCuts } from '../../../src/recordings/faults/cuts.js'
import type { Piece, Pause } from '../../../src/recordings/pace.js'
import { everyCut, inOneBuffer, run, utf8Bytes } from '../../support/feed.js'

/** The sizes that are typed so. */
function sizesOf(typed: string): Iterator<number, never> {
  const cuts = parseCuts(typed)
  if (cuts === 'recorded') throw new Error('no sizes are asked for')
  return cuts()
}

function several(typed: string, count: number): number[] {
  const sizes = sizesOf(typed)
  return Array.from({ length: count }, () => sizes.next().value)
}

const shown = (pieces: readonly (Piece | Pause)[]) =>
  pieces.map((piece) => ('pause' in piece ? piece.pause : [piece.at, Buffer.from(piece.bytes).toString()]))
const bytesOf = (one: Piece | Pause) => Buffer.from('pause' in one ? [] : one.bytes)
const piece = (at: number, text: string): Piece => ({ at, bytes: utf8Bytes(text) })

test('--chunk N', () => {
  expect([several('1', 3), several('4096', 3)]).toEqual([
    [1, 1, 1],
    [4096, 4096, 4096],
  ])
})

test('--chunk recorded', () => {
  expect(parseCuts('recorded')).toBe('recorded')
})

test('--chunk random:SEED: the same seed gives the same, most of them small, none over 64', () => {
  const sizes = several('random:7', 1000)
  expect(several('random:7', 1000)).toEqual(sizes)
  expect(several('random:8', 1000)).not.toEqual(sizes)
  const share = (of: (size: number) => boolean) => sizes.filter(of).length / sizes.length
  expect(share((size) => Number.isInteger(size) && size >= 1 && size <= 64)).toBe(1)
  expect(share((size) => size <= 3)).toBeCloseTo(0.52, 1)
  expect(share((size) => size > 32)).toBeCloseTo(0.25, 1)
})

test.each(['0', '-1', '1.5', '', 'all', 'random', 'random:', 'random:x', '1k', '1e400', '9'.repeat(20)])(
  'no cuts: %j',
  (typed) => {
    const message = `--chunk takes a number of bytes, recorded, or random:SEED, not "${typed}"`
    expect(() => parseCuts(typed)).toThrow(new StreamError('usage', message))
  },
)

test('sizes are those that were asked for, however the bytes came, and the last is what is left', () => {
  const bytes = utf8Bytes('data: {"é":"🐟"}\r\n\r\ndata: [DONE]\r\n\r\n')
  for (const typed of ['1', '2', '5', '1000', 'random:1']) {
    const sizes = several(typed, bytes.length)
    for (const [name, pieces] of everyCut(bytes)) {
      const step = cut(sizesOf(typed))
      const made: Buffer[] = []
      for (const part of inOneBuffer(pieces))
        for (const one of step.push({ at: 0, bytes: part })) made.push(bytesOf(one))
      made.push(...[...step.end()].map(bytesOf))
      const lengths = made.map((one) => one.length)
      expect([name, Buffer.concat(made).equals(bytes)]).toEqual([name, true])
      expect([name, lengths.slice(0, -1)]).toEqual([name, sizes.slice(0, lengths.length - 1)])
      expect(lengths.at(-1)).toBeLessThanOrEqual(sizes[lengths.length - 1] ?? 0)
    }
  }
})

test('each is due with its last byte', () => {
  const made = run(cut(sizesOf('4')), [piece(10, 'ab'), piece(20, 'cdefgh'), piece(30, ''), piece(40, 'i')])
  expect(shown(made)).toEqual([
    [20, 'abcd'],
    [20, 'efgh'],
    [40, 'i'],
  ])
})

test('what came before a silence goes out before it', () => {
  const made = run(cut(sizesOf('4')), [piece(1, 'abcde'), { pause: 500 }, piece(2, 'fghij')])
  expect(shown(made)).toEqual([[1, 'abcd'], [1, 'e'], 500, [2, 'fghi'], [2, 'j']])
})
