import { expect, test } from 'vitest'
import { isEventStreamType, isMediaType } from '../../../src/core/http/media-type.js'

test.each([
  ['text/event-stream', true],
  ['text/event-stream; charset=utf-8', true],
  [' Text/Event-Stream ;x', true],
  ['text/event-streams', false],
  ['text/event-stream-x', false],
  ['text/plain, text/event-stream', false],
  ['application/json', false],
  ['', false],
  [undefined, false],
])('%s', (type, expected) => {
  expect(isEventStreamType(type)).toBe(expected)
})

test('isMediaType compares with any type', () => {
  expect([isMediaType('application/json;x', 'application/json'), isMediaType('text/json', 'application/json')]).toEqual(
    [true, false],
  )
})
