import { expect, test } from 'vitest'
import { elementsOf, valuesAt, parseJsonPath, type JsonPath } from '../../../src/core/json/path.js'
import { jsonTokens } from '../../../src/core/json/tokens.js'
import { chain } from '../../../src/core/stream/stage.js'
import { run } from '../../support/feed.js'

const JSON_TEXT =
  '{"items":[1,{"items":[2]},[3]],"a.b":{"/":"~"},"weeks":[{"days":["Mo","Tu"]},{"days":[]},{"days":["We"]}],"x":{"days":["no"]},"":0}'

/** Returns the values at a path and their pointers. */
function found(path: JsonPath): [string, string][] {
  return run(chain(jsonTokens(), valuesAt(path)), JSON_TEXT.split('')).map(({ pointer, text }) => [pointer, text])
}

test.each([
  ['.', [['', JSON_TEXT]]],
  ['items.0', [['/items/0', '1']]],
  ['items.1.items', [['/items/1/items', '[2]']]],
  ['/a.b/~1', [['/a.b/~1', '"~"']]],
  ['/', [['/', '0']]],
  [
    'weeks.*.days',
    [
      ['/weeks/0/days', '["Mo","Tu"]'],
      ['/weeks/1/days', '[]'],
      ['/weeks/2/days', '["We"]'],
    ],
  ],
  ['*.days', [['/x/days', '["no"]']]],
  ['nothing', []],
])('the values at %s', (path, values) => {
  expect(found(parseJsonPath(path))).toEqual(values)
})

test.each([
  ['items', ['1', '{"items":[2]}', '[3]']],
  ['weeks.*.days', ['"Mo"', '"Tu"', '"We"']],
  ['x', []],
  ['.', []],
])('the elements at %s', (path, elements) => {
  expect(found(elementsOf(parseJsonPath(path))).map(([, text]) => text)).toEqual(elements)
})

test.each([
  ['items', true],
  ['weeks.1.days', true],
  ['x', false],
  ['.', false],
  ['items.0', false],
])('isThere after the elements at %s', (path, isThere) => {
  const parts = valuesAt(elementsOf(parseJsonPath(path)))
  run(chain(jsonTokens(), parts), [JSON_TEXT])
  expect(parts.isThere()).toBe(isThere)
})

test.each(['', 'a..b', '.a', 'a.'])('%j is not a path', (path) => {
  expect(() => parseJsonPath(path)).toThrow('names separated by dots')
})
