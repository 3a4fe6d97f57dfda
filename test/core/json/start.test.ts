import { expect, test } from 'vitest'
import { jsonStart } from '../../../src/core/json/start.js'
import { run } from '../../support/feed.js'

test.each([
  ['{"a":1}', '{"a":1}'],
  ['Sure! Here it is: {"a":1} Bye.', '{"a":1} Bye.'],
  ['```json\n{\n  "a": 1\n}\n```', '{\n  "a": 1\n}\n```'],
  ['```\n[ {"a":1} ]\n```', '[ {"a":1} ]\n```'],
  ['as {name} says, {}', '{}'],
  ['- [ ] a task [x] [note]: [1, 2]', '[1, 2]'],
  ['none: []', '[]'],
  ['nothing { to } find [here]', ''],
  [`{${' '.repeat(2000)}"a":1}, or {"b":2}`, '{"b":2}'],
])('%j', (text, json) => {
  expect(run(jsonStart(), text.split('')).join('')).toBe(json)
})

test('jsonStart gives the same result for text in one piece', () => {
  expect(run(jsonStart(), ['a {b} ', 'and {', '\n', ' "c": 1}', ' {}']).join('')).toBe('{\n "c": 1} {}')
})
