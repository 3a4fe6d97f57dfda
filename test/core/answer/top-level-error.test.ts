import { expect, test } from 'vitest'
import { topLevelError } from '../../../src/core/answer/top-level-error.js'

test.each<[string, Record<string, unknown>, string, object]>([
  ['an object', { error: { message: 'x', code: 504 } }, 'message', { message: 'x', status: 504, type: undefined }],
  ['a string', { error: 'x' }, 'message', { message: 'x', status: undefined, type: undefined }],
  [
    'with members beside it',
    { error: { message: 'x', type: 'odd' }, status_code: 500 },
    'error',
    { message: 'x', status: 500, type: 'odd' },
  ],
  [
    'vLLM',
    { object: 'error', message: 'x', type: 'BadRequestError', param: null, code: 400 },
    'message',
    { message: 'x', status: 400, type: 'BadRequestError' },
  ],
  [
    'Anthropic',
    { type: 'error', error: { type: 'overloaded_error', message: 'x' } },
    'error',
    { message: 'x', status: undefined, type: 'overloaded_error' },
  ],
  [
    'an event named error',
    { message: 'x', code: 'rate_limit_exceeded' },
    'error',
    { message: 'x', status: undefined, type: 'rate_limit_exceeded' },
  ],
  [
    'an event named error without a message',
    {},
    'error',
    { message: 'no message', status: undefined, type: undefined },
  ],
  [
    'Venice',
    { error_type: 'timeout', error_message: 'x' },
    'error',
    { message: 'x', status: undefined, type: 'timeout' },
  ],
])('%s', (_, chunk, event, error) => {
  const who = { id: undefined, model: undefined, provider: undefined }
  expect(topLevelError(chunk, event)).toEqual({ type: 'chunk', ...who, deltas: [{ type: 'error', error }] })
})

test('the chunk of an error has the id of its answer', () => {
  expect(topLevelError({ id: 'gen-1', error: 'x' }, 'message')?.id).toBe('gen-1')
})

test.each([
  ['nothing', {}],
  ['an error that is null', { error: null }],
  ['an error that is empty', { error: '' }],
  ['another object', { object: 'list', message: 'x', code: 400 }],
])('not an error: %s', (_, chunk) => {
  expect(topLevelError(chunk, 'message')).toBeUndefined()
})
