import { expect, test } from 'vitest'
import { apiAskedAt } from '../../../src/core/answer/api.js'
import { APIS } from '../../../src/request/apis/index.js'

const apiName = (path: string) => apiAskedAt(path, APIS)?.name

test.each([
  ['/chat/completions', 'chat'],
  ['/completions', 'completions'],
  ['/responses', 'responses'],
  ['/messages', 'messages'],
] as const)('%s', (path, api) => {
  expect(APIS.find(({ name }) => name === api)?.path).toBe(path)
  expect(['/openai/v1', '/api/v1', ''].map((base) => apiName(base + path))).toEqual([api, api, api])
  expect(apiName(`${path}?beta=true`)).toBe(api)
})

test('each API has the name of its dialect', () => {
  expect(APIS.map(({ name }) => name)).toEqual(APIS.map(({ dialect }) => dialect.name))
})
