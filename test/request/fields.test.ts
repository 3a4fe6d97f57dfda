import { expect, test } from 'vitest'
import { StreamError } from '../../src/core/errors/error.js'
import { withField } from '../../src/request/fields.js'

test.each<[string, string, unknown]>([
  ['text', 'user=ann', { user: 'ann' }],
  ['text with =', 'user=a=b', { user: 'a=b' }],
  ['an empty text', 'user=', { user: '' }],
  ['text keeps its spaces', 'user= a b ', { user: ' a b ' }],
  ['a number', 'seed=7', { seed: 7 }],
  ['a key of one letter', 'n=2', { n: 2 }],
  ['a quoted number is text', 'user="7"', { user: '7' }],
  ['JSON null', 'stop=null', { stop: null }],
  ['a boolean', 'logprobs=true', { logprobs: true }],
  ['a list', 'stop=["a","b"]', { stop: ['a', 'b'] }],
  ['an object', 'provider={"order":["X"]}', { provider: { order: ['X'] } }],
  ['invalid JSON is text', 'stop=["a"', { stop: '["a"' }],
  ['a nested field', 'provider.sort=price', { provider: { sort: 'price' } }],
  ['a deeply nested field', 'a.b.c=1', { a: { b: { c: 1 } } }],
])('%s', (_, assignment, body) => {
  expect(withField({}, assignment)).toEqual(body)
})

test.each<[string, string[], unknown]>([
  ['other fields are kept', ['seed=7'], { model: 'm', provider: { only: ['X'] }, seed: 7 }],
  ['a field is replaced', ['model=n'], { model: 'n', provider: { only: ['X'] } }],
  [
    'a nested field is added to an object',
    ['provider.sort=price'],
    { model: 'm', provider: { only: ['X'], sort: 'price' } },
  ],
  ['a text is replaced by an object', ['model.a=1'], { model: { a: 1 }, provider: { only: ['X'] } }],
  ['one after another', ['a.b=1', 'a.c=2', 'a.b=3'], { model: 'm', provider: { only: ['X'] }, a: { b: 3, c: 2 } }],
])('%s', (_, assignments, body) => {
  const original = { model: 'm', provider: { only: ['X'] } }
  expect([assignments.reduce(withField, original), original]).toEqual([body, { model: 'm', provider: { only: ['X'] } }])
})

test.each([
  ['__proto__.polluted=1', '{"__proto__":{"polluted":1}}'],
  ['__proto__={"polluted":1}', '{"__proto__":{"polluted":1}}'],
  ['a.__proto__.polluted=1', '{"a":{"__proto__":{"polluted":1}}}'],
  ['constructor.prototype.polluted=1', '{"constructor":{"prototype":{"polluted":1}}}'],
  ['toString.a=1', '{"toString":{"a":1}}'],
])('%s sets an own property', (assignment, json) => {
  const body = withField({}, assignment)
  expect([JSON.stringify(body), Object.getPrototypeOf(body), 'polluted' in {}]).toEqual([json, Object.prototype, false])
})

test.each(['seed', '', '=7', 'answer'])('-o %j is refused', (assignment) => {
  expect(() => withField({}, assignment)).toThrow(new StreamError('usage', `-o takes key=value, not "${assignment}"`))
})

test.each(['out.sse', './answer', 'answers/x'])('the message for a file name has a hint: %s', (assignment) => {
  const message = expect.stringMatching(/^-o takes key=value, not ".*"; to keep the stream in a file/) as string
  expect(() => withField({}, assignment)).toThrow(expect.objectContaining({ code: 'usage', message }))
})
