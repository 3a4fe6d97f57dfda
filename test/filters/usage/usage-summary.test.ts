import { expect, test } from 'vitest'
import type { AnswerDelta, ToolCall } from '../../../src/core/answer/delta.js'
import type { AnswerEvent } from '../../../src/core/answer/event.js'
import { VERDICTS } from '../../../src/core/errors/verdict.js'
import { logOrigin, usageSummary, type UsageSummary } from '../../../src/filters/usage/usage-summary.js'
import { run } from '../../support/feed.js'
import { endOf } from '../../support/outcomes.js'

const NOTHING: UsageSummary = {
  verdict: 'complete',
  model: null,
  provider: null,
  id: null,
  finish_reason: null,
  native_finish_reason: null,
  input_tokens: null,
  output_tokens: null,
  total_tokens: null,
  cached_tokens: null,
  cache_write_tokens: null,
  reasoning_tokens: null,
  cost: null,
  is_byok: null,
  events: 0,
  first_token_ms: null,
  duration_ms: null,
  tokens_per_second: null,
}

function chunk(...deltas: AnswerDelta[]): AnswerEvent {
  return { type: 'chunk', id: undefined, model: undefined, provider: undefined, deltas }
}

/** Returns a chunk that arrived at `t` milliseconds. */
function at(t: number, ...deltas: AnswerDelta[]): AnswerEvent {
  return { type: 'chunk', id: undefined, model: undefined, provider: undefined, deltas, t }
}

const look: ToolCall = { choice: 0, index: 0, id: 'a', name: 'look' }
const DONE: AnswerEvent = { type: 'done' }
const words: AnswerDelta = { type: 'text', choice: 0, text: 'Hi' }
const stop: AnswerDelta = { type: 'finish', choice: 0, reason: 'stop', native: 'end_turn' }

function usage(outputTokens: number): AnswerDelta {
  return { type: 'usage', usage: { inputTokens: 4, outputTokens, totalTokens: 4 + outputTokens } }
}

const counts = { input_tokens: 4, output_tokens: 2, total_tokens: 6 }

test.each<[string, AnswerEvent[], Partial<UsageSummary>]>([
  ['nothing', [], {}],
  [
    'model, provider and id',
    [{ type: 'chunk', id: 'gen-1', model: 'm/x', provider: 'P', deltas: [words] }],
    { id: 'gen-1', model: 'm/x', provider: 'P', events: 1 },
  ],
  [
    'the last model, provider and id win',
    [
      { type: 'chunk', id: 'gen-1', model: 'm/x', provider: 'P', deltas: [] },
      { type: 'chunk', id: 'gen-2', model: 'm/y', provider: undefined, deltas: [] },
    ],
    { id: 'gen-2', model: 'm/y', provider: 'P', events: 2 },
  ],
  [
    'every data event is counted',
    [chunk(words), { type: 'keep-alive' }, { type: 'unknown' }, { type: 'invalid', why: 'x' }, DONE],
    { events: 5 },
  ],
  ['the finish reason', [chunk(words, stop)], { finish_reason: 'stop', native_finish_reason: 'end_turn', events: 1 }],
  [
    'the first finish reason wins',
    [chunk(stop), chunk({ type: 'finish', choice: 0, reason: 'length', native: undefined })],
    { finish_reason: 'stop', native_finish_reason: 'end_turn', events: 2 },
  ],
  [
    'the finish reason of the first choice',
    [chunk({ type: 'finish', choice: 1, reason: 'length', native: undefined }), chunk(stop)],
    { finish_reason: 'stop', native_finish_reason: 'end_turn', events: 2 },
  ],
  ['the last usage wins, never a sum', [chunk(usage(1)), chunk(words), chunk(usage(2))], { ...counts, events: 3 }],
  [
    'every count',
    [
      chunk({
        type: 'usage',
        usage: {
          inputTokens: 1,
          outputTokens: 2,
          totalTokens: 3,
          cachedTokens: 4,
          cacheWriteTokens: 5,
          reasoningTokens: 6,
          cost: 3e-7,
          isByok: true,
        },
      }),
    ],
    {
      input_tokens: 1,
      output_tokens: 2,
      total_tokens: 3,
      cached_tokens: 4,
      cache_write_tokens: 5,
      reasoning_tokens: 6,
      cost: 3e-7,
      is_byok: true,
      events: 1,
    },
  ],
  [
    'zero is a count, not null',
    [chunk({ type: 'usage', usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0, cost: 0, isByok: false } })],
    { input_tokens: 0, output_tokens: 0, total_tokens: 0, cost: 0, is_byok: false, events: 1 },
  ],
  [
    'the last of several answers',
    [
      chunk(words, stop, usage(1)),
      DONE,
      endOf({ verdict: 'error' }),
      chunk(words, { type: 'finish', choice: 0, reason: 'length', native: undefined }),
      DONE,
    ],
    { finish_reason: 'length', events: 4 },
  ],
  [
    'usage before an error',
    [chunk(usage(2)), chunk({ type: 'error', error: { message: 'x', status: 502, type: undefined } })],
    { ...counts, events: 2 },
  ],
  [
    'times',
    [at(100, { type: 'start', choice: 0 }), at(250, words), at(400, words), at(2250, stop, usage(2))],
    {
      ...counts,
      finish_reason: 'stop',
      native_finish_reason: 'end_turn',
      events: 4,
      first_token_ms: 250,
      duration_ms: 2250,
      tokens_per_second: 1,
    },
  ],
  [
    'a piece of reasoning counts as the first token',
    [at(100, { type: 'reasoning', choice: 0, text: 'Hm' }), at(600, words)],
    { events: 2, first_token_ms: 100, duration_ms: 600 },
  ],
  [
    'a piece of a refusal too',
    [at(100, { type: 'refusal', choice: 0, text: 'No' }), at(600, words)],
    { events: 2, first_token_ms: 100, duration_ms: 600 },
  ],
  [
    'a piece of a tool call too',
    [at(100, { type: 'tool-call', ...look, arguments: '', call: look }), at(600, words)],
    { events: 2, first_token_ms: 100, duration_ms: 600 },
  ],
  [
    'input tokens that exclude cache reads and writes',
    [
      chunk({ type: 'usage', usage: { uncachedTokens: 1, cachedTokens: 2, cacheWriteTokens: 4 } }),
      chunk({ type: 'usage', usage: { outputTokens: 8 }, partial: true }),
    ],
    { input_tokens: 7, output_tokens: 8, total_tokens: 15, cached_tokens: 2, cache_write_tokens: 4, events: 2 },
  ],
  [
    'the same without a cache',
    [chunk({ type: 'usage', usage: { uncachedTokens: 1 } })],
    { input_tokens: 1, events: 1 },
  ],
  [
    'no rate without a count',
    [at(100, words), at(600, stop)],
    { finish_reason: 'stop', native_finish_reason: 'end_turn', events: 2, first_token_ms: 100, duration_ms: 600 },
  ],
  ['no times if everything arrived at once', [at(100, words), at(110, usage(2))], { ...counts, events: 2 }],
])('%s', (_, events, expected) => {
  expect(run(usageSummary(), [...events, endOf()])).toEqual([{ ...NOTHING, ...expected }])
})

test.each(VERDICTS)('the verdict is that of the last answer, at the end of the stream: %s', (verdict) => {
  const stage = usageSummary()
  const before = [chunk(words), endOf({ verdict: 'length' }), chunk(words), endOf({ verdict })].flatMap((event) => [
    ...stage.push(event),
  ])
  expect([before, [...stage.end()]]).toEqual([[], [{ ...NOTHING, verdict, events: 2 }]])
})

test('the keys are in a fixed order', () => {
  expect(run(usageSummary(), [endOf({ verdict: 'empty' })]).map(Object.keys)).toEqual([Object.keys(NOTHING)])
})

test('input that is not a stream has no summary', () => {
  const events: AnswerEvent[] = [{ type: 'invalid', why: 'this is not an event stream' }]
  expect(run(usageSummary(), [...events, endOf({ verdict: 'truncated' })])).toEqual([])
})

test.each<[Partial<UsageSummary>, string[]]>([
  [{ model: 'm/x', provider: 'P' }, ['answered by m/x at P']],
  [{ model: 'm/x' }, ['answered by m/x']],
  [{ provider: 'P' }, []],
])('logOrigin: %j', (origin, expected) => {
  const lines: string[] = []
  const outputs = run(
    logOrigin((line) => lines.push(line)),
    [{ ...NOTHING, ...origin }],
  )
  expect([lines, outputs]).toEqual([expected, []])
})
