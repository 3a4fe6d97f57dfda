import { expect, test } from 'vitest'
import { offsetAfterId, skipBytes } from '../../src/recordings/resume.js'
import { utf8Bytes } from '../support/feed.js'

const STREAM = 'id: 1\ndata: a\n\nid:2\r\ndata: b\r\n\r\ndata: id: 9\n\ndata: c\nid: 猫\n\ndata: d\n\n'

test.each([
  ['1', 'id:2'],
  ['2', 'data: id: 9'],
  ['猫', 'data: d'],
])('the offset after the event with ID %s', (id, next) => {
  const rest = Buffer.from(STREAM).subarray(offsetAfterId(utf8Bytes(STREAM), id))
  expect(rest.toString().startsWith(next)).toBe(true)
})

test.each(['9', '', '3', '1\n'])('the offset for the missing ID %j is 0', (id) => {
  expect(offsetAfterId(utf8Bytes(STREAM), id)).toBe(0)
})

const pieces = [
  { at: 100, bytes: utf8Bytes('one') },
  { at: 200, bytes: utf8Bytes('two') },
  { at: 350, bytes: utf8Bytes('three') },
]

test.each<[number, [number, string][]]>([
  [
    0,
    [
      [100, 'one'],
      [200, 'two'],
      [350, 'three'],
    ],
  ],
  [
    2,
    [
      [0, 'e'],
      [100, 'two'],
      [250, 'three'],
    ],
  ],
  [
    3,
    [
      [0, 'two'],
      [150, 'three'],
    ],
  ],
  [6, [[0, 'three']]],
  [11, []],
])('skipBytes skips %i bytes', (length, expected) => {
  expect(skipBytes(pieces, length).map(({ at, bytes }) => [at, Buffer.from(bytes).toString()])).toEqual(expected)
})
