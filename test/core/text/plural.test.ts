import { expect, test } from 'vitest'
import { plural } from '../../../src/core/text/plural.js'

test.each([
  [0, '0 events'],
  [1, '1 event'],
  [41, '41 events'],
])('%i of them', (count, said) => {
  expect(plural(count, 'event')).toBe(said)
})
