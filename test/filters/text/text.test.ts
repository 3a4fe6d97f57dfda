import { expect, test } from 'vitest'
import type { AnswerDelta, ToolCall } from '../../../src/core/answer/delta.js'
import type { AnswerEvent } from '../../../src/core/answer/event.js'
import type { StderrText } from '../../../src/core/stream/output.js'
import { text, type TextOptions } from '../../../src/filters/text/text.js'
import { run } from '../../support/feed.js'
import { endOf } from '../../support/outcomes.js'

function chunk(...deltas: AnswerDelta[]): AnswerEvent {
  return { type: 'chunk', id: undefined, model: undefined, provider: undefined, deltas }
}

function words(piece: string, choice = 0): AnswerDelta {
  return { type: 'text', choice, text: piece }
}

function thought(piece: string, choice = 0): AnswerDelta {
  return { type: 'reasoning', choice, text: piece }
}

const look: ToolCall = { choice: 0, index: 0, id: 'a', name: 'look' }

const answer: AnswerEvent[] = [
  { type: 'keep-alive' },
  chunk({ type: 'start', choice: 0 }),
  chunk(thought('H'), thought('m')),
  chunk(words('Hi'), words('Ho', 1), words(' you')),
  { type: 'unknown' },
  { type: 'invalid', why: 'event 5 is not JSON' },
  chunk({ type: 'refusal', choice: 0, text: 'No' }),
  chunk({ type: 'tool-call', ...look, arguments: '{}', call: look }),
  chunk(words('!', 1), words('.'), thought('Ha', 1)),
  chunk({ type: 'finish', choice: 0, reason: 'stop', native: undefined }, { type: 'usage', usage: { inputTokens: 1 } }),
  { type: 'done' },
  endOf(),
]

const two = [...answer, ...answer]

test.each<[string, TextOptions | undefined, (string | StderrText)[]]>([
  ['the first choice', undefined, ['Hi', ' you', '.']],
  ['another choice', { choice: 1 }, ['Ho', '!']],
  ['a choice without text', { choice: 2 }, []],
  ['all choices', { choice: 'all' }, ['Hi', ' you', '.', '\n\nHo!']],
  ['reasoning before the text', { reasoning: 'stdout' }, ['H', 'm', '\n\nHi', ' you', '.']],
  ['reasoning instead of the text', { reasoning: 'only' }, ['H', 'm']],
  [
    'reasoning on stderr',
    { reasoning: 'stderr' },
    [{ stderr: 'H' }, { stderr: 'm' }, { stderr: '\n' }, 'Hi', ' you', '.'],
  ],
  ['the reasoning of all choices', { choice: 'all', reasoning: 'only' }, ['H', 'm', '\n\nHa']],
])('%s', (_, options, pieces) => {
  expect(run(text(options), answer)).toEqual(pieces)
})

test('reasoning on stderr ends with a newline, even if no text follows', () => {
  expect(run(text({ reasoning: 'stderr' }), [chunk(thought('Hm')), endOf()])).toEqual([
    { stderr: 'Hm' },
    { stderr: '\n' },
  ])
})

test('the other choices are written at the end of their answer, not of the stream', () => {
  const stage = text({ choice: 'all' })
  const [before, atEnd] = [answer.slice(0, -1), answer.slice(-1)].map((events) =>
    events.flatMap((event) => [...stage.push(event)]),
  )
  expect([before, atEnd, [...stage.end()]]).toEqual([['Hi', ' you', '.'], ['\n\nHo!'], []])
})

test.each<[string, TextOptions, string]>([
  ['the first choice', {}, 'Hi you.Hi you.'],
  ['all choices', { choice: 'all' }, 'Hi you.\n\nHo!Hi you.\n\nHo!'],
  ['reasoning and text', { reasoning: 'stdout' }, 'Hm\n\nHi you.Hm\n\nHi you.'],
])('of several answers: %s', (_, options, expected) => {
  expect(run(text(options), two).join('')).toBe(expected)
})
