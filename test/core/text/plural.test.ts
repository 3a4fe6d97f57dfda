import { expect, test } from 'vitest'
import { plural } from '../../../src/core/text/plural.js'

test.each([
  [0, '0 events'],
  [1, '1 event'],
  [41, '41 events'],
])('%i of a noun', (count, expected) => {
  expect(plural(count, 'event')).toBe(expected)
})
