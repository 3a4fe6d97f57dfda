import { expect, test } from 'vitest'
import { FAILURES, type ErrorCode } from '../../../src/core/errors/codes.js'
import { moreSevere, StreamError } from '../../../src/core/errors/error.js'

function failed(code: ErrorCode, message: string = code, status?: StreamError['status']) {
  return new StreamError(code, message, { status })
}

test.each<[string, StreamError | undefined, StreamError | undefined, 'first' | 'second']>([
  ['only the first failed', failed('empty'), undefined, 'first'],
  ['only the second failed', undefined, failed('empty'), 'second'],
  ['a signal and an error of the answer', failed('auth'), failed('interrupted'), 'second'],
  ['a full disk and an error of the answer', failed('write_failed'), failed('auth'), 'first'],
  ['an error of the answer and bad data', failed('bad_data'), failed('rate_limited'), 'second'],
  [
    'an error without a known code is more severe than bad data, despite its lower status',
    failed('stream_error'),
    failed('bad_data'),
    'first',
  ],
  ['a truncated answer and bad data', failed('truncated'), failed('bad_data'), 'second'],
  ['a truncated answer with the status of another failure', failed('truncated', 'x', 75), failed('bad_data'), 'second'],
  ['two errors of the answer: the exit status decides', failed('rate_limited'), failed('auth'), 'second'],
  ['two incomplete answers', failed('truncated'), failed('length'), 'first'],
  ['two errors of one status', failed('auth'), failed('credits'), 'first'],
  ['two failures with the same code', failed('bad_data', 'one'), failed('bad_data', 'two'), 'first'],
])('the more severe failure: %s', (_, first, second, expected) => {
  expect(moreSevere(first, second)).toBe(expected === 'first' ? first : second)
})

test('moreSevere of no failures is undefined', () => {
  expect(moreSevere(undefined, undefined)).toBeUndefined()
})

const CODES = Object.keys(FAILURES) as ErrorCode[]

test('the order of failures is antisymmetric and without cycles', () => {
  const pairs = CODES.flatMap((one) => CODES.map((other) => [failed(one), failed(other)] as const))
  const asymmetric = pairs.filter(([one, other]) => {
    const [there, back] = [moreSevere(one, other), moreSevere(other, one)]
    return there !== back && (there !== one || back !== other)
  })
  expect(asymmetric).toEqual([])
  const cycles = CODES.flatMap((a) =>
    pairs.filter(([b, c]) => {
      const first = failed(a)
      return moreSevere(first, b) === first && moreSevere(b, c) === b && moreSevere(first, c) !== first
    }),
  )
  expect(cycles).toEqual([])
})
