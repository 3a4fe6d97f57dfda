import { expect, test } from 'vitest'
import type { UsageSummary } from '../../../src/filters/usage/usage-summary.js'
import { sumUsage, type UsageTotal } from '../../../src/filters/usage/sum-usage.js'
import { USAGE } from '../../support/usage.js'

const nothing = {
  input_tokens: null,
  output_tokens: null,
  total_tokens: null,
  cached_tokens: null,
  reasoning_tokens: null,
  cost: null,
}
const silent: UsageSummary = { ...USAGE, ...nothing, duration_ms: null }
const one = {
  input_tokens: 4,
  output_tokens: 2,
  total_tokens: 6,
  cached_tokens: 1,
  reasoning_tokens: 0,
  cost: 0.1,
  mean_duration_ms: 500,
}

test.each<[string, UsageSummary[], UsageTotal]>([
  ['nothing', [], { answers: 0, success_rate: 0, partial: 0, ...nothing, mean_duration_ms: null }],
  ['one', [USAGE], { answers: 1, success_rate: 1, partial: 0, ...one }],
  [
    'three, with costs added as decimals',
    [USAGE, { ...USAGE, cost: 0.2, duration_ms: 600 }, { ...USAGE, cost: 3e-7, duration_ms: 600.5 }],
    {
      answers: 3,
      success_rate: 1,
      partial: 0,
      input_tokens: 12,
      output_tokens: 6,
      total_tokens: 18,
      cached_tokens: 3,
      reasoning_tokens: 0,
      cost: 0.3000003,
      mean_duration_ms: 566.8,
    },
  ],
  ['a count that one summary lacks', [silent, USAGE], { answers: 2, success_rate: 1, partial: 0, ...one }],
  [
    'counts that no summary has',
    [silent, silent],
    { answers: 2, success_rate: 1, partial: 0, ...nothing, mean_duration_ms: null },
  ],
  [
    'length and filtered are successes; other answers with events are partial',
    (['complete', 'length', 'filtered', 'error', 'truncated'] as const).map((verdict) => ({ ...silent, verdict })),
    { answers: 5, success_rate: 0.6, partial: 2, ...nothing, mean_duration_ms: null },
  ],
  [
    'an empty answer is not partial',
    [USAGE, { ...silent, verdict: 'empty', events: 0 }, USAGE],
    {
      answers: 3,
      success_rate: 0.6667,
      partial: 0,
      ...one,
      input_tokens: 8,
      output_tokens: 4,
      total_tokens: 12,
      cached_tokens: 2,
      cost: 0.2,
    },
  ],
])('%s', (_, reports, sum) => {
  expect(sumUsage(reports)).toEqual(sum)
})
