import { expect, test } from 'vitest'
import {
  assignLatest,
  inOrder,
  lastNonEmpty,
  mergeDelta,
  mergeValue,
  type MutableObject,
} from '../../../src/core/json/merge.js'

test.each<[unknown, unknown, unknown]>([
  [undefined, 'a', 'a'],
  ['a', 'b', 'ab'],
  ['a', null, 'a'],
  ['a', undefined, 'a'],
  [undefined, null, null],
  [null, 'a', 'a'],
  [1, 2, 2],
  [true, false, false],
  ['a', ['b'], ['b']],
  [['a'], ['b', 'c'], ['a', 'b', 'c']],
  [
    { text: 'a', id: 'x' },
    { text: 'b', id: 'x' },
    { text: 'ab', id: 'x' },
  ],
  [{ a: { type: 't', text: 'a' } }, { a: { type: 't', text: 'b' }, b: [1] }, { a: { type: 't', text: 'ab' }, b: [1] }],
  [{ id: 'x' }, { id: '' }, { id: 'x' }],
])('mergeValue of %j and %j', (known, piece, expected) => {
  expect(mergeValue(known, piece)).toEqual(expected)
})

test.each<[unknown, unknown, unknown]>([
  [undefined, null, null],
  [undefined, 0, 0],
  [1, 2, 2],
  [1, 0, 1],
  ['a', '', 'a'],
  ['a', null, 'a'],
  [true, false, false],
  [{ a: 1 }, {}, { a: 1 }],
  [['a'], [], ['a']],
  [['a'], ['b'], ['b']],
])('lastNonEmpty of %j and %j', (known, value, expected) => {
  expect(lastNonEmpty(known, value)).toEqual(expected)
})

test('merging never changes the prototype of an object', () => {
  const evil = JSON.parse('{"__proto__":{"isEvil":true},"a":"b","constructor":""}') as MutableObject
  const grown: MutableObject = { a: 'a' }
  const nothing: MutableObject = {}
  mergeDelta(grown, evil)
  assignLatest(grown, evil)
  expect([grown['a'], grown['constructor'], grown['isEvil'], nothing['isEvil'], Object.keys(grown)]).toEqual([
    'b',
    '',
    undefined,
    undefined,
    ['a', 'constructor'],
  ])
})

/** Returns a text nested in more objects than recursion could follow. */
function deep(text: string): unknown {
  let value: unknown = text
  for (let depth = 0; depth < 50_000; depth++) value = { a: value }
  return value
}

test('values nested too deep are replaced, without a stack overflow', () => {
  expect(() => mergeValue(deep('a'), deep('b'))).not.toThrow()
})

test('inOrder sorts the entries by index', () => {
  expect(
    inOrder(
      new Map([
        [2, 'c'],
        [0, 'a'],
      ]),
    ),
  ).toEqual([
    [0, 'a'],
    [2, 'c'],
  ])
})
