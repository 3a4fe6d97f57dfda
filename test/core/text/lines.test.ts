import { expect, test } from 'vitest'
import { lines } from '../../../src/core/text/lines.js'

/** All that comes of pieces: the whole lines, the overlong beginnings, and what is left. */
function taken(bound: number, pieces: readonly string[]) {
  const step = lines(bound)
  const told = pieces.map((piece) => [step.push(piece), step.overlong()] as const)
  return {
    whole: told.map(([whole]) => whole).join(''),
    overlong: told.flatMap(([, beginning]) => (beginning === undefined ? [] : [beginning])),
    rest: step.rest(),
  }
}

test.each([
  ['nothing', [], '', [], ''],
  ['a line in pieces', ['a', 'b', '\nc'], 'ab\n', [], 'c'],
  ['CRLF, also cut', ['a\r', '\nb\r\nc\rd'], 'a\nb\nc\n', [], 'd'],
  ['a line at the bound', ['abcde', 'fghij', '\n'], 'abcdefghij\n', [], ''],
  ['a line over it is dropped up to its end', ['abcdef', 'ghijkl', 'mno', 'p\nq\n'], 'q\n', ['abcdefghijkl'], ''],
  ['a line over it that never ends', ['abcdefghijkl', 'm', 'n'], '', ['abcdefghijkl'], ''],
  ['a long one that comes whole stays', ['abcdefghijklmnop\n'], 'abcdefghijklmnop\n', [], ''],
])('%s', (_, pieces, whole, overlong, rest) => {
  expect(taken(10, pieces)).toEqual({ whole, overlong, rest })
})

test('of an overlong line no more is told than shows what it is', () => {
  const { overlong } = taken(100, ['x'.repeat(200)])
  expect(overlong).toEqual(['x'.repeat(80)])
})
