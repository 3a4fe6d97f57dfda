import { expect, test } from 'vitest'
import type { Delta } from '../../../src/core/answer/delta.js'
import type { ParsedEvent } from '../../../src/core/answer/parse-events.js'
import type { NextAnswer } from '../../../src/core/answer/judge.js'
import { chatLog } from '../../../src/filters/text/chat-log.js'
import { text } from '../../../src/filters/text/text.js'
import { run } from '../../support/feed.js'

function chunk(model: string | undefined, ...deltas: Delta[]): ParsedEvent {
  return { type: 'chunk', id: undefined, model, provider: undefined, deltas }
}

const DONE: ParsedEvent = { type: 'done' }
const words = (piece: string): Delta => ({ type: 'text', choice: 0, text: piece })
const usage: Delta = { type: 'usage', usage: { inputTokens: 4, outputTokens: 1, totalTokens: 5 } }

test.each<[string, (ParsedEvent | NextAnswer)[], string]>([
  ['nothing', [], ''],
  [
    'an answer',
    [chunk('m/x', words('Hi')), chunk('m/x', words(' you.')), chunk('m/x', usage), DONE],
    'Assistant: Hi you.\n\n[Model: m/x | Tokens: 5]\n',
  ],
  [
    'an answer that ends its line',
    [chunk('m/x', words('Hi.\n'), usage), DONE],
    'Assistant: Hi.\n\n[Model: m/x | Tokens: 5]\n',
  ],
  ['an answer without a word', [chunk('m/x', usage), DONE], 'Assistant: \n\n[Model: m/x | Tokens: 5]\n'],
  [
    'an answer that does not say who it is',
    [chunk(undefined, words('Hi.')), DONE],
    'Assistant: Hi.\n\n[Model: unknown | Tokens: unknown]\n',
  ],
  [
    'no token is a count',
    [chunk('m/x', words('Hi.'), { type: 'usage', usage: { totalTokens: 0 } })],
    'Assistant: Hi.\n\n[Model: m/x | Tokens: 0]\n',
  ],
  [
    'two answers',
    [chunk('m/x', words('Hi.'), usage), DONE, { type: 'next' }, chunk('m/y', words('Ho.')), DONE],
    'Assistant: Hi.\n\n[Model: m/x | Tokens: 5]\nAssistant: Ho.\n\n[Model: m/y | Tokens: unknown]\n',
  ],
])('%s', (_, readings, log) => {
  expect(
    run(
      chatLog(text(), () => 'complete'),
      readings,
    ).join(''),
  ).toBe(log)
})

test('a word comes as it comes', () => {
  const log = chatLog(text(), () => 'complete')
  expect([...log.push(chunk('m/x', words('Hi'), words(' you')))]).toEqual(['Assistant: ', 'Hi', ' you'])
})

test('words that are held for the end come before the footer', () => {
  const other: Delta = { type: 'text', choice: 1, text: 'Ho.' }
  const log = chatLog(text({ choice: 'all' }), () => 'complete')
  const next: (ParsedEvent | NextAnswer)[] = [chunk('m/x', other, words('Hi.')), { type: 'next' }, chunk('m/x', other)]
  const footer = '\n\n[Model: m/x | Tokens: unknown]\n'
  expect(run(log, next).join('')).toBe(`Assistant: Hi.\n\nHo.${footer}Assistant: Ho.${footer}`)
})
