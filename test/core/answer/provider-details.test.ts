import { expect, test } from 'vitest'
import { readErrorDetails, describeDetails } from '../../../src/core/answer/provider-details.js'

test.each<[string, object, object]>([
  ['nothing', {}, {}],
  [
    'the provider and the model',
    { metadata: { provider_name: 'Acme', model_slug: 'a/b' } },
    { provider: 'Acme', model: 'a/b' },
  ],
  ['the code of the provider', { metadata: { provider_code: 1302 } }, { provider_code: '1302' }],
  [
    'moderation',
    { metadata: { reasons: ['violence', 'hate'], flagged_input: 'how to …', model_slug: 'a/b' } },
    { flagged: ['violence', 'hate'], flagged_input: 'how to …', model: 'a/b' },
  ],
  ['a guardrail', { metadata: { patterns: ['ssn'] } }, { patterns: ['ssn'] }],
  [
    'earlier attempts',
    {
      metadata: { previous_errors: [{ provider: 'A', code: 502 }, { provider: 'B', status: '429' }, { code: 'x' }, 7] },
    },
    { tried: ['A 502', 'B 429', 'x'] },
  ],
  [
    'a spending limit',
    { metadata: { limit_source: 'key', reason: 'monthly', limit_usd: 10, spend_usd: 10.02, resets_at: '2026-10-01' } },
    { limit: 'key', reason: 'monthly', limit_usd: 10, spend_usd: 10.02, resets_at: '2026-10-01' },
  ],
  [
    'availability',
    {
      availability: {
        code: 'constraint_filtered',
        retryable: false,
        constraint: { field: 'provider.only', detail: 'no match' },
        excluded_by: ['data_policy'],
        fallback_models: ['a/b', 'c/d'],
        docs_url: 'https://docs.example/x',
      },
    },
    {
      availability: 'constraint_filtered',
      constraint: 'provider.only: no match',
      excluded_by: ['data_policy'],
      fallback_models: ['a/b', 'c/d'],
      docs_url: 'https://docs.example/x',
      retryable: false,
    },
  ],
  [
    'when to try again',
    { availability: { retryable: true, retry_after: 2.5 } },
    { retryable: true, retry_after_ms: 2500 },
  ],
  ['at once', { availability: { retry_after: 0 } }, { retry_after_ms: 0 }],
  ['a remedy', { metadata: { remedy_hint: 'wait' } }, { remedy: 'wait' }],
])('the details of an error: %s', (_, error, facts) => {
  expect(readErrorDetails(error as never)).toEqual(facts)
})

test('the provider may be named beside the error, but a name in the error takes precedence', () => {
  expect(readErrorDetails({}, { provider: 'Beside' })).toEqual({ provider: 'Beside' })
  expect(readErrorDetails({ metadata: { provider_name: 'Within' } }, { provider: 'Beside' })).toEqual({
    provider: 'Within',
  })
})

const odd = [null, true, 7, '', 'text', [], ['x'], {}, { a: 1 }, 1e308, [null], [[['x']]], [{}], -1]

test.each(odd)('%j in any place is accepted', (value) => {
  const names = ['provider_name', 'reasons', 'patterns', 'previous_errors', 'limit_source', 'limit_usd', 'resets_at']
  const more = ['code', 'retryable', 'retry_after', 'constraint', 'excluded_by', 'fallback_models', 'docs_url']
  const error = {
    metadata: Object.fromEntries(names.map((name) => [name, value])),
    availability: Object.fromEntries(more.map((name) => [name, value])),
  }
  for (const facts of [
    readErrorDetails(error),
    readErrorDetails({ metadata: value, availability: value }),
    readErrorDetails({}, { provider: value }),
  ]) {
    const types = Object.values(facts).flatMap((fact) => [fact].flat().map((entry) => typeof entry))
    expect(types.filter((type) => !['string', 'number', 'boolean'].includes(type))).toEqual([])
    expect(describeDetails(facts).join()).not.toMatch(/undefined|null|NaN|\[object/)
  }
})

test('a negative retry time is ignored', () => {
  expect(readErrorDetails({ availability: { retry_after: -1 } })).toEqual({})
})

test('lists are cut to 5 entries, words to 200 characters', () => {
  const many = Array.from({ length: 50 }, () => 'x'.repeat(1000))
  const tries = many.map((provider) => ({ provider, code: 500 }))
  const { flagged, tried, provider } = readErrorDetails({
    metadata: { reasons: many, previous_errors: tries, provider_name: many[0] },
  })
  expect({ flagged, tried, provider }).toEqual({
    flagged: Array.from({ length: 5 }, () => 'x'.repeat(200)),
    tried: Array.from({ length: 5 }, () => `${'x'.repeat(200)} 500`),
    provider: 'x'.repeat(200),
  })
})

test.each<[object, string[]]>([
  [{}, []],
  [{ provider: 'Acme', model: 'a/b', provider_code: '1302' }, ['provider Acme']],
  [{ flagged: ['violence', 'hate'] }, ['flagged for violence, hate']],
  [{ patterns: ['ssn'] }, ['stopped by a guardrail: ssn']],
  [{ limit: 'key' }, ['limit key']],
  [{ limit: 'key', reason: 'monthly' }, ['limit key, monthly']],
  [{ spend_usd: 10.02 }, ['$10.02 spent']],
  [{ spend_usd: 10.02, limit_usd: 10 }, ['$10.02 spent of $10']],
  [{ limit_usd: 10 }, []],
  [{ resets_at: '2026-10-01' }, ['resets at 2026-10-01']],
  [{ availability: 'no_endpoints', excluded_by: ['a', 'b'] }, ['no_endpoints', 'excluded by a, b']],
  [{ constraint: 'provider.only: no match' }, ['provider.only: no match']],
  [{ tried: ['A 502', 'B 429'] }, ['tried before: A 502, B 429']],
  [{ fallback_models: ['a/b'] }, ['available: a/b']],
  [{ retry_after_ms: 0 }, ['try again in 0 s']],
  [{ retry_after_ms: 1 }, ['try again in 0.1 s']],
  [{ retry_after_ms: 12_000 }, ['try again in 12 s']],
  [{ docs_url: 'https://docs.example', remedy: 'wait', retryable: true }, []],
  [{ retry_after_ms: 1000, provider: 'Acme' }, ['provider Acme', 'try again in 1 s']],
])('%j in a message', (facts, clauses) => {
  expect(describeDetails(facts as never)).toEqual(clauses)
})
