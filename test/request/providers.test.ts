import { expect, test } from 'vitest'
import { StreamError } from '../../src/core/errors/error.js'
import { providerAt, providerNamed, PROVIDERS, isLoopback } from '../../src/request/providers.js'

test.each([
  ['OpenRouter', 'https://openrouter.ai/api/v1', 'OpenRouter', 'https://openrouter.ai/api/v1'],
  ['trailing slashes', 'https://openrouter.ai/api/v1//', 'OpenRouter', 'https://openrouter.ai/api/v1'],
  ['only a host', 'https://example.org:8443', 'example.org:8443', 'https://example.org:8443'],
  ['a path', 'https://example.org/a/v1/', 'example.org', 'https://example.org/a/v1'],
  [
    'a host that only begins like a known one',
    'https://openrouter.ai.example.org/api/v1',
    'openrouter.ai.example.org',
    'https://openrouter.ai.example.org/api/v1',
  ],
  ['another path on a known host', 'https://openrouter.ai/api/v11', 'OpenRouter', 'https://openrouter.ai/api/v11'],
])('%s', (_, url, title, baseUrl) => {
  const endpoint = providerAt(url)
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
])('%s is on this machine: %s', (baseUrl, expected) => {
  expect(isLoopback(providerAt(baseUrl, undefined, true))).toBe(expected)
})

test('each provider is found by its name and by its base URL', () => {
  const known = PROVIDERS.map((endpoint) => [
    providerNamed(endpoint.name.toUpperCase()),
    providerAt(`${endpoint.baseUrl}/`),
  ])
  expect(known).toEqual(PROVIDERS.map((endpoint) => [endpoint, endpoint]))
})

test('an unknown name is refused', () => {
  const names = PROVIDERS.map(({ name }) => name).join(', ')
  const error = new StreamError('usage', `--endpoint takes ${names}, not "openruter"`)
  expect(() => providerNamed('openruter')).toThrow(error)
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
])('%j is not a base URL', (baseUrl) => {
  const message = `the base URL must begin with https:// or http://, not "${baseUrl}"`
  expect(() => providerAt(baseUrl)).toThrow(new StreamError('bad_config', message))
})

test.each(['https://', 'https://a b', 'https://host:99999', 'https://example.org/v1?a=b', 'https://example.org/v1#a'])(
  'a base URL must not have a query or a fragment: %s',
  (baseUrl) => {
    expect(() => providerAt(baseUrl)).toThrow(expect.objectContaining({ code: 'bad_config' }))
  },
)

test.each([
  'https://ann:hunter22@example.org/v1',
  'https://hunter22@example.org',
  'ftp://ann:hunter22@example.org',
  'https://ann:hunter22@host:99999',
  'https://ann:hunter22@',
])('the message does not repeat a password: %s', (baseUrl) => {
  const message = 'the base URL must not contain a user name or a password'
  expect(() => providerAt(baseUrl)).toThrow(new StreamError('bad_config', message))
})

test.each([
  ['https://api.openai.com', 'OPENAI_API_KEY'],
  ['https://api.groq.com/openai', 'GROQ_API_KEY'],
  ['https://api.groq.com.example.org/openai/v1', 'OPENROUTER_API_KEY'],
])('the key variable for %s', (baseUrl, keyVariable) => {
  expect(providerAt(baseUrl).keyVariable).toBe(keyVariable)
})

test('a known provider requires https', () => {
  expect(() => providerAt('http://api.openai.com/v1')).toThrow(expect.objectContaining({ code: 'bad_config' }))
})

const unencrypted = (baseUrl: string) =>
  new StreamError(
    'bad_config',
    `"${baseUrl}" would send the prompt and the key unencrypted: use https://, or allow it with --insecure-http`,
  )

test.each(['http://llm.example/v1', 'http://192.168.0.7:8080/v1', 'http://localhost.example.org', 'http://[::2]/v1'])(
  'http to another machine is refused unless it is allowed: %s',
  (baseUrl) => {
    expect(() => providerAt(baseUrl)).toThrow(unencrypted(baseUrl))
    expect(providerAt(baseUrl, undefined, true).baseUrl).toBe(baseUrl)
  },
)

test.each(['http://openrouter.ai/api/v1', 'http://api.groq.com/openai/v1', 'HTTP://API.OPENAI.COM/v1'])(
  'http to a known provider is never allowed: %s',
  (baseUrl) => {
    expect(() => providerAt(baseUrl, undefined, true)).toThrow(
      expect.objectContaining({ code: 'bad_config', message: expect.stringContaining('requires https://') }),
    )
  },
)

test.each([
  ['a dot after the host', 'https://api.openai.com./v1'],
  ['another port', 'https://api.openai.com:8443/v1'],
  ['upper case', 'https://API.OpenAI.com/v1'],
  ['an escape in the host', 'https://api%2Eopenai.com/v1'],
  ['full-width letters', 'https://ａｐｉ.openai.com/v1'],
  ['a full stop from another script', 'https://api。openai。com/v1'],
])('another spelling of a known host never gets the key of OpenRouter: %s', (_, baseUrl) => {
  let keyVariable: string | undefined
  try {
    keyVariable = providerAt(baseUrl).keyVariable
  } catch (error) {
    keyVariable = (error as StreamError).code
  }
  expect(['OPENAI_API_KEY', 'bad_config']).toContain(keyVariable)
})

test.each([
  'https://openrouter.ai./api/v1',
  'https://llm.example./v1',
  'https://llm.example../v1',
  'https://llm.example%2F.other.example/v1',
  'https://llm.example%00/v1',
  'https://[::1/v1',
])('an invalid host is refused: %s', (baseUrl) => {
  expect(() => providerAt(baseUrl)).toThrow(expect.objectContaining({ code: 'bad_config' }))
})

test('the title of a host in another script is its ASCII name', () => {
  expect(providerAt('https://оpenrouter.ai/api/v1').title).toBe('xn--penrouter-z2h.ai')
})

test.each([
  'ann:hunter22@example.org/v1',
  'https:/ann:hunter22@example.org/v1',
  'https:ann:hunter22@example.org/v1',
  'https:\\\\ann:hunter22@example.org/v1',
  'https:/\n/ann:hunter22@example.org/v1',
])('the message does not repeat a password in an invalid URL: %j', (baseUrl) => {
  expect(() => providerAt(baseUrl)).toThrow(
    expect.objectContaining({ code: 'bad_config', message: expect.not.stringContaining('hunter22') }),
  )
})
