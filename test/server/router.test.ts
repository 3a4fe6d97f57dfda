import { describe, expect, test } from 'vitest'
import { apiNamed } from '../../src/request/apis/index.js'
import type { Head } from '../../src/server/guard.js'
import { match, type Route } from '../../src/server/router.js'

const never = () => Promise.reject(new Error('a route is found, but not called'))
const JSON_TYPE = { 'content-type': 'application/json' }

const messages = apiNamed('messages')
const LIST: Route = { method: 'GET', path: '/jobs', body: 'none', handle: never }
const CREATE: Route = { method: 'POST', path: '/jobs', body: 'json', handle: never }
const ASK: Route = { method: 'POST', path: '/messages', body: 'json', api: messages, handle: never }
const PAGE: Route = { method: 'GET', path: '/messages', body: 'none', handle: never }
const STOP: Route = {
  method: 'POST',
  path: '/stop',
  body: 'none',
  guards: [
    ({ headers }) => (headers['x-key'] === '1' ? undefined : { status: 401, message: 'no key' }),
    ({ headers }) => (headers['x-role'] === 'admin' ? undefined : { status: 403, message: 'not an admin' }),
  ],
  handle: never,
}
const SAVE: Route = {
  method: 'POST',
  path: '/save',
  body: 'json',
  guards: [() => ({ status: 401, message: 'no key' })],
  handle: never,
}
const ROUTES = [LIST, CREATE, ASK, PAGE, STOP, SAVE]

const NOT_FOUND = {
  status: 404,
  message:
    'no such path; available below /api/v1: GET /jobs, POST /jobs, POST /messages, GET /messages, POST /stop, POST /save',
}
const NOT_JSON = { status: 415, message: 'the Content-Type must be application/json' }

const head = (method: string, url: string, headers: Head['headers'] = {}): Head => ({ method, url, headers })
const found = (...args: Parameters<typeof head>) => match(head(...args), ROUTES, []).found

describe.each(['/api/v1', '/v1', ''])('below %j', (base) => {
  test.each([
    ['GET', '/jobs', LIST],
    ['POST', '/jobs', CREATE],
    ['POST', '/messages', ASK],
    ['GET', '/messages', PAGE],
  ])('%s %s', (method, path, route) => {
    expect(found(method, base + path, JSON_TYPE)).toBe(route)
    expect(found(method, `${base}${path}?limit=1&path=/api/v1/other?`, JSON_TYPE)).toBe(route)
  })
})

/** Returns paths that another server may treat as `path`, or as a path on another host. */
const otherSpellings = (path: string) => [
  `//evil.example${path}`,
  `/api/v1/..${path}`,
  `/..//${path}`,
  `/@evil.example${path}`,
  `http://evil.example${path}`,
  `/api/v1/%2e%2e${path}`,
  `/api%2fv1${path}`,
  `/api\\v1${path}`,
  `\\\\evil.example\\${path}`,
  `/api/v1${path}/`,
  `/api/v1/${path}`,
  `/api/v1${path}#x`,
  `/api/v1${path.toUpperCase()}`,
  `/api/v1/%${path.charCodeAt(1).toString(16)}${path.slice(2)}`,
  `/api/v1;x${path}`,
  `/169.254.169.254${path}`,
  `/v1/api/v1${path}`,
  `/api${path}`,
  `/x${path}`,
  path.slice(1),
  `/?${path}`,
  '/api/v1',
  '/api/v1/',
  '/',
  '',
]

test.each(ROUTES.map(({ method, path }) => [method, path] as const))(
  'no other spelling leads to %s %s',
  (method, path) => {
    const matches = otherSpellings(path).map((url) => match(head(method, url, JSON_TYPE), ROUTES, []))
    expect(matches).toEqual(matches.map(() => ({ found: NOT_FOUND, api: undefined, methods: [] })))
  },
)

describe('a method that the path does not take is 405, with the methods of its rows', () => {
  test.each([
    ['DELETE', '/jobs', 'method not allowed; use GET or POST', 'GET, POST'],
    ['HEAD', '/v1/jobs', 'method not allowed; use GET or POST', 'GET, POST'],
    ['GET', '/stop', 'method not allowed; use POST', 'POST'],
    ['get', '/jobs', 'method not allowed; use GET or POST', 'GET, POST'],
  ])('%s %s', (method, url, message, allow) => {
    expect(found(method, url)).toEqual({ status: 405, message, headers: { allow } })
  })
})

describe('a row with a JSON body takes only that type', () => {
  test.each([
    ['none', {}],
    ['of a form', { 'content-type': 'text/plain' }],
    ['a longer one', { 'content-type': 'application/jsonl' }],
  ])('%s', (_, headers) => {
    expect(found('POST', '/jobs', headers)).toEqual(NOT_JSON)
  })

  test('with a parameter', () => {
    expect(found('POST', '/jobs', { 'content-type': 'application/json; charset=utf-8' })).toBe(CREATE)
  })

  test('a row without a body takes any', () => {
    expect(found('GET', '/jobs', { 'content-type': 'text/plain' })).toBe(LIST)
  })
})

describe('the guards of a row', () => {
  test.each([
    ['the first that refuses', {}, { status: 401, message: 'no key' }],
    ['the next', { 'x-key': '1' }, { status: 403, message: 'not an admin' }],
    ['none', { 'x-key': '1', 'x-role': 'admin' }, STOP],
  ])('%s', (_, headers, expected) => {
    expect(found('POST', '/stop', headers)).toEqual(expected)
  })

  test('do not guard the rows beside it', () => {
    expect(found('GET', '/jobs')).toBe(LIST)
  })

  test('come after the type of the body', () => {
    expect(found('POST', '/save')).toEqual(NOT_JSON)
    expect(found('POST', '/save', JSON_TYPE)).toEqual({ status: 401, message: 'no key' })
  })
})

test('the guards of every request come first, and then no guard of a row is asked', () => {
  const calls: string[] = []
  const guarded: Route = { ...LIST, guards: [() => void calls.push('row')] }
  const everywhere = [() => void calls.push('every'), () => ({ status: 403, message: 'not you' })]
  for (const [method, url] of [
    ['GET', '/jobs'],
    ['PUT', '/jobs'],
    ['GET', '/nowhere'],
  ] as const)
    expect(match(head(method, url), [guarded], everywhere).found).toEqual({ status: 403, message: 'not you' })
  expect(calls).toEqual(['every', 'every', 'every'])
})

describe('errors are reported in the form of an API', () => {
  test.each([
    ['that of the row', 'POST', '/messages', messages],
    ['none, if the row has none', 'GET', '/messages', undefined],
    ['that of any row at the path, if no row has the method', 'PUT', '/messages', messages],
    ['none, if no row at the path has one', 'PUT', '/jobs', undefined],
    ['none at an unknown path', 'POST', '/nowhere', undefined],
  ])('%s', (_, method, url, api) => {
    expect(match(head(method, url), ROUTES, []).api).toBe(api)
  })
})

test('the methods of a path, in the order of its rows', () => {
  expect(
    ['/jobs', '/v1/messages', '/stop', '/nowhere'].map((url) => match(head('OPTIONS', url), ROUTES, []).methods),
  ).toEqual([['GET', 'POST'], ['POST', 'GET'], ['POST'], []])
})
