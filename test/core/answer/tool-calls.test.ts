import { expect, test } from 'vitest'
import { argumentsOf, calls, type CallHead } from '../../../src/core/answer/tool-calls.js'

const head = (index?: number, id?: string, name?: string): CallHead => ({ index, id, name })

const A = head(0, 'a', 'look')
const B = head(1, 'b', 'see')
const BARE = head(undefined, 'c', 'look')

test.each<[string, CallHead[], CallHead, CallHead | undefined]>([
  ['nothing is known', [], head(0), undefined],
  ['the call of its index', [A, B], head(0), A],
  ['the call of its index, told again', [A, B], head(0, 'a', 'look'), A],
  ['an index that is free', [A], head(1), undefined],
  ['another id', [A], head(0, 'x'), undefined],
  ['another name', [A], head(0, undefined, 'see'), undefined],
  ['the call that has the index now', [A, head(0, 'x')], head(0, 'a'), undefined],
  ['the call of its id', [A, B], head(undefined, 'a'), A],
  ['an id that is new', [A], head(undefined, 'x'), undefined],
  ['an id that is taken, by another name', [BARE], head(undefined, 'c', 'see'), undefined],
  ['the last', [A, BARE], head(), BARE],
  ['the last that got a piece', [A, B, A], head(), A],
  ['a name alone begins a call', [BARE], head(undefined, undefined, 'look'), undefined],
])('a piece goes on with: %s', (_, noted, piece, expected) => {
  const known = calls()
  for (const call of noted) known.note(call)
  expect(known.of(piece)).toBe(expected)
})

test('who holds an index', () => {
  const known = calls()
  known.note(A)
  expect([known.at(0), known.at(1), known.at(undefined)]).toEqual([A, undefined, undefined])
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
