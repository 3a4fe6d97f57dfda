import { expect, test } from 'vitest'
import { StreamError } from '../../src/core/errors/error.js'
import { withField } from '../../src/request/fields.js'

test.each<[string, string, unknown]>([
  ['text', 'user=ann', { user: 'ann' }],
  ['text that looks like more', 'user=a=b', { user: 'a=b' }],
  ['nothing', 'user=', { user: '' }],
  ['blanks are kept in text', 'user= a b ', { user: ' a b ' }],
  ['a number', 'seed=7', { seed: 7 }],
  ['a key of one letter', 'n=2', { n: 2 }],
  ['a number in text', 'user="7"', { user: '7' }],
  ['JSON null', 'stop=null', { stop: null }],
  ['a truth', 'logprobs=true', { logprobs: true }],
  ['a list', 'stop=["a","b"]', { stop: ['a', 'b'] }],
  ['an object', 'provider={"order":["X"]}', { provider: { order: ['X'] } }],
  ['JSON that is broken is text', 'stop=["a"', { stop: '["a"' }],
  ['a dot nests', 'provider.sort=price', { provider: { sort: 'price' } }],
  ['dots nest', 'a.b.c=1', { a: { b: { c: 1 } } }],
])('%s', (_, assignment, body) => {
  expect(withField({}, assignment)).toEqual(body)
})

test.each<[string, string[], unknown]>([
  ['what is there stays', ['seed=7'], { model: 'm', provider: { only: ['X'] }, seed: 7 }],
  ['what is there is replaced', ['model=n'], { model: 'n', provider: { only: ['X'] } }],
  ['beside what is there', ['provider.sort=price'], { model: 'm', provider: { only: ['X'], sort: 'price' } }],
  ['in place of what cannot nest', ['model.a=1'], { model: { a: 1 }, provider: { only: ['X'] } }],
  ['one after another', ['a.b=1', 'a.c=2', 'a.b=3'], { model: 'm', provider: { only: ['X'] }, a: { b: 3, c: 2 } }],
])('%s', (_, assignments, body) => {
  const given = { model: 'm', provider: { only: ['X'] } }
  expect([assignments.reduce(withField, given), given]).toEqual([body, { model: 'm', provider: { only: ['X'] } }])
})

test.each([
  ['__proto__.polluted=1', '{"__proto__":{"polluted":1}}'],
  ['__proto__={"polluted":1}', '{"__proto__":{"polluted":1}}'],
  ['a.__proto__.polluted=1', '{"a":{"__proto__":{"polluted":1}}}'],
  ['constructor.prototype.polluted=1', '{"constructor":{"prototype":{"polluted":1}}}'],
  ['toString.a=1', '{"toString":{"a":1}}'],
])('%s is a field as any other', (assignment, spelled) => {
  const body = withField({}, assignment)
  expect([JSON.stringify(body), Object.getPrototypeOf(body), 'polluted' in {}]).toEqual([
    spelled,
    Object.prototype,
    false,
  ])
})

test.each(['seed', '', '=7', 'answer'])('no field: %j', (assignment) => {
  expect(() => withField({}, assignment)).toThrow(new StreamError('usage', `-o takes key=value, not "${assignment}"`))
})

test.each(['out.sse', './answer', 'answers/x'])('a file name gets a hint: %s', (assignment) => {
  const message = expect.stringMatching(/^-o takes key=value, not ".*"; to keep the stream in a file/) as string
  expect(() => withField({}, assignment)).toThrow(expect.objectContaining({ code: 'usage', message }))
})
