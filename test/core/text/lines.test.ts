import { expect, test } from 'vitest'
import { lines } from '../../../src/core/text/lines.js'

/** Returns the complete lines, the overlong beginnings, and the rest. */
function split(maxLength: number, pieces: readonly string[]) {
  const step = lines(maxLength)
  const results = pieces.map((piece) => [step.push(piece), step.overlong()] as const)
  return {
    whole: results.map(([whole]) => whole).join(''),
    overlong: results.flatMap(([, beginning]) => (beginning === undefined ? [] : [beginning])),
    rest: step.rest(),
  }
}

test.each([
  ['nothing', [], '', [], ''],
  ['a line in pieces', ['a', 'b', '\nc'], 'ab\n', [], 'c'],
  ['CRLF, also split', ['a\r', '\nb\r\nc\rd'], 'a\nb\nc\n', [], 'd'],
  ['a line at the limit', ['abcde', 'fghij', '\n'], 'abcdefghij\n', [], ''],
  [
    'a line over the limit is dropped up to its end',
    ['abcdef', 'ghijkl', 'mno', 'p\nq\n'],
    'q\n',
    ['abcdefghijkl'],
    '',
  ],
  ['a line over the limit that never ends', ['abcdefghijkl', 'm', 'n'], '', ['abcdefghijkl'], ''],
  ['a long line that arrives complete is kept', ['abcdefghijklmnop\n'], 'abcdefghijklmnop\n', [], ''],
])('%s', (_, pieces, whole, overlong, rest) => {
  expect(split(10, pieces)).toEqual({ whole, overlong, rest })
})

test('overlong returns the first 80 characters of a line', () => {
  const { overlong } = split(100, ['x'.repeat(200)])
  expect(overlong).toEqual(['x'.repeat(80)])
})
