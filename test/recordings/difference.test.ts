import { expect, test } from 'vitest'
import { differences, formatDifference } from '../../src/recordings/difference.js'

const textsFor = (recorded: unknown, requested: unknown) => [...differences(recorded, requested)].map(formatDifference)

test.each<[string, unknown, unknown, string[]]>([
  ['the same', { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
  ['the same in another order', { a: 1, b: 2 }, { b: 2, a: 1 }, []],
  ['a value', { a: 1 }, { a: 2 }, ['a is 1, not 2']],
  [
    'deep',
    { messages: [{ role: 'user', content: 'x' }] },
    { messages: [{ role: 'user', content: 'y' }] },
    ['messages[0].content is "x", not "y"'],
  ],
  ['missing', { a: 1, b: 2 }, { a: 1 }, ['b (2) is missing']],
  ['unexpected', { a: 1 }, { a: 1, b: { c: 2 } }, ['b ({"c":2}) is unexpected']],
  ['a longer list', { a: [1] }, { a: [1, 2] }, ['a[1] (2) is unexpected']],
  ['another kind', { a: [1] }, { a: { 0: 1 } }, ['a is [1], not {"0":1}']],
  ['null is a value', { a: null }, { a: 0 }, ['a is null, not 0']],
  ['several', { a: 1, b: 1 }, { a: 2, b: 2 }, ['a is 1, not 2', 'b is 1, not 2']],
  ['a long text', { a: 'x'.repeat(100) }, { a: '' }, [`a is "${'x'.repeat(59)}…, not ""`]],
])('%s', (_, recorded, requested, expected) => {
  expect(textsFor(recorded, requested)).toEqual(expected)
})

function deep(leaf: number): unknown {
  let value: unknown = leaf
  for (let level = 0; level < 1000; level++) value = { a: value }
  return value
}

test('the depth of the comparison is limited', () => {
  expect(textsFor(deep(1), deep(1))).toEqual([])
  expect(textsFor(deep(1), deep(2)).length).toBe(1)
})
