import { expect, test } from 'vitest'
import { statusOf } from '../../src/core/errors/codes.js'
import { isEventStream, errorFromResponse } from '../../src/client/error-response.js'
import { HTTP_RESPONSES } from '../support/corpus.js'

/** The wall clock in these tests. */
const NOW = Date.UTC(2026, 0, 1)

/** The provider of the request. */
const acme = {
  name: 'Acme',
  keyHint: 'set OPENROUTER_API_KEY to a valid key',
  url: new URL('https://user:secret@acme.example/v1/chat/completions?key=secret#secret'),
}

const head = (headers: Record<string, string>) => new Map(Object.entries(headers))

test.each([
  [200, { 'content-type': 'text/event-stream' }, true],
  [200, { 'content-type': 'text/event-stream;charset=utf-8' }, true],
  [200, { 'content-type': ' Text/Event-Stream ; charset=utf-8' }, true],
  [200, { 'content-type': 'text/event-streams' }, false],
  [200, { 'content-type': 'application/json' }, false],
  [200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' }, false],
  [204, { 'content-type': 'text/event-stream' }, false],
  [307, { 'content-type': 'text/event-stream' }, false],
  [500, { 'content-type': 'text/event-stream' }, false],
])('%i %j is an event stream: %s', (status, headers, expected) => {
  expect(isEventStream({ status, headers: head(headers) })).toBe(expected)
})

const error = (value: unknown) => JSON.stringify({ error: value })

test.each([
  [401, error({ message: 'no' }), 'auth', 'Acme refused the key (HTTP 401: no); set OPENROUTER_API_KEY to a valid key'],
  [402, error({ message: 'pay' }), 'credits', 'pay (HTTP 402); add credits, raise the limit, or use a free model'],
  [403, error({ message: 'no' }), 'forbidden', 'no (HTTP 403); ask the owner of the key for permission'],
  [
    404,
    error({ message: 'no model' }),
    'not_found',
    'no model (HTTP 404 from https://acme.example/v1/chat/completions); check the name of the model',
  ],
  [408, error({ message: 'slow' }), 'timeout', 'slow (HTTP 408)'],
  [409, error({ message: 'again' }), 'server_error', 'again (HTTP 409)'],
  [410, error({ message: 'gone' }), 'bad_request', 'gone (HTTP 410); check the request body with --dry-run'],
  [412, error({ message: 'if' }), 'bad_request', 'if (HTTP 412); check the request body with --dry-run'],
  [413, error({ message: 'large' }), 'bad_request', 'large (HTTP 413); check the request body with --dry-run'],
  [422, error({ message: 'what' }), 'bad_request', 'what (HTTP 422); check the request body with --dry-run'],
  [425, error({ message: 'early' }), 'server_error', 'early (HTTP 425)'],
  [500, error({ message: 'oops' }), 'server_error', 'oops (HTTP 500)'],
  [504, error({ message: 'slow' }), 'timeout', 'slow (HTTP 504)'],
  [529, error({ message: 'busy' }), 'overloaded', 'busy (HTTP 529)'],
  [599, error({ message: 'new' }), 'server_error', 'new (HTTP 599)'],
  // The status of the response counts, not a code in the body.
  [502, error({ code: 400, message: 'upstream' }), 'server_error', 'upstream (HTTP 502)'],
  [
    400,
    error({ code: 'model_not_found', message: 'no model' }),
    'bad_request',
    'no model (HTTP 400); check the request body with --dry-run',
  ],
  [
    400,
    error({ code: 'context_length_exceeded', message: 'long' }),
    'context_length',
    'long (HTTP 400); shorten the prompt, or use a model with a longer context',
  ],
  // The places in which a message is found.
  [400, error('just text'), 'bad_request', 'just text (HTTP 400); check the request body with --dry-run'],
  [400, '{"message":"outside"}', 'bad_request', 'outside (HTTP 400); check the request body with --dry-run'],
  [400, '{"detail":"a detail"}', 'bad_request', 'a detail (HTTP 400); check the request body with --dry-run'],
  [
    400,
    '{"error":null,"message":"outside"}',
    'bad_request',
    'outside (HTTP 400); check the request body with --dry-run',
  ],
  [
    400,
    `[${error({ message: 'in a list' })}]`,
    'bad_request',
    'in a list (HTTP 400); check the request body with --dry-run',
  ],
  [
    502,
    error({ message: 'Provider returned error', metadata: { raw: '{"error":{"message":"inner"}}' } }),
    'server_error',
    'Provider returned error: inner (HTTP 502)',
  ],
  [500, 'plain text', 'server_error', 'plain text (HTTP 500)'],
  [500, '<html><head><title>Bad\n Gateway</title></head></html>', 'server_error', 'Bad Gateway (HTTP 500)'],
  [500, '<h1>Bad</h1> <p>day</p>', 'server_error', 'Bad day (HTTP 500)'],
  [500, '', 'server_error', 'no message (HTTP 500)'],
  [500, '{}', 'server_error', 'no message (HTTP 500)'],
  [500, 'x'.repeat(100), 'server_error', `${'x'.repeat(60)}… (HTTP 500)`],
])('%i %s', (status, body, code, message) => {
  expect(errorFromResponse({ status, headers: head({}), body }, acme, NOW)).toMatchObject({ code, message })
})

const ROUTING = 'no provider fits the request: check the model, the provider routing and the options'
const PRIVACY = 'check the privacy settings (https://openrouter.ai/settings/privacy), or choose another model'
const MODEL = 'check the name of the model'
const BASE_URL = 'check the base URL'

/** Messages of OpenRouter, OpenAI, Anthropic, Groq, Ollama, Mistral, FastAPI, Kong and Express. */
test.each([
  ['No endpoints found that support tool use. To learn more about provider routing, visit: https://x.example', ROUTING],
  ['No endpoints found for acme/cat.', ROUTING],
  ['No allowed providers are available for the selected model.', ROUTING],
  ['No endpoints found matching your data policy (Free model training).', PRIVACY],
  ['No endpoints available matching your guardrail restrictions and data policy.', PRIVACY],
  ['The model `cat` does not exist or you do not have access to it.', MODEL],
  ['model: cat', MODEL],
  ['Model not found', MODEL],
  ['model x has moved, see our blog post', MODEL],
  ['no recording of this request; in the nearest, a.sse, model is "a", not "b"', 'or-serve --record can make one'],
  ['no such path; served are POST /api/v1/chat/completions', BASE_URL],
  ['Invalid URL (POST /v2/chat/completions)', BASE_URL],
  ['Unknown request URL: POST /models/chat/completions. Please check the URL for typos.', BASE_URL],
  ['no Route matched with those values', BASE_URL],
  ['Not Found', BASE_URL],
])('404 with JSON: %s', (message, advice) => {
  for (const body of [error({ message }), error(message), JSON.stringify({ detail: message })]) {
    expect(errorFromResponse({ status: 404, headers: head({}), body }, acme, NOW).message).toBe(
      `${message} (HTTP 404 from https://acme.example/v1/chat/completions); ${advice}`,
    )
  }
})

test.each([
  ['a page', '<html><title>No such model</title></html>', 'No such model'],
  ['text', '404 page not found', '404 page not found'],
  ['nothing', '', 'no message'],
])('a 404 with %s does not come from the API', (_, body, message) => {
  expect(errorFromResponse({ status: 404, headers: head({}), body }, acme, NOW).message).toBe(
    `${message} (HTTP 404 from https://acme.example/v1/chat/completions); ${BASE_URL}`,
  )
})

test.each([
  ['its type', { code: 404, message: 'no', metadata: { error_type: 'model_not_found' } }, MODEL],
  [
    'its type',
    { code: 404, message: 'no URL', metadata: { error_type: 'image_not_found' } },
    'check the URL of the image',
  ],
  ['its availability', { code: 404, message: 'no', availability: { code: 'privacy_restricted' } }, PRIVACY],
  ['its availability', { code: 404, message: 'no', availability: { code: 'no_endpoints' } }, ROUTING],
  ['its remedy', { code: 404, message: 'no model', metadata: { remedy_hint: 'ask for another' } }, 'ask for another'],
])('a 404 with its cause in %s', (_, value, advice) => {
  const { message } = errorFromResponse({ status: 404, headers: head({}), body: error(value) }, acme, NOW)
  expect(message.slice(message.lastIndexOf('; ') + 2)).toBe(advice)
})

test.each([
  [{ 'retry-after': '12' }, 'slow down (HTTP 429, try again in 12 s)'],
  [{ 'retry-after': '0.5' }, 'slow down (HTTP 429, try again in 0.5 s)'],
  [{ 'retry-after': 'soon' }, 'slow down (HTTP 429)'],
  [{}, 'slow down (HTTP 429)'],
])('the message of a 429 with the headers %j', (headers, message) => {
  const failure = errorFromResponse(
    { status: 429, headers: head(headers), body: error({ message: 'slow down' }) },
    acme,
    NOW,
  )
  expect(failure).toMatchObject({ code: 'rate_limited', message })
})

const JSON_TYPE = { 'content-type': 'application/json' }

test.each([
  [200, JSON_TYPE, error({ code: 402, message: 'pay' }), 'credits', /^pay \(HTTP 200 with an error in the body\)$/],
  [200, JSON_TYPE, error({ message: 'odd' }), 'stream_error', /^odd \(HTTP 200 with an error in the body\)$/],
  [200, JSON_TYPE, '{"object":"chat.completion"}', 'not_sse', /^the response is a JSON object, not an event stream/],
  [200, { 'content-type': 'text/html' }, '<title>Log in</title>', 'not_sse', /text\/html.*\(HTTP 200: Log in\)$/],
  [301, { location: 'https://other.example/x?key=1' }, '', 'not_sse', /^redirected to other\.example \(HTTP 301\)/],
  [308, { location: '/login' }, '', 'not_sse', /^redirected to \/login \(HTTP 308\)/],
  [200, { 'content-encoding': 'br' }, '\u0001', 'not_sse', /^the response is compressed \(br\)/],
])(
  'a response with status %i, headers %j and body %s',
  (status, headers: Record<string, string>, body, code, message) => {
    const failure = errorFromResponse({ status, headers: head(headers), body }, acme, NOW)
    expect({ code: failure.code, message: failure.message }).toEqual({ code, message: expect.stringMatching(message) })
  },
)

/** Returns the exit status for an HTTP status. */
function exitOf(status: number): number {
  if (status >= 500 || [408, 409, 425, 429].includes(status)) return 75
  if (status === 404) return 69
  return [401, 402, 403].includes(status) ? 77 : 65
}

test.skipIf(HTTP_RESPONSES.isMissing)(
  `${HTTP_RESPONSES.title}: each error response has a message and the exit status of its class`,
  () => {
    for (const { name, response } of HTTP_RESPONSES.rows().filter((one) => /^[45]/.test(one.name))) {
      const bytes = response.replaceAll('\r\n', '\n')
      const end = bytes.indexOf('\n\n')
      const [first = '', ...lines] = bytes.slice(0, end).split('\n')
      const status = Number(first.split(' ')[1])
      const headers = new Map(
        lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
      )
      const body = bytes.slice(end + 2).trim()
      const { code, message } = errorFromResponse({ status, headers, body }, acme, NOW)
      const pattern = body === '' ? /no message/ : /^(?!.*(no message|[{}]|<\w|undefined|\[object))/
      expect({ name, exit: statusOf(code), message }).toEqual({
        name,
        exit: exitOf(status),
        message: expect.stringMatching(pattern),
      })
    }
  },
)

test('a 402 with Retry-After is retryable: the credit is released again', () => {
  const body = error({ message: 'in-flight budget exhausted' })
  expect(errorFromResponse({ status: 402, headers: head({ 'retry-after': '5' }), body }, acme, NOW)).toMatchObject({
    code: 'rate_limited',
  })
  expect(errorFromResponse({ status: 402, headers: head({}), body }, acme, NOW)).toMatchObject({ code: 'credits' })
})

test.each([
  ['seconds', { 'retry-after': '12' }, {}, 12_000],
  ['milliseconds first', { 'retry-after': '1', 'retry-after-ms': '250' }, {}, 250],
  ['0 is valid', { 'retry-after': '1', 'retry-after-ms': '0' }, {}, 0],
  ['a date', { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, {}, 30_000],
  ['in the body', {}, { availability: { retry_after: 3 } }, 3000],
  ['the header takes precedence over the body', { 'retry-after': '1' }, { availability: { retry_after: 3 } }, 1000],
  ['neither', {}, {}, undefined],
])('the delay that a 429 asks for: %s', (_, headers, rest, wait) => {
  const body = error({ message: 'slow', ...rest })
  const { retryAfter: delay, details } = errorFromResponse({ status: 429, headers: head(headers), body }, acme, NOW)
  expect([delay, details['retry_after_ms']]).toEqual([wait, wait])
})

test.each([
  [400, {}, {}, false],
  [429, {}, {}, true],
  [503, { 'x-should-retry': 'false' }, {}, false],
  [400, { 'x-should-retry': 'true' }, {}, true],
  [400, { 'x-should-retry': 'TRUE' }, {}, true],
  [503, { 'x-should-retry': 'maybe' }, {}, true],
  [404, {}, { availability: { retryable: true } }, true],
  [503, {}, { availability: { retryable: false } }, false],
  [503, { 'x-should-retry': 'true' }, { availability: { retryable: false } }, true],
  [402, {}, {}, false],
  [402, { 'retry-after': '1' }, {}, true],
  [402, { 'retry-after': 'soon' }, {}, false],
  [401, { 'retry-after': '1' }, {}, false],
])('%i with the headers %j and the body %j is retryable: %s', (status, headers, rest, expected) => {
  const body = error({ message: 'm', ...rest })
  expect(
    errorFromResponse({ status, headers: head(headers as Record<string, string>), body }, acme, NOW).retryable,
  ).toBe(expected)
})

test.each([
  [
    { 'x-ratelimit-limit': '20', 'x-ratelimit-reset': '1767225660000' },
    'limit 20 requests, resets at 2026-01-01T00:01:00.000Z',
  ],
  [{ 'x-ratelimit-limit': '20, 20' }, ''],
  [{ 'x-ratelimit-reset': '60' }, ''],
  [{ 'x-ratelimit-reset': 'soon' }, ''],
  [{ 'x-ratelimit-reset': '1e300' }, ''],
])('the rate limits of a 429 with the headers %j', (headers, details) => {
  const { message } = errorFromResponse(
    { status: 429, headers: head(headers as Record<string, string>), body: error({ message: 'slow' }) },
    acme,
    NOW,
  )
  expect(message).toBe(`slow (HTTP 429${details === '' ? '' : `, ${details}`})`)
})

test('the details have the HTTP status and everything known about the failure', () => {
  const body = error({
    code: 429,
    message: 'slow',
    metadata: { provider_name: 'Acme', previous_errors: [{ code: 502 }] },
  })
  const { details } = errorFromResponse({ status: 429, headers: head({ 'retry-after': '2' }), body }, acme, NOW)
  expect(details).toEqual({ http_status: 429, provider: 'Acme', tried: ['502'], retry_after_ms: 2000 })
})

test('content-encoding identity means uncompressed', () => {
  const headers = head({ 'content-type': 'text/event-stream', 'content-encoding': 'identity' })
  expect(isEventStream({ status: 200, headers })).toBe(true)
})

test('a body of nothing but brackets is read in linear time', () => {
  expect(errorFromResponse({ status: 500, headers: head({}), body: '<'.repeat(64 * 1024) }, acme, NOW).code).toBe(
    'server_error',
  )
})

test.each([
  [204, {}, '', 'the response has HTTP status 204, not 200'],
  [200, {}, '<title>Log in</title>', 'the response is without a content type, not an event stream (HTTP 200: Log in)'],
])('a response with status %i and headers %j', (status, headers, body, message) => {
  expect(errorFromResponse({ status, headers: head(headers), body }, acme, NOW)).toMatchObject({
    code: 'not_sse',
    message,
  })
})
