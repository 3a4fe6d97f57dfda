import { expect, test } from 'vitest'
import type { ToolCall, ToolCallDelta } from '../../../src/core/answer/delta.js'
import { argumentsOf, toolCallTracker } from '../../../src/core/answer/tool-calls.js'

function piece(index?: number, id?: string, name?: string, choice = 0): ToolCallDelta {
  return { type: 'tool-call', choice, index, id, name, arguments: '' }
}

const A = piece(0, 'a', 'look')
const B = piece(1, 'b', 'see')
const BARE = piece(undefined, 'c', 'look')

/** The previous pieces, the piece, and the index of the previous piece that started its call; undefined if it starts a new call. */
test.each<[string, ToolCallDelta[], ToolCallDelta, number | undefined]>([
  ['the first piece starts a call', [], piece(0), undefined],
  ['continues the call with its index', [A, B], piece(0), 0],
  ['continues the call with its index, id and name repeated', [A, B], piece(0, 'a', 'look'), 0],
  ['a new index starts a call', [A], piece(1), undefined],
  ['another id starts a call', [A], piece(0, 'x'), undefined],
  ['another name starts a call', [A], piece(0, undefined, 'see'), undefined],
  ['the earlier id of an index in use starts a call', [A, piece(0, 'x')], piece(0, 'a'), undefined],
  ['without an id, continues the latest call with the index', [A, piece(0, 'x')], piece(0), 1],
  ['continues the call with its id', [A, B], piece(undefined, 'a'), 0],
  ['a new id starts a call', [A], piece(undefined, 'x'), undefined],
  ['another name with an id in use starts a call', [BARE], piece(undefined, 'c', 'see'), undefined],
  [
    'continues the call whose id arrived later',
    [piece(0, undefined, 'look'), piece(0, 'a'), B],
    piece(undefined, 'a'),
    0,
  ],
  ['continues the last call', [A, BARE], piece(), 1],
  ['continues the call that got the last piece', [A, B, A], piece(), 0],
  ['a name alone starts a call', [BARE], piece(undefined, undefined, 'look'), undefined],
  ['the index of another choice starts a call', [A], piece(0, undefined, undefined, 1), undefined],
  ['the id of another choice starts a call', [A], piece(undefined, 'a', undefined, 1), undefined],
  [
    'continues the last call of its choice',
    [A, piece(0, 'x', 'look', 1)],
    piece(undefined, undefined, undefined, 0),
    0,
  ],
])('a piece of a tool call: %s', (_, before, last, expected) => {
  const { resolve } = toolCallTracker()
  const calls = before.map(resolve)
  const found = resolve(last)
  const first = calls.indexOf(found)
  expect(first === -1 ? undefined : first).toBe(expected)
})

test('a call is one object, whose id and name are set when they arrive', () => {
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

test('a piece that arrives 10,000 calls after its call starts a new call, by index and by id', () => {
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
])('arguments: %j', (value, expected) => {
  expect(argumentsOf(value)).toBe(expected)
})
