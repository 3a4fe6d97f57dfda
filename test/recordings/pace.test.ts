import { expect, test } from 'vitest'
import { StreamError } from '../../src/core/errors.js'
import { gap, speedOf } from '../../src/recordings/pace.js'

test.each([
  ['1', 1, 20],
  ['2', 2, 10],
  ['0.5', 0.5, 40],
  ['1e3', 1000, 0.02],
  ['max', Infinity, 0],
])('--speed %s', (typed, speed, milliseconds) => {
  expect([speedOf(typed), gap(speedOf(typed))]).toEqual([speed, milliseconds])
})

test.each(['0', '-1', 'fast', '', ' ', '2x', 'NaN'])('no speed: %j', (typed) => {
  const message = `--speed takes a number above 0 or "max", not "${typed}"`
  expect(() => speedOf(typed)).toThrow(new StreamError('usage', message))
})
