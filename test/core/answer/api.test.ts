import { expect, test } from 'vitest'
import { apiAskedAt, apiServedAt, pathOf } from '../../../src/core/answer/api.js'

test.each([
  ['/chat/completions', 'chat'],
  ['/completions', 'completions'],
  ['/responses', 'responses'],
  ['/messages', 'messages'],
] as const)('%s', (path, api) => {
  expect(pathOf(api)).toBe(path)
  expect(['/api/v1', '/v1', ''].map((base) => apiServedAt(base + path))).toEqual([api, api, api])
  expect(['/openai/v1', '/api/v1', ''].map((base) => apiAskedAt(base + path))).toEqual([api, api, api])
  expect([apiServedAt(`/v1${path}?beta=true`), apiAskedAt(`${path}?beta=true`)]).toEqual([api, api])
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
  expect(apiServedAt(path)).toBe(undefined)
})
