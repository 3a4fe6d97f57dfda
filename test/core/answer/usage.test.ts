import { expect, test } from 'vitest'
import { readUsage, type Usage } from '../../../src/core/answer/usage.js'

test.each<[string, Record<string, unknown>, Usage]>([
  ['nothing', {}, {}],
  [
    'the counts',
    { prompt_tokens: 4, completion_tokens: 1, total_tokens: 5 },
    { inputTokens: 4, outputTokens: 1, totalTokens: 5 },
  ],
  ['the counts of a newer API', { input_tokens: 4, output_tokens: 1 }, { inputTokens: 4, outputTokens: 1 }],
  [
    'the names of the chat API take precedence',
    { prompt_tokens: 1, input_tokens: 9, completion_tokens: 2, output_tokens: 9 },
    { inputTokens: 1, outputTokens: 2 },
  ],
  [
    'zero is a count',
    { prompt_tokens: 0, input_tokens: 9, completion_tokens: 0, cost: 0 },
    { inputTokens: 0, outputTokens: 0, cost: 0 },
  ],
  [
    'the usage of OpenRouter',
    {
      prompt_tokens: 812,
      completion_tokens: 143,
      total_tokens: 955,
      cost: 3e-7,
      is_byok: false,
      prompt_tokens_details: { cached_tokens: 512, cache_write_tokens: 7, audio_tokens: 0 },
      cost_details: { upstream_inference_cost: 0.000489 },
      completion_tokens_details: { reasoning_tokens: 64 },
    },
    {
      inputTokens: 812,
      outputTokens: 143,
      totalTokens: 955,
      cachedTokens: 512,
      cacheWriteTokens: 7,
      reasoningTokens: 64,
      cost: 3e-7,
      isByok: false,
    },
  ],
  [
    'the details of a newer API',
    {
      input_tokens_details: { cached_tokens: 1, cache_write_tokens: 2 },
      output_tokens_details: { reasoning_tokens: 3 },
    },
    { cachedTokens: 1, cacheWriteTokens: 2, reasoningTokens: 3 },
  ],
  [
    'the Messages API',
    { cache_read_input_tokens: 1, cache_creation_input_tokens: 2, output_tokens_details: { thinking_tokens: 3 } },
    { cachedTokens: 1, cacheWriteTokens: 2, reasoningTokens: 3 },
  ],
  ['DeepSeek', { prompt_cache_hit_tokens: 3, prompt_cache_miss_tokens: 4 }, { cachedTokens: 3 }],
  [
    'Nebius: details that are null',
    { prompt_cache_hit_tokens: 3, prompt_tokens_details: null, completion_tokens_details: null },
    { cachedTokens: 3 },
  ],
  ['Perplexity: an itemised cost', { cost: { total_cost: 0.006, request_cost: 0.005 } }, { cost: 0.006 }],
  ['is_byok', { is_byok: true, cost: null }, { isByok: true }],
  [
    'values that are not numbers',
    { prompt_tokens: null, completion_tokens: '3', total_tokens: Infinity, cost: 'free', is_byok: 1 },
    {},
  ],
])('%s', (_, usage, expected) => {
  expect(readUsage(usage)).toEqual(expected)
})
