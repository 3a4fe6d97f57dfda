import { expect, test } from 'vitest'
import { parseJson, type JsonObject } from '../../../src/core/json/json.js'
import { leavesIn, watch } from '../../../src/core/json/scalars.js'

const TEXT = ' { "a" : [1, {"b\\n": "x, ]\\" }"}, [], -2.5e+3 ] ,"c":{"0":null},"d":true}'

test('the leaves of a text, in their order', () => {
  expect(leavesIn(TEXT).map(({ from, to }) => TEXT.slice(from, to))).toEqual([
    '1',
    '"x, ]\\" }"',
    '-2.5e+3',
    'null',
    'true',
  ])
})

test('it is heard which of them is asked for', () => {
  const json = parseJson(TEXT) as JsonObject
  const heard: string[] = []
  for (const leaf of leavesIn(TEXT)) watch(json, leaf, () => heard.push(TEXT.slice(leaf.from, leaf.to)))
  const object = (json['a'] as JsonObject[])[1]
  expect([object?.['b\n'], (json['c'] as JsonObject)['0'], { ...json }['d'], heard]).toEqual([
    'x, ]" }',
    null,
    true,
    ['"x, ]\\" }"', 'null', 'true'],
  ])
})

test('of a leaf that the object has not, it is heard at once', () => {
  const heard: unknown[] = []
  for (const leaf of leavesIn('{"a":{"b":1},"c":2}')) watch({ a: {} }, leaf, () => heard.push(leaf.from))
  expect(heard).toEqual([10, 17])
})
