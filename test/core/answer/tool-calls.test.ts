import { expect, test } from 'vitest'
import type { ToolCall, ToolCallDelta } from '../../../src/core/answer/delta.js'
import { argumentsOf, toolCallTracker } from '../../../src/core/answer/tool-calls.js'

function piece(index?: number, id?: string, name?: string, choice = 0): ToolCallDelta {
  return { type: 'tool-call', choice, index, id, name, arguments: '' }
}

const A = piece(0, 'a', 'look')
const B = piece(1, 'b', 'see')
const BARE = piece(undefined, 'c', 'look')

/** The pieces before, the piece, and which of those before begins its call; undefined if it begins another. */
test.each<[string, ToolCallDelta[], ToolCallDelta, number | undefined]>([
  ['nothing is known', [], piece(0), undefined],
  ['the call of its index', [A, B], piece(0), 0],
  ['the call of its index, told again', [A, B], piece(0, 'a', 'look'), 0],
  ['an index that is free', [A], piece(1), undefined],
  ['another id', [A], piece(0, 'x'), undefined],
  ['another name', [A], piece(0, undefined, 'see'), undefined],
  ['the call that has the index now', [A, piece(0, 'x')], piece(0, 'a'), undefined],
  ['the call that has the index now, without an id', [A, piece(0, 'x')], piece(0), 1],
  ['the call of its id', [A, B], piece(undefined, 'a'), 0],
  ['an id that is new', [A], piece(undefined, 'x'), undefined],
  ['an id that is taken, by another name', [BARE], piece(undefined, 'c', 'see'), undefined],
  ['an id that came after the name', [piece(0, undefined, 'look'), piece(0, 'a'), B], piece(undefined, 'a'), 0],
  ['the last', [A, BARE], piece(), 1],
  ['the last that got a piece', [A, B, A], piece(), 0],
  ['a name alone begins a call', [BARE], piece(undefined, undefined, 'look'), undefined],
  ['the index of another choice', [A], piece(0, undefined, undefined, 1), undefined],
  ['the id of another choice', [A], piece(undefined, 'a', undefined, 1), undefined],
  ['the last of its own choice', [A, piece(0, 'x', 'look', 1)], piece(undefined, undefined, undefined, 0), 0],
])('a piece goes on with: %s', (_, before, last, expected) => {
  const { resolve } = toolCallTracker()
  const calls = before.map(resolve)
  const found = resolve(last)
  const first = calls.indexOf(found)
  expect(first === -1 ? undefined : first).toBe(expected)
})

test('a call is one object, which gets its id and its name when they come', () => {
  const { resolve } = toolCallTracker()
  const seen: ToolCall[] = []
  const call = resolve(piece(0))
  for (const one of [piece(0, 'a'), piece(0, undefined, 'look'), piece(0, 'a', 'look')]) {
    expect(resolve(one)).toBe(call)
    seen.push({ ...call })
  }
  expect(seen).toEqual([
    { choice: 0, index: 0, id: 'a', name: undefined },
    { choice: 0, index: 0, id: 'a', name: 'look' },
    { choice: 0, index: 0, id: 'a', name: 'look' },
  ])
})

test('the choices that have called a tool', () => {
  const { resolve, choices } = toolCallTracker()
  const before = [...choices()]
  for (const choice of [2, 0, 2]) resolve(piece(0, undefined, undefined, choice))
  expect([before, [...choices()]]).toEqual([[], [2, 0]])
})

test('a piece that comes 10,000 calls after its own call begins another, by its index and by its id', () => {
  const { resolve } = toolCallTracker()
  const first = resolve(piece(0, 'call-0'))
  for (let index = 1; index < 10_000; index++) resolve(piece(index, `call-${index}`))
  expect([resolve(piece(0)), resolve(piece(undefined, 'call-0'))]).toEqual([first, first])
  resolve(piece(10_000, 'call-10000'))
  expect([resolve(piece(0)) === first, resolve(piece(undefined, 'call-0')) === first]).toEqual([false, false])
})

test.each<[unknown, string]>([
  ['{"q":1.0}', '{"q":1.0}'],
  ['', ''],
  [{ q: 1 }, '{"q":1}'],
  [null, ''],
  [undefined, ''],
])('arguments: %j', (told, expected) => {
  expect(argumentsOf(told)).toBe(expected)
})
