import type { ErrorDetails } from '../errors/error.js'
import { isObject, numberOf, objectsOf, stringOf, type JsonObject } from '../json/json.js'

/** Longer lists and words are cut. */
const MAX_LIST = 5
const MAX_WORD = 200

/**
 * Returns the details of an error beside its message, by the keys of `--errors=json`. OpenRouter puts them into `metadata` (provider,
 * limits, moderation, earlier attempts) and `availability`. `beside` is the object that contains the error.
 */
export function readErrorDetails(error: JsonObject, beside: JsonObject = {}): ErrorDetails {
  const [metadata, availability] = [objectAt(error, 'metadata'), objectAt(error, 'availability')]
  const retryAfter = numberOf(availability['retry_after'])
  const constraint = objectAt(availability, 'constraint')
  const found: Record<string, ErrorDetails[string] | undefined> = {
    provider: word(metadata['provider_name']) ?? word(beside['provider']),
    provider_code: word(metadata['provider_code']),
    model: word(metadata['model_slug']),
    flagged: words(metadata['reasons']),
    flagged_input: word(metadata['flagged_input']),
    patterns: words(metadata['patterns']),
    tried: objectsOf(metadata['previous_errors'])
      .slice(0, MAX_LIST)
      .map(({ provider, code, status }) => [provider, status ?? code].map(word).filter(Boolean).join(' ')),
    reason: word(metadata['reason']),
    limit: word(metadata['limit_source']),
    limit_usd: numberOf(metadata['limit_usd']),
    spend_usd: numberOf(metadata['spend_usd']),
    resets_at: word(metadata['resets_at']),
    availability: word(availability['code']),
    constraint: word([constraint['field'], constraint['detail']].map(word).filter(Boolean).join(': ')),
    excluded_by: words(availability['excluded_by']),
    fallback_models: words(availability['fallback_models']),
    docs_url: word(availability['docs_url']),
    remedy: word(metadata['remedy_hint']),
    retryable: typeof availability['retryable'] === 'boolean' ? availability['retryable'] : undefined,
    retry_after_ms: retryAfter === undefined || retryAfter < 0 ? undefined : retryAfter * 1000,
  }
  return Object.fromEntries(
    Object.entries(found).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  ) as ErrorDetails
}

/** The details in messages, in this order. Details without a row only appear in `--errors=json`. */
const CLAUSES: readonly (readonly [string, (value: string, facts: ErrorDetails) => string])[] = [
  ['provider', (name) => `provider ${name}`],
  ['flagged', (reasons) => `flagged for ${reasons}`],
  ['patterns', (patterns) => `stopped by a guardrail: ${patterns}`],
  ['limit', (limit, { reason }) => `limit ${limit}${reason === undefined ? '' : `, ${String(reason)}`}`],
  ['spend_usd', (spent, { limit_usd: of }) => `$${spent} spent${of === undefined ? '' : ` of $${String(of)}`}`],
  ['resets_at', (time) => `resets at ${time}`],
  ['availability', (code) => code],
  ['constraint', (constraint) => constraint],
  ['excluded_by', (settings) => `excluded by ${settings}`],
  ['tried', (tries) => `tried before: ${tries}`],
  ['fallback_models', (models) => `available: ${models}`],
  ['retry_after_ms', (wait) => `try again in ${Math.ceil(Number(wait) / 100) / 10} s`],
]

/** Returns the details as clauses of a message. */
export function describeDetails(facts: ErrorDetails): string[] {
  return CLAUSES.flatMap(([key, clause]) => {
    const value = facts[key]
    return value === undefined ? [] : [clause(Array.isArray(value) ? value.join(', ') : String(value), facts)]
  })
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key]
  return isObject(value) ? value : {}
}

function word(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : stringOf(value)
  return text?.slice(0, MAX_WORD)
}

function words(value: unknown): string[] {
  const list = Array.isArray(value) ? (value as unknown[]) : []
  return list.slice(0, MAX_LIST).flatMap((entry) => word(entry) ?? [])
}
