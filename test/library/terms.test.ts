import { expect, test } from 'vitest'
import { StreamError } from '../../src/core/errors/error.js'
import { inLibraryTerms } from '../../src/library/terms.js'

test.each([
  ['host: not a byte within 1 s (--idle-timeout)', 'host: not a byte within 1 s (limits.idle)'],
  ['no try after 60 s (--retry-max-time, --max-time)', 'no try after 60 s (retry.maxTime)'],
  ['--retry takes a whole number from 0 on, not -1', 'retry.times takes a whole number from 0 on, not -1'],
  ['-H takes "Name: value"', 'fetchOptions.headers takes "Name: value"'],
  ['no such model --retry-x', 'no such model --retry-x'],
])('%s', (message, expected) => {
  const failure = new StreamError('timeout', message, { retryAfter: 5, details: { limit: 'x' } })
  expect(inLibraryTerms(failure)).toEqual(
    new StreamError('timeout', expected, { retryAfter: 5, details: { limit: 'x' } }),
  )
})
