import { expect, test } from 'vitest'
import { StreamError } from '../../src/core/errors/error.js'
import {
  decideRetry,
  DEFAULT_RETRY,
  retryAfter,
  retryFrom,
  shouldRetry,
  type RetryPolicy,
} from '../../src/client/retry.js'

const NOW = Date.UTC(2026, 0, 1)
const none = { times: undefined, delay: undefined, maxTime: undefined }

test.each([
  ['no values', none, undefined, DEFAULT_RETRY],
  ['all values', { times: 5, delay: 10, maxTime: 20 }, undefined, { times: 5, delay: 10, maxTime: 20 }],
  ['no retries', { ...none, times: 0 }, undefined, { ...DEFAULT_RETRY, times: 0 }],
  ['no delay', { ...none, delay: 0 }, undefined, { ...DEFAULT_RETRY, delay: 0 }],
  ['a shorter total time', none, 5000, { ...DEFAULT_RETRY, maxTime: 5000 }],
  ['a longer total time', none, 500_000, DEFAULT_RETRY],
])('a policy from %s', (_, values, totalTime, policy) => {
  expect(retryFrom(values, totalTime)).toEqual(policy)
})

test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('--retry %d is refused', (times) => {
  const error = new StreamError('usage', `--retry takes a whole number of 0 or more, not ${times}`)
  expect(() => retryFrom({ ...none, times })).toThrow(error)
})

/** The delay that `Retry-After` asks for at the start of 2026. */
test.each<[string, number | undefined]>([
  ['0', 0],
  ['1', 1000],
  ['120', 120_000],
  ['0.5', 500],
  [' 7 ', 7000],
  ['1000000000', 1e12],
  ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
  ['Thursday, 01-Jan-26 00:00:30 GMT', 30_000],
  ['Thu Jan  1 00:00:30 2026 GMT', 30_000],
  ['Thu, 01 Jan 2026 00:00:00 GMT', 0],
  ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
  ['', undefined],
  ['-1', undefined],
  ['+1', undefined],
  ['1e3', undefined],
  ['0x10', undefined],
  ['1,5', undefined],
  ['1, 2', undefined],
  ['NaN', undefined],
  ['Infinity', undefined],
  ['soon', undefined],
  ['5s', undefined],
  ['5 seconds', undefined],
  ['in 5', undefined],
  ['in 5 minutes', undefined],
  ['try 12', undefined],
  ['2026-01-01', undefined],
])('Retry-After: %j', (value, wait) => {
  expect(retryAfter(new Map([['retry-after', value]]), NOW)).toBe(wait)
})

test.each<[string, Record<string, string>, number | undefined]>([
  ['nothing', {}, undefined],
  ['milliseconds', { 'retry-after-ms': '250' }, 250],
  ['milliseconds come first', { 'retry-after-ms': '250', 'retry-after': '1' }, 250],
  ['0 of them is a time', { 'retry-after-ms': '0', 'retry-after': '1' }, 0],
  ['where they are none, seconds count', { 'retry-after-ms': '-1', 'retry-after': '1' }, 1000],
  ['where they are empty too', { 'retry-after-ms': '', 'retry-after': '1' }, 1000],
  ['no date is milliseconds', { 'retry-after-ms': 'Thu, 01 Jan 2026 00:00:30 GMT' }, undefined],
])('the delay that the headers ask for: %s', (_, headers, wait) => {
  expect(retryAfter(new Map(Object.entries(headers)), NOW)).toBe(wait)
})

test.each([
  ['true', true],
  ['false', false],
  ['True', true],
  ['FALSE', false],
  ['1', undefined],
  ['', undefined],
])('x-should-retry: %j', (value, expected) => {
  expect(shouldRetry(new Map([['x-should-retry', value]]))).toBe(expected)
})

test('without x-should-retry the result is undefined', () => {
  expect(shouldRetry(new Map())).toBeUndefined()
})

const AGAIN = { retryable: true, retryAfter: undefined }
const BOUND = 'no retry may start later than 60 s after the first attempt (--retry-max-time, --max-time)'

test.each<
  [string, { retryable: boolean; retryAfter: number | undefined }, number, number, Partial<RetryPolicy>, object]
>([
  ['the first delay', AGAIN, 1, 0, {}, { wait: 500 }],
  ['the second', AGAIN, 2, 0, {}, { wait: 1000 }],
  ['doubled', AGAIN, 4, 0, { times: 9 }, { wait: 4000 }],
  ['no longer than 8 s', AGAIN, 9, 0, { times: 9 }, { wait: 8000 }],
  ['after very many attempts', AGAIN, 2000, 0, { times: 9999 }, { wait: 8000 }],
  ['a first delay above 8 s is kept', AGAIN, 3, 0, { times: 9, delay: 20_000 }, { wait: 20_000 }],
  ['no delay', AGAIN, 2, 0, { delay: 0 }, { wait: 0 }],
  ['as requested', { ...AGAIN, retryAfter: 1234 }, 1, 0, {}, { wait: 1234 }],
  ['as requested, at once', { ...AGAIN, retryAfter: 0 }, 2, 0, {}, { wait: 0 }],
  ['as requested, longer than 8 s', { ...AGAIN, retryAfter: 30_000 }, 1, 0, {}, { wait: 30_000 }],
  ['as requested, just in time', { ...AGAIN, retryAfter: 30_000 }, 1, 30_000, {}, { wait: 30_000 }],
  [
    'as requested, too late',
    { ...AGAIN, retryAfter: 30_001 },
    1,
    30_000,
    {},
    { giveUp: `the response asks for a delay of 30 s, but ${BOUND}` },
  ],
  [
    'as requested, far too late',
    { ...AGAIN, retryAfter: 1e12 },
    1,
    0,
    {},
    { giveUp: `the response asks for a delay of 1000000000 s, but ${BOUND}` },
  ],
  ['too late', AGAIN, 1, 59_501, {}, { giveUp: BOUND }],
  ['not retryable', { ...AGAIN, retryable: false }, 1, 0, {}, { giveUp: '' }],
  ['not retryable, although a delay is requested', { retryable: false, retryAfter: 0 }, 1, 0, {}, { giveUp: '' }],
  ['retries disabled', AGAIN, 1, 0, { times: 0 }, { giveUp: '' }],
  ['no retries left', AGAIN, 3, 0, {}, { giveUp: 'gave up after 3 attempts' }],
  [
    'no retries left, although a delay is requested',
    { ...AGAIN, retryAfter: 0 },
    3,
    0,
    {},
    { giveUp: 'gave up after 3 attempts' },
  ],
])('the next attempt: %s', (_, failure, attempts, elapsed, policy, expected) => {
  expect(decideRetry(failure, attempts, elapsed, { ...DEFAULT_RETRY, ...policy }, 1)).toEqual(expected)
})

test('the jitter applies to the whole delay', () => {
  const waits = [0, 0.25, 0.5, 0.999].map((jitter) => decideRetry(AGAIN, 2, 0, DEFAULT_RETRY, jitter))
  expect(waits).toEqual([0, 250, 500, 999].map((wait) => ({ wait })))
})
