import { expect, test } from 'vitest'
import { StreamError } from '../../src/core/errors.js'
import { endpointAt, endpointNamed, ENDPOINTS, isLoopback } from '../../src/request/endpoints.js'

test.each([
  ['OpenRouter', 'https://openrouter.ai/api/v1', 'OpenRouter', 'https://openrouter.ai/api/v1'],
  ['slashes at the end', 'https://openrouter.ai/api/v1//', 'OpenRouter', 'https://openrouter.ai/api/v1'],
  ['a host and nothing else', 'https://example.org:8443', 'example.org:8443', 'https://example.org:8443'],
  ['a path', 'https://example.org/a/v1/', 'example.org', 'https://example.org/a/v1'],
  [
    'a host that only begins like one that is known',
    'https://openrouter.ai.example.org/api/v1',
    'openrouter.ai.example.org',
    'https://openrouter.ai.example.org/api/v1',
  ],
  [
    'another path of a host that is known',
    'https://openrouter.ai/api/v11',
    'OpenRouter',
    'https://openrouter.ai/api/v11',
  ],
])('%s', (_, given, title, baseUrl) => {
  const endpoint = endpointAt(given)
  expect([endpoint.title, endpoint.baseUrl]).toEqual([title, baseUrl])
})

test.each([
  ['http://127.0.0.1:8765/api/v1', true],
  ['http://127.8.0.1', true],
  ['http://LocalHost:11434/v1/', true],
  ['http://[::1]:8080/v1', true],
  ['http://127.0.0.1.example.org', false],
  ['http://localhost.example.org', false],
  ['http://0.0.0.0:8080', false],
  ['https://example.org/127.0.0.1', false],
])('%s on this machine: %s', (baseUrl, expected) => {
  expect(isLoopback(endpointAt(baseUrl, undefined, true))).toBe(expected)
})

test('each endpoint is known by its name and by its base URL', () => {
  const known = ENDPOINTS.map((endpoint) => [
    endpointNamed(endpoint.name.toUpperCase()),
    endpointAt(`${endpoint.baseUrl}/`),
  ])
  expect(known).toEqual(ENDPOINTS.map((endpoint) => [endpoint, endpoint]))
})

test('no endpoint of that name', () => {
  const names = ENDPOINTS.map(({ name }) => name).join(', ')
  const error = new StreamError('usage', `--endpoint takes ${names}, not "openruter"`)
  expect(() => endpointNamed('openruter')).toThrow(error)
})

test.each([
  '',
  'openrouter.ai/api/v1',
  '/api/v1',
  'localhost:8080',
  'ftp://example.org',
  'file:///etc/passwd',
  'data:,x',
  'https//x',
])('no base URL: %j', (baseUrl) => {
  const message = `the base URL must begin with https:// or http://, not "${baseUrl}"`
  expect(() => endpointAt(baseUrl)).toThrow(new StreamError('bad_config', message))
})

test.each(['https://', 'https://a b', 'https://host:99999', 'https://example.org/v1?a=b', 'https://example.org/v1#a'])(
  'no base URL either: %s',
  (baseUrl) => {
    expect(() => endpointAt(baseUrl)).toThrow(expect.objectContaining({ code: 'bad_config' }))
  },
)

test.each([
  'https://ann:hunter22@example.org/v1',
  'https://hunter22@example.org',
  'ftp://ann:hunter22@example.org',
  'https://ann:hunter22@host:99999',
  'https://ann:hunter22@',
])('a password is not repeated: %s', (baseUrl) => {
  const message = 'the base URL holds a user name or a password: it takes none'
  expect(() => endpointAt(baseUrl)).toThrow(new StreamError('bad_config', message))
})

test.each([
  ['https://api.openai.com', 'OPENAI_API_KEY'],
  ['https://api.groq.com/openai', 'GROQ_API_KEY'],
  ['https://api.groq.com.example.org/openai/v1', 'OPENROUTER_API_KEY'],
])('the key for %s', (baseUrl, keyVariable) => {
  expect(endpointAt(baseUrl).keyVariable).toBe(keyVariable)
})

test('a provider that is known is not asked in clear', () => {
  expect(() => endpointAt('http://api.openai.com/v1')).toThrow(expect.objectContaining({ code: 'bad_config' }))
})
