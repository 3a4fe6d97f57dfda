import { expect, test } from 'vitest'
import { nextRoute } from '../../src/client/route.js'
import { StreamError } from '../../src/core/errors/error.js'

const policy = { times: 2, delay: 1000, maxTime: 60_000 }
const busy = new StreamError('overloaded', 'busy')
const gone = new StreamError('not_found', 'no such model')
const invalid = new StreamError('bad_request', 'no')

test.each([
  ['the same route while a retry may help', busy, { route: 0, routes: 2, attempts: 1 }, { route: 0, wait: 500 }],
  [
    'the next route at once when the retries are used up',
    busy,
    { route: 0, routes: 2, attempts: 3 },
    { route: 1, wait: 0 },
  ],
  ['the next route at once if no retry helps', gone, { route: 0, routes: 2, attempts: 1 }, { route: 1, wait: 0 }],
  ['no route after the last', gone, { route: 1, routes: 2, attempts: 1 }, { giveUp: '' }],
  ['no other route for an invalid request', invalid, { route: 0, routes: 2, attempts: 1 }, { giveUp: '' }],
  [
    'no other route if there is only one',
    busy,
    { route: 0, routes: 1, attempts: 3 },
    { giveUp: 'gave up after 3 attempts' },
  ],
] as const)('%s', (_, failure, progress, expected) => {
  expect(nextRoute(failure, { ...progress, elapsed: 0 }, policy, 0.5)).toEqual(expected)
})
