import { expect, test } from 'vitest'
import { apiAskedAt, apiServedAt } from '../../../src/core/answer/api.js'
import { APIS } from '../../../src/request/apis/index.js'

const served = (path: string) => apiServedAt(path, APIS)?.name
const asked = (path: string) => apiAskedAt(path, APIS)?.name

test.each([
  ['/chat/completions', 'chat'],
  ['/completions', 'completions'],
  ['/responses', 'responses'],
  ['/messages', 'messages'],
] as const)('%s', (path, api) => {
  expect(APIS.find(({ name }) => name === api)?.path).toBe(path)
  expect(['/api/v1', '/v1', ''].map((base) => served(base + path))).toEqual([api, api, api])
  expect(['/openai/v1', '/api/v1', ''].map((base) => asked(base + path))).toEqual([api, api, api])
  expect([served(`/v1${path}?beta=true`), asked(`${path}?beta=true`)]).toEqual([api, api])
})

/** Ways to reach beyond what is served. */
const BEYOND = [
  '//evil.example/chat/completions',
  '/api/v1/../chat/completions',
  '/..//chat/completions',
  '/@evil.example/chat/completions',
  'http://evil.example/chat/completions',
  '/api/v1/%2e%2e/chat/completions',
  '/api%2fv1/chat/completions',
  '/api\\v1/chat/completions',
  '\\\\evil.example\\chat/completions',
  '/api/v1/chat/completions/',
  '/api/v1//chat/completions',
  '/api/v1/chat/completions#x',
  '/api/v1/CHAT/completions',
  '/api/v1;x/chat/completions',
  '/169.254.169.254/chat/completions',
  '/',
  '',
]

test.each(BEYOND)('nothing is served at %j', (path) => {
  expect(served(path)).toBe(undefined)
})

test('the API and its dialect have one name', () => {
  expect(APIS.map(({ name }) => name)).toEqual(APIS.map(({ dialect }) => dialect.name))
})
