import { expect, test } from 'vitest'
import { anthropic } from '../../../src/dialects/anthropic/index.js'

const NO_IDENTITY = { id: undefined, model: undefined, provider: undefined }

test.each([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [408, 'timeout_error'],
  [409, 'conflict_error'],
  [413, 'request_too_large'],
  [422, 'invalid_request_error'],
  [429, 'rate_limit_error'],
  [500, 'api_error'],
  [503, 'overloaded_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
  ['overloaded_error', 'overloaded_error'],
  ['odd', 'odd'],
])('an error %s has the type %s, as an event and as a body', (code, type) => {
  const body = { type: 'error', error: { type, message: 'no' } }
  expect(anthropic.errorBody({ code, message: 'no' })).toEqual(body)
  expect(anthropic.errorEvent({ code, message: 'no' }, NO_IDENTITY)).toEqual({ event: 'error', data: body })
})
