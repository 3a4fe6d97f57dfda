import { expect, test } from 'vitest'
import { randomNumbers } from '../../../src/recordings/faults/random.js'

const some = (seed: number) => {
  const random = randomNumbers(seed)
  return Array.from({ length: 1000 }, random)
}

test('the same seed yields the same numbers, another seed others', () => {
  expect(some(7)).toEqual(some(7))
  expect(some(7)).not.toEqual(some(8))
})

test('numbers are distributed evenly from 0 to 1', () => {
  const numbers = some(1)
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true)
  const tenths = Array.from(
    { length: 10 },
    (_, at) => numbers.filter((number) => Math.floor(number * 10) === at).length,
  )
  expect(Math.min(...tenths)).toBeGreaterThan(60)
})
