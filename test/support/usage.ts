import type { UsageSummary } from '../../src/filters/usage/usage-summary.js'

/** The usage of a complete answer. */
export const USAGE: UsageSummary = {
  verdict: 'complete',
  model: 'm/x',
  provider: null,
  id: null,
  finish_reason: 'stop',
  native_finish_reason: null,
  input_tokens: 4,
  output_tokens: 2,
  total_tokens: 6,
  cached_tokens: 1,
  cache_write_tokens: null,
  reasoning_tokens: 0,
  cost: 0.1,
  is_byok: null,
  events: 3,
  first_token_ms: 100,
  duration_ms: 500,
  tokens_per_second: 5,
}
