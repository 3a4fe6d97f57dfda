import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { UsageSummary } from '../../../src/filters/usage/usage-summary.js'
import { summaryLines } from '../../../src/filters/usage/usage-text.js'

const full: UsageSummary = {
  verdict: 'complete',
  model: 'm/x',
  provider: 'P',
  id: 'gen-1',
  finish_reason: 'stop',
  native_finish_reason: 'end_turn',
  input_tokens: 4,
  output_tokens: 0,
  total_tokens: 4,
  cached_tokens: null,
  cache_write_tokens: null,
  reasoning_tokens: null,
  cost: 3e-7,
  is_byok: false,
  events: 9,
  first_token_ms: 250,
  duration_ms: 2250.5,
  tokens_per_second: 1,
}

const LINES = `verdict             complete
model               m/x
provider            P
generation ID       gen-1
finish reason       stop (end_turn)
input tokens        4
output tokens       0
total tokens        4
cached tokens       -
cache write tokens  -
reasoning tokens    -
cost                $0.0000003
events              9
first token         250 ms
duration            2250.5 ms
speed               1 tokens/s
`

test('the report has one aligned line per value', () => {
  expect(summaryLines(full)).toBe(LINES)
})

/** Returns the value on the line with this label. */
function valueOf(changed: Partial<UsageSummary>, label: string): string | undefined {
  return new RegExp(`^${label} +(.*)$`, 'm').exec(summaryLines({ ...full, ...changed }))?.[1]
}

test.each<[number | null, boolean | null, string]>([
  [null, null, '-'],
  [null, true, '-'],
  [0, false, '$0'],
  [0, true, '$0 (own key)'],
  [0.006, null, '$0.006'],
  [8.725e-5, null, '$0.00008725'],
  [1e-20, null, '$0.00000000000000000001'],
  [0.1 + 0.2, null, '$0.30000000000000004'],
  [12.5, null, '$12.5'],
  [1000, null, '$1000'],
])('cost %j, own key %j: %s', (cost, is_byok, text) => {
  expect(valueOf({ cost, is_byok }, 'cost')).toBe(text)
})

test('a cost is written exactly, without an exponent', () => {
  const isSame = fc.property(fc.double({ min: 1e-15, max: 1e15, noNaN: true }), (cost) => {
    const text = valueOf({ cost }, 'cost') ?? ''
    expect([/^\$[\d.]+$/.test(text), Number(text.slice(1))]).toEqual([true, cost])
  })
  fc.assert(isSame, { numRuns: 1000, seed: 7 })
})

test.each<[string | null, string | null, string]>([
  [null, null, '-'],
  ['stop', null, 'stop'],
  ['stop', 'stop', 'stop'],
  ['tool_calls', 'tool_use', 'tool_calls (tool_use)'],
  [null, 'STOP', '- (STOP)'],
])('finish reason %j, native %j: %s', (finish_reason, native_finish_reason, text) => {
  expect(valueOf({ finish_reason, native_finish_reason }, 'finish reason')).toBe(text)
})

test('unknown times are dashes', () => {
  const unknown = { first_token_ms: null, duration_ms: null, tokens_per_second: null }
  expect(['first token', 'duration', 'speed'].map((label) => valueOf(unknown, label))).toEqual(['-', '-', '-'])
})
