import { expect, test } from 'vitest'
import type { Delta } from '../../../src/core/answer/delta.js'
import type { ParsedEvent } from '../../../src/core/answer/parse-events.js'
import type { NextAnswer } from '../../../src/core/answer/judge.js'
import { footer } from '../../../src/filters/text/footer.js'
import { run } from '../../support/feed.js'

function chunk(model: string | undefined, ...deltas: Delta[]): ParsedEvent {
  return { type: 'chunk', id: undefined, model, provider: undefined, deltas }
}

const usage: Delta = { type: 'usage', usage: { inputTokens: 4, outputTokens: 1, totalTokens: 5 } }

test.each<[string, (ParsedEvent | NextAnswer)[], string[]]>([
  ['nothing', [], []],
  ['an answer', [chunk('m/x'), chunk('m/x', usage), { type: 'done' }], ['[Model: m/x | Tokens: 5]\n']],
  ['an answer that says nothing', [{ type: 'done' }], ['[Model: unknown | Tokens: unknown]\n']],
  [
    'two answers',
    [chunk('m/x', usage), { type: 'next' }, chunk('m/y')],
    ['[Model: m/x | Tokens: 5]\n', '[Model: m/y | Tokens: unknown]\n'],
  ],
])('%s', (_, readings, lines) => {
  expect(
    run(
      footer(() => 'complete'),
      readings,
    ),
  ).toEqual(lines)
})
