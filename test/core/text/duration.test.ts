import { expect, test } from 'vitest'
import { parseDuration, formatDuration } from '../../../src/core/text/duration.js'

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['1.5s', 1500],
  ['0.25m', 15_000],
  ['30', 30_000],
  ['0.5', 500],
  ['0', 0],
  ['0ms', 0],
  ['007s', 7000],
  ['30 s', 30_000],
  [' 30s\n', 30_000],
  ['576h', 24 * 24 * 3_600_000],
])('%j is %i ms', (duration, milliseconds) => {
  expect(parseDuration(duration)).toBe(milliseconds)
})

test.each([
  '',
  ' ',
  's',
  'ms',
  '-1s',
  '+1s',
  '1,5s',
  '.5s',
  '1.s',
  '1e3',
  '0x10',
  '5M',
  '30S',
  '1d',
  '1min',
  '1 0s',
  '1m30s',
  '30 seconds',
  '30  s',
  'Infinity',
  'NaN',
  '٣s',
  '577h',
  '9'.repeat(400),
  '1constructor',
  '1__proto__',
])('%j is not a duration', (duration) => {
  expect(parseDuration(duration)).toBeUndefined()
})

test.each([
  [0, '0 ms'],
  [0.4, '0 ms'],
  [1, '1 ms'],
  [499.6, '500 ms'],
  [999, '999 ms'],
  [999.6, '1 s'],
  [1000, '1 s'],
  [1249, '1.2 s'],
  [1250, '1.3 s'],
  [120_000, '120 s'],
])('%d ms is formatted as %s', (milliseconds, expected) => {
  expect(formatDuration(milliseconds)).toBe(expected)
})
