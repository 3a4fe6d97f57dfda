import { expect, test } from 'vitest'
import { httpRequest, chooseProvider } from '../../src/request/call.js'
import { keyFileFor, keyFor, keyPlaceholder } from '../../src/request/keys.js'
import { providerAt, providerNamed } from '../../src/request/providers.js'

const openrouter = providerNamed('openrouter')
const here = providerAt('http://127.0.0.1:1/api/v1/')

test.each([
  ['OpenRouter by default', undefined, undefined, {}, openrouter.baseUrl, 'the default'],
  [
    'the environment',
    undefined,
    undefined,
    { OPENROUTER_BASE_URL: 'http://127.0.0.1:1' },
    'http://127.0.0.1:1',
    'OPENROUTER_BASE_URL',
  ],
  [
    'the option takes precedence over the environment',
    undefined,
    'http://127.0.0.1:2',
    { OPENROUTER_BASE_URL: 'http://127.0.0.1:1' },
    'http://127.0.0.1:2',
    '--base-url',
  ],
  [
    'a name takes precedence over the environment',
    'groq',
    undefined,
    { OPENROUTER_BASE_URL: 'http://127.0.0.1:1' },
    'https://api.groq.com/openai/v1',
    '--endpoint',
  ],
  ['the option takes precedence over a name', 'groq', 'http://127.0.0.1:2', {}, 'http://127.0.0.1:2', '--base-url'],
])('the base URL: %s', (_, name, option, environment, baseUrl, from) => {
  const found = chooseProvider(name, option, environment)
  expect([found.value.baseUrl, found.from]).toEqual([baseUrl, from])
})

const keys = { OPENROUTER_API_KEY: ' sk-or-1\n', OPENAI_API_KEY: 'sk-2' }

test.each([
  ['from the environment', openrouter, undefined, keys, 'sk-or-1'],
  ['from a file', openrouter, 'sk-or-file\n', keys, 'sk-or-file'],
  ['of another endpoint', providerNamed('openai'), undefined, keys, 'sk-2'],
  ['of another endpoint by its URL', providerAt('https://api.openai.com/v1'), undefined, keys, 'sk-2'],
  ['is not needed on this machine', here, undefined, {}, undefined],
  ['is undefined if the variable is empty', here, undefined, { OPENROUTER_API_KEY: ' ' }, undefined],
  ['is undefined for a provider without keys', providerNamed('ollama'), undefined, keys, undefined],
])('the key %s', (_, to, file, environment, key) => {
  expect(keyFor(to, file, environment)).toBe(key)
})

test.each([
  [
    'OpenRouter',
    openrouter,
    {},
    /^OpenRouter needs an API key: set OPENROUTER_API_KEY .*, or run or-serve and set OPENROUTER_BASE_URL/,
  ],
  ['an unknown host', providerAt('https://example.org'), { OPENROUTER_API_KEY: '' }, /^example\.org needs an API key/],
  [
    'an endpoint with another key variable',
    providerNamed('openai'),
    { OPENROUTER_API_KEY: 'sk-or-1' },
    /^OpenAI needs an API key: set OPENAI_API_KEY$/,
  ],
])('no key for %s', (_, to, environment, message) => {
  const error = expect.objectContaining({ code: 'no_key', message: expect.stringMatching(message) as string })
  expect(() => keyFor(to, undefined, environment)).toThrow(error)
})

test.each([
  ['none', undefined, {}, undefined],
  ['the option', 'a', { OPENROUTER_API_KEY: 'sk-or-1', OPENROUTER_API_KEY_FILE: 'b' }, 'a'],
  ['the variable', undefined, { OPENROUTER_API_KEY_FILE: 'b' }, 'b'],
  [
    'the key variable takes precedence over the file variable',
    undefined,
    { OPENROUTER_API_KEY: 'sk-or-1', OPENROUTER_API_KEY_FILE: 'b' },
    undefined,
  ],
  ['the variable of another endpoint is ignored', undefined, { OPENAI_API_KEY_FILE: 'b' }, undefined],
])('the key file: %s', (_, flag, environment, file) => {
  expect(keyFileFor(openrouter, flag, environment)).toBe(file)
})

test('the placeholder for the key in a printed request', () => {
  expect([openrouter, providerNamed('openai'), here, providerNamed('ollama')].map(keyPlaceholder)).toEqual([
    '$OPENROUTER_API_KEY',
    '$OPENAI_API_KEY',
    undefined,
    undefined,
  ])
})

const OWN = {
  'content-type': 'application/json',
  accept: 'text/event-stream',
  'accept-encoding': 'identity',
  'user-agent': 'or-stream',
}
const app = { OPENROUTER_HTTP_REFERER: 'https://app.example', OPENROUTER_APP_TITLE: 'My App' }

test.each<[string, string | undefined, string[], Record<string, string>, Record<string, string>]>([
  ['with a key', 'sk-or-1', [], {}, { authorization: 'Bearer sk-or-1', ...OWN }],
  ['without a key', undefined, [], {}, OWN],
  [
    'the app from the environment',
    undefined,
    [],
    app,
    { ...OWN, 'http-referer': 'https://app.example', 'x-openrouter-title': 'My App' },
  ],
  ['an empty variable counts as unset', undefined, [], { OPENROUTER_HTTP_REFERER: '', OPENROUTER_APP_TITLE: '' }, OWN],
  [
    'a header of an option replaces ours',
    'sk-or-1',
    ['Authorization: Basic x', 'USER-AGENT: me', 'X-OpenRouter-Title: Mine', 'X-New: 1'],
    { OPENROUTER_APP_TITLE: 'My App' },
    { ...OWN, authorization: 'Basic x', 'user-agent': 'me', 'x-openrouter-title': 'Mine', 'x-new': '1' },
  ],
])('the headers of a request: %s', (_, key, headers, environment, sent) => {
  const call = httpRequest(here, '/chat/completions', key, '{}', headers, environment)
  const url = 'http://127.0.0.1:1/api/v1/chat/completions'
  expect({ ...call, url: call.url.href }).toEqual({ method: 'POST', url, headers: sent, body: '{}' })
})

test('no other endpoint gets the app headers', () => {
  const { headers } = httpRequest(providerNamed('openai'), '/chat/completions', 'sk-2', '{}', [], app)
  expect(headers).toEqual({ authorization: 'Bearer sk-2', ...OWN })
})

test.each(['OPENROUTER_APP_TITLE', 'OPENROUTER_HTTP_REFERER'])(
  '%s with a character that is not allowed in a header is bad_config',
  (variable) => {
    expect(() =>
      httpRequest(providerNamed('openrouter'), '/chat/completions', 'k', '{}', [], { [variable]: 'Ω' }),
    ).toThrow(
      expect.objectContaining({
        code: 'bad_config',
        message: `${variable} contains a character that is not allowed in a header`,
      }),
    )
  },
)
