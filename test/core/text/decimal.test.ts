import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decimalSum } from '../../../src/core/text/decimal.js'

function sumOf(numbers: readonly number[]): number {
  const sum = decimalSum()
  for (const number of numbers) sum.add(number)
  return sum.total()
}

test.each([
  ['nothing', [], 0],
  ['one', [0.1], 0.1],
  ['tenths', [0.1, 0.2], 0.3],
  ['more places later', [1, 0.25, 0.000001], 1.250001],
  ['fewer places later', [0.000001, 0.25, 1], 1.250001],
  ['exponents', [3e-7, 1e21, 3e-7], 1e21],
  ['small exponents', [3e-7, 4e-7, 1.5e-10], 7.0015e-7],
  ['large and small', [1234.5, 1e-9], 1234.500000001],
  ['negative numbers', [0.3, -0.1, -0.2], 0],
])('%s', (_, numbers, total) => {
  expect(sumOf(numbers)).toBe(total)
})

test('a million times 0.00000495 is 4.95', () => {
  expect(sumOf(Array.from({ length: 1_000_000 }, () => 0.00000495))).toBe(4.95)
})

test('the sum does not depend on the order', () => {
  const numbers = fc.array(fc.double({ min: 1e-15, max: 1e15, noNaN: true }), { maxLength: 10 })
  const isSame = fc.property(numbers, (values) => {
    expect(sumOf(values.toReversed())).toBe(sumOf(values))
  })
  fc.assert(isSame, { numRuns: 500, seed: 7 })
})
