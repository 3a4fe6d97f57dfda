import { expect, test } from 'vitest'
import type { Delta } from '../../../src/core/answer/delta.js'
import type { Aside } from '../../../src/core/stream/output.js'
import type { ParsedEvent } from '../../../src/core/answer/parse-events.js'
import type { NextAnswer } from '../../../src/core/answer/judge.js'
import { text, type TextOptions } from '../../../src/filters/text/text.js'
import { run } from '../../support/feed.js'

function chunk(...deltas: Delta[]): ParsedEvent {
  return { type: 'chunk', id: undefined, model: undefined, provider: undefined, deltas }
}

function words(piece: string, choice = 0): Delta {
  return { type: 'text', choice, text: piece }
}

function thought(piece: string, choice = 0): Delta {
  return { type: 'reasoning', choice, text: piece }
}

const answer: ParsedEvent[] = [
  { type: 'keep-alive' },
  chunk({ type: 'start', choice: 0 }),
  chunk(thought('H'), thought('m')),
  chunk(words('Hi'), words('Ho', 1), words(' you')),
  { type: 'unknown' },
  { type: 'invalid', why: 'event 5 is not JSON' },
  chunk({ type: 'refusal', choice: 0, text: 'No' }),
  chunk({ type: 'tool-call', choice: 0, index: 0, id: 'a', name: 'look', arguments: '{}' }),
  chunk(words('!', 1), words('.'), thought('Ha', 1)),
  chunk({ type: 'finish', choice: 0, reason: 'stop', native: undefined }, { type: 'usage', usage: { inputTokens: 1 } }),
  { type: 'done' },
]

const two: (ParsedEvent | NextAnswer)[] = [...answer, { type: 'next' }, ...answer]

test.each<[string, TextOptions | undefined, (string | Aside)[]]>([
  ['the first choice', undefined, ['Hi', ' you', '.']],
  ['another', { choice: 1 }, ['Ho', '!']],
  ['one that never spoke', { choice: 2 }, []],
  ['all', { choice: 'all' }, ['Hi', ' you', '.', '\n\nHo!']],
  ['reasoning before the words', { reasoning: 'stdout' }, ['H', 'm', '\n\nHi', ' you', '.']],
  ['reasoning in their place', { reasoning: 'only' }, ['H', 'm']],
  [
    'reasoning beside them',
    { reasoning: 'stderr' },
    [{ aside: 'H' }, { aside: 'm' }, { aside: '\n' }, 'Hi', ' you', '.'],
  ],
  ['the reasoning of all', { choice: 'all', reasoning: 'only' }, ['H', 'm', '\n\nHa']],
])('%s', (_, options, pieces) => {
  expect(run(text(options), answer)).toEqual(pieces)
})

test('reasoning beside the words ends its line, also where no word follows', () => {
  expect(run(text({ reasoning: 'stderr' }), [chunk(thought('Hm'))])).toEqual([{ aside: 'Hm' }, { aside: '\n' }])
})

test.each<[string, TextOptions, string]>([
  ['the first choice', {}, 'Hi you.Hi you.'],
  ['all choices', { choice: 'all' }, 'Hi you.\n\nHo!Hi you.\n\nHo!'],
  ['reasoning and words', { reasoning: 'stdout' }, 'Hm\n\nHi you.Hm\n\nHi you.'],
])('of several answers: %s', (_, options, said) => {
  expect(run(text(options), two).join('')).toBe(said)
})
