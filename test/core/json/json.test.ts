import { expect, test } from 'vitest'
import {
  excerpt,
  isObject,
  memberText,
  numberOf,
  objectsOf,
  parseJson,
  stringify,
  stringOf,
} from '../../../src/core/json/json.js'

const values = [undefined, null, true, 0, 1.5, Number.NaN, Infinity, '', 'x', [], [1, {}, null], {}, { a: 1 }]

test.each<[string, (value: unknown) => unknown, unknown[]]>([
  ['isObject', isObject, [{}, { a: 1 }].map(() => true)],
  ['stringOf', stringOf, ['x']],
  ['numberOf', numberOf, [0, 1.5]],
])('%s accepts nothing else', (_, accept, expected) => {
  expect(values.map(accept).filter((value) => value !== undefined && value !== false)).toEqual(expected)
})

test('objectsOf returns the objects in an array, and nothing for any other value', () => {
  expect(values.map(objectsOf)).toEqual(values.map((value) => (value === values[10] ? [{}] : [])))
})

test.each<[string, unknown]>([
  ['{"a":[1,null]}', { a: [1, null] }],
  [' null\n', null],
  ['"x"', 'x'],
  ['1e999', Infinity],
  ['', undefined],
  ['{"a":', undefined],
  ['[DONE]', undefined],
  ['{} {}', undefined],
])('parseJson of %j', (text, value) => {
  expect(parseJson(text)).toEqual(value)
})

test('stringify returns JSON, or undefined if the value is nested too deep', () => {
  let deep: unknown = 1
  for (let level = 0; level < 100_000; level++) deep = [deep]
  expect([stringify({ a: [1, 'x\n'] }), stringify(deep)]).toEqual([String.raw`{"a":[1,"x\n"]}`, undefined])
})

test.each([
  ['a number', '{"a":1.0}', '1.0'],
  ['a number that no double can hold', '{"b":1,"a":12345678901234567890,"c":2}', '12345678901234567890'],
  ['an object with its white space', '{ "a" : { "b" : [ 1 , 2 ] } , "c":0}', '{ "b" : [ 1 , 2 ] }'],
  ['a name that also occurs in nested objects', '{"x":{"a":1},"a":[{"a":2}],"y":{"a":3}}', '[{"a":2}]'],
  ['the last of several members with the same name', '{"a":1,"b":2,"a":3}', '3'],
  ['a name with an escape', String.raw`{"\u0061":1.50}`, '1.50'],
  ['strings that look like JSON', String.raw`{"b":"\"a\":1,}","a":["\\","}"],"c":"a"}`, String.raw`["\\","}"]`],
  ['a value that equals the name', '{"b":"a","c":"a"}', ''],
  ['no member', '{}', ''],
])('memberText: %s', (_, object, text) => {
  expect(memberText(object, 'a')).toBe(text)
})

test.each([
  ['short text is unchanged', 'a b', 'a b'],
  ['white space is collapsed and trimmed', ' \n a \t\r\n b ', 'a b'],
  ['sixty characters', 'x'.repeat(60), 'x'.repeat(60)],
  ['more than sixty characters', 'x'.repeat(61), `${'x'.repeat(60)}…`],
])('excerpt: %s', (_, text, expected) => {
  expect(excerpt(text)).toBe(expected)
})
