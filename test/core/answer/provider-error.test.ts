import { expect, test } from 'vitest'
import { errorCodeFor, failureFromError, readProviderError } from '../../../src/core/answer/provider-error.js'
import { statusOf } from '../../../src/core/errors/codes.js'

test.each<[string, unknown, string, Record<string, unknown>?]>([
  [
    'as documented',
    { code: 502, message: 'Provider disconnected', metadata: { error_type: 'provider_unavailable' } },
    'server_error: Provider disconnected (502, provider_unavailable)',
  ],
  ['with a number', { code: 429, message: 'Worker limit' }, 'rate_limited: Worker limit (429)'],
  ['with a name for a code', { code: 'server_error', message: 'x' }, 'server_error: x (server_error)'],
  ['with an unknown name', { code: 'odd', message: 'x' }, 'stream_error: x (odd)'],
  ['with null for a code', { code: null, message: 'x', type: null, param: null }, 'stream_error: x'],
  ['with a number that is not a status', { code: 1234, message: 'x' }, 'stream_error: x'],
  ['an empty object', {}, 'stream_error: no message'],
  ['a string', 'Upstream closed', 'stream_error: Upstream closed'],
  ['true', true, 'stream_error: no message'],
  [
    'availability, with a status of another name',
    { http_status: 429, error_type: 'rate_limit_exceeded', message: 'x', availability: { code: 'capacity_exhausted' } },
    'rate_limited: x (429, rate_limit_exceeded, capacity_exhausted)',
  ],
  [
    'moderation',
    { code: 403, message: 'flagged', metadata: { error_type: 'content_policy_violation', reasons: ['x'] } },
    'moderation: flagged (403, content_policy_violation, flagged for x)',
  ],
  [
    'moderation with an older status',
    { code: 400, message: 'flagged', metadata: { error_type: 'content_policy_violation' } },
    'bad_request: flagged (400, content_policy_violation)',
  ],
  [
    'a context that is too long',
    { code: 400, message: 'x', metadata: { error_type: 'context_length_exceeded' } },
    'context_length: x (400, context_length_exceeded)',
  ],
  [
    'older: raw text',
    { code: 400, message: 'Provider returned error', metadata: { provider_name: 'P', raw: 'too long' } },
    'bad_request: Provider returned error: too long (400, provider P)',
  ],
  [
    'older: raw JSON text',
    { code: 400, message: 'Provider returned error', metadata: { raw: '{"error":{"message":"too long"}}' } },
    'bad_request: Provider returned error: too long (400)',
  ],
  [
    'older: a raw object',
    { code: 400, message: 'Provider returned error', metadata: { raw: { detail: 'too long' } } },
    'bad_request: Provider returned error: too long (400)',
  ],
  [
    'older: a raw object with msg',
    { code: 400, metadata: { raw: { msg: 'too long' } } },
    'bad_request: too long (400)',
  ],
  [
    'older: a raw object with an error string',
    { code: 400, metadata: { raw: { error: 'too long' } } },
    'bad_request: too long (400)',
  ],
  [
    'older: the same message twice',
    { code: 400, message: 'too long', metadata: { raw: 'too long' } },
    'bad_request: too long (400)',
  ],
  ['OpenAI', { message: 'x', type: 'server_error', param: null, code: null }, 'server_error: x (server_error)'],
  [
    'OpenAI: the code says more than the type',
    { message: 'x', type: 'invalid_request_error', code: 'context_length_exceeded' },
    'context_length: x (context_length_exceeded)',
  ],
  [
    'OpenAI: out of quota',
    { message: 'x', type: 'insufficient_quota', code: 'insufficient_quota' },
    'credits: x (insufficient_quota)',
  ],
  ['Cerebras: the status beside it', { message: 'x', type: 'odd' }, 'server_error: x (500, odd)', { status_code: 500 }],
  [
    'llama.cpp',
    { code: 400, message: 'x', type: 'exceed_context_size_error', n_ctx: 4096 },
    'context_length: x (400, exceed_context_size_error)',
  ],
  ['LM Studio: words beside it', { code: 400 }, 'bad_request: x (400)', { message: 'x' }],
  ['Gemini', { code: 429, message: 'x', status: 'RESOURCE_EXHAUSTED' }, 'rate_limited: x (429, RESOURCE_EXHAUSTED)'],
  ['Anthropic', { type: 'overloaded_error', message: 'x' }, 'overloaded: x (overloaded_error)', { type: 'error' }],
  [
    'Anthropic: what OpenRouter adds says more',
    { type: 'api_error', message: 'x', error_type: 'authentication' },
    'auth: x (authentication)',
  ],
  ['Venice', { error_type: 'timeout', error_message: 'x' }, 'timeout: x (timeout)'],
  ['FastAPI', { detail: 'x' }, 'stream_error: x'],
  ['a type in capitals', { type: 'Rate_Limit_Exceeded', message: 'x' }, 'rate_limited: x (Rate_Limit_Exceeded)'],
])('%s', (_, error, expected, beside) => {
  const failure = failureFromError(readProviderError(error, beside))
  expect(`${failure.code}: ${failure.message}`).toBe(expected)
})

test('vLLM: the chunk itself is the error', () => {
  const chunk = { object: 'error', message: 'x', type: 'BadRequestError', param: null, code: 400 }
  expect(readProviderError(chunk, chunk)).toEqual({ message: 'x', status: 400, type: 'BadRequestError' })
})

test('a status as a string is read', () => {
  expect(readProviderError({ code: '429', message: 'x' })).toMatchObject({ message: 'x', status: 429 })
})

test.each([
  [65, [400, 405, 410, 412, 413, 422]],
  [69, [404]],
  [75, [408, 409, 425, 429, 500, 502, 503, 504, 524, 529]],
  [77, [401, 402, 403]],
])('exit status %i for the HTTP statuses %j', (exit, statuses) => {
  const exits = statuses.map((status) => statusOf(errorCodeFor({ status, type: undefined, message: '' })))
  expect(exits).toEqual(statuses.map(() => exit))
})

test.each([
  ['auth', ['authentication', 'authentication_error', 'invalid_api_key']],
  ['bad_request', ['invalid_request', 'invalid_request_error', 'invalid_prompt']],
  ['context_length', ['context_length_exceeded', 'exceed_context_size_error']],
  ['credits', ['payment_required', 'insufficient_quota', 'billing_error']],
  ['forbidden', ['permission_denied', 'permission_error']],
  ['moderation', ['content_policy_violation', 'refusal']],
  ['not_found', ['not_found', 'not_found_error']],
  ['overloaded', ['provider_overloaded', 'overloaded_error']],
  ['rate_limited', ['rate_limit_exceeded', 'rate_limit_error']],
  ['server_error', ['server', 'server_error', 'api_error', 'provider_unavailable']],
  ['timeout', ['timeout', 'timeout_error']],
])('%s for the types %j', (code, types) => {
  const codes = types.map((type) => errorCodeFor({ type, status: undefined, message: '' }))
  expect(codes).toEqual(types.map(() => code))
})

test('nested errors are read to a limited depth, and reported on one line', () => {
  let error: unknown = { message: 'the cause' }
  for (let depth = 0; depth < 20_000; depth++) error = { metadata: { raw: { error } } }
  expect(readProviderError(error).message).toBe('no message')
  expect(readProviderError({ message: 'x'.repeat(10_000) }).message).toHaveLength(501)
})
