import { expect, test } from 'vitest'
import type { AnswerDelta } from '../../../src/core/answer/delta.js'
import type { AnswerEvent } from '../../../src/core/answer/event.js'
import { chatTranscript } from '../../../src/filters/text/chat-transcript.js'
import { text } from '../../../src/filters/text/text.js'
import { run } from '../../support/feed.js'
import { endOf } from '../../support/outcomes.js'

function chunk(model: string | undefined, ...deltas: AnswerDelta[]): AnswerEvent {
  return { type: 'chunk', id: undefined, model, provider: undefined, deltas }
}

const DONE: AnswerEvent = { type: 'done' }
const words = (piece: string): AnswerDelta => ({ type: 'text', choice: 0, text: piece })
const usage: AnswerDelta = { type: 'usage', usage: { inputTokens: 4, outputTokens: 1, totalTokens: 5 } }

test.each<[string, AnswerEvent[], string]>([
  ['nothing', [endOf({ verdict: 'empty' })], ''],
  [
    'an answer',
    [chunk('m/x', words('Hi')), chunk('m/x', words(' you.')), chunk('m/x', usage), DONE, endOf()],
    'Assistant: Hi you.\n\n[Model: m/x | Tokens: 5]\n',
  ],
  [
    'an answer that ends its line',
    [chunk('m/x', words('Hi.\n'), usage), DONE, endOf()],
    'Assistant: Hi.\n\n[Model: m/x | Tokens: 5]\n',
  ],
  ['an answer without text', [chunk('m/x', usage), DONE, endOf()], 'Assistant: \n\n[Model: m/x | Tokens: 5]\n'],
  [
    'an answer without a model',
    [chunk(undefined, words('Hi.')), DONE, endOf()],
    'Assistant: Hi.\n\n[Model: unknown | Tokens: unknown]\n',
  ],
  [
    'zero tokens are printed as 0',
    [chunk('m/x', words('Hi.'), { type: 'usage', usage: { totalTokens: 0 } }), endOf()],
    'Assistant: Hi.\n\n[Model: m/x | Tokens: 0]\n',
  ],
  [
    'two answers',
    [chunk('m/x', words('Hi.'), usage), DONE, endOf(), chunk('m/y', words('Ho.')), DONE, endOf()],
    'Assistant: Hi.\n\n[Model: m/x | Tokens: 5]\nAssistant: Ho.\n\n[Model: m/y | Tokens: unknown]\n',
  ],
])('%s', (_, events, log) => {
  expect(run(chatTranscript(text()), events).join('')).toBe(log)
})

test('text is written as it arrives', () => {
  const log = chatTranscript(text())
  expect([...log.push(chunk('m/x', words('Hi'), words(' you')))]).toEqual(['Assistant: ', 'Hi', ' you'])
})

test('choices that are written at the end precede the footer', () => {
  const other: AnswerDelta = { type: 'text', choice: 1, text: 'Ho.' }
  const log = chatTranscript(text({ choice: 'all' }))
  const two = [chunk('m/x', other, words('Hi.')), endOf(), chunk('m/x', other), endOf()]
  const footer = '\n\n[Model: m/x | Tokens: unknown]\n'
  expect(run(log, two).join('')).toBe(`Assistant: Hi.\n\nHo.${footer}Assistant: Ho.${footer}`)
})
