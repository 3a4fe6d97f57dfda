import { expect, test } from 'vitest'
import { parseJson, type JsonObject } from '../../../src/core/json/json.js'
import { leavesIn, watch } from '../../../src/core/json/scalars.js'

const TEXT = ' { "a" : [1, {"b\\n": "x, ]\\" }"}, [], -2.5e+3 ] ,"c":{"0":null},"d":true}'

test('leavesIn returns the scalars of a text in their order', () => {
  expect(leavesIn(TEXT).map(({ from, to }) => TEXT.slice(from, to))).toEqual([
    '1',
    '"x, ]\\" }"',
    '-2.5e+3',
    'null',
    'true',
  ])
})

test('watch reports each scalar that is read', () => {
  const json = parseJson(TEXT) as JsonObject
  const reads: string[] = []
  for (const leaf of leavesIn(TEXT)) watch(json, leaf, () => reads.push(TEXT.slice(leaf.from, leaf.to)))
  const object = (json['a'] as JsonObject[])[1]
  expect([object?.['b\n'], (json['c'] as JsonObject)['0'], { ...json }['d'], reads]).toEqual([
    'x, ]" }',
    null,
    true,
    ['"x, ]\\" }"', 'null', 'true'],
  ])
})

test('watch reports a scalar that the object does not have at once', () => {
  const reads: unknown[] = []
  for (const leaf of leavesIn('{"a":{"b":1},"c":2}')) watch({ a: {} }, leaf, () => reads.push(leaf.from))
  expect(reads).toEqual([10, 17])
})
