import { expect, test } from 'vitest'
import type { AnswerEvent } from '../../../src/core/answer/event.js'
import { causeOf, outcomes } from '../../../src/core/answer/outcomes.js'
import { StreamError } from '../../../src/core/errors/error.js'
import { run } from '../../support/feed.js'
import { endOf, inShort } from '../../support/outcomes.js'

const failure = new StreamError('truncated', 'x')
const formatError = new StreamError('bad_data', 'y')
const stream: AnswerEvent[] = [
  { type: 'done' },
  endOf({ warnings: ['a', 'b'] }),
  { type: 'unknown' },
  endOf({ failure, formatError, warnings: ['c'] }),
  endOf(),
]

test('each answer reports its warnings, then its failure', () => {
  expect(run(outcomes(), stream)).toEqual([{ warning: 'a' }, { warning: 'b' }, { warning: 'c' }, { failure }])
})

test('without warnings only the failures are reported', () => {
  expect(run(outcomes({ warnings: false }), stream)).toEqual([{ failure }])
})

const BROKEN = new StreamError('connection', 'host: the connection broke')
const CUT_OFF = 'the answer was cut off after 7 bytes: host: the connection broke'

test.each<[string, StreamError | undefined, StreamError | undefined, string | undefined]>([
  ['a complete answer', undefined, BROKEN, undefined],
  ['the connection did not break', new StreamError('truncated', 'x'), undefined, 'truncated: x'],
  ['no failure', undefined, undefined, undefined],
  ['before the answer', new StreamError('empty', 'x'), BROKEN, 'connection: host: the connection broke'],
  ['within the answer', new StreamError('truncated', 'x'), BROKEN, `truncated: ${CUT_OFF}`],
  ['an answer with an error', new StreamError('auth', 'x'), BROKEN, 'auth: x'],
  ['invalid data', new StreamError('bad_data', 'x'), BROKEN, 'bad_data: x'],
])('a broken connection: %s', (_, found, cut, expected) => {
  expect(inShort(causeOf(found, cut, 7))).toBe(expected)
})

test('the details of a truncated answer include the code and the details of its cause', () => {
  const cut = new StreamError('timeout_idle', 'silence', { details: { http_status: 200 } })
  const { status, details, cause } = causeOf(new StreamError('truncated', 'x'), cut, 1) ?? {}
  expect({ status, details, cause }).toEqual({
    status: 76,
    details: { http_status: 200, cause: 'timeout_idle' },
    cause: cut,
  })
})
