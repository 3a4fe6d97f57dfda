import { expect, test } from 'vitest'
import type { AnswerDelta } from '../../../src/core/answer/delta.js'
import type { AnswerEvent } from '../../../src/core/answer/event.js'
import { usageFooter } from '../../../src/filters/text/usage-footer.js'
import { run } from '../../support/feed.js'
import { endOf } from '../../support/outcomes.js'

function chunk(model: string | undefined, ...deltas: AnswerDelta[]): AnswerEvent {
  return { type: 'chunk', id: undefined, model, provider: undefined, deltas }
}

const usage: AnswerDelta = { type: 'usage', usage: { inputTokens: 4, outputTokens: 1, totalTokens: 5 } }

test.each<[string, AnswerEvent[], string[]]>([
  ['nothing', [endOf({ verdict: 'empty' })], []],
  ['an answer that has not ended', [chunk('m/x', usage)], []],
  ['an answer', [chunk('m/x'), chunk('m/x', usage), { type: 'done' }, endOf()], ['[Model: m/x | Tokens: 5]\n']],
  ['an answer without model and usage', [{ type: 'done' }, endOf()], ['[Model: unknown | Tokens: unknown]\n']],
  [
    'two answers',
    [chunk('m/x', usage), endOf(), chunk('m/y'), endOf({ verdict: 'truncated' })],
    ['[Model: m/x | Tokens: 5]\n', '[Model: m/y | Tokens: unknown]\n'],
  ],
])('%s', (_, events, lines) => {
  expect(run(usageFooter(), events)).toEqual(lines)
})
