import { isObject, numberOf, type JsonObject } from '../json/json.js'

/** Token counts and cost of an answer. `cost` is in US dollars. A member is absent if the provider did not report it. */
export interface Usage {
  readonly inputTokens?: number
  /** Input tokens except cache reads and writes, if the provider counts them separately (Messages API). */
  readonly uncachedTokens?: number
  readonly outputTokens?: number
  readonly totalTokens?: number
  readonly cachedTokens?: number
  readonly cacheWriteTokens?: number
  readonly reasoningTokens?: number
  readonly cost?: number
  readonly isByok?: boolean
}

/** The paths of each count in the formats in use. The first that is present is used. */
const COUNTS = {
  inputTokens: ['prompt_tokens', 'input_tokens'],
  outputTokens: ['completion_tokens', 'output_tokens'],
  totalTokens: ['total_tokens'],
  cachedTokens: [
    'cache_read_input_tokens',
    'prompt_tokens_details.cached_tokens',
    'input_tokens_details.cached_tokens',
    'prompt_cache_hit_tokens',
  ],
  cacheWriteTokens: [
    'cache_creation_input_tokens',
    'prompt_tokens_details.cache_write_tokens',
    'input_tokens_details.cache_write_tokens',
  ],
  reasoningTokens: [
    'completion_tokens_details.reasoning_tokens',
    'output_tokens_details.reasoning_tokens',
    'output_tokens_details.thinking_tokens',
  ],
  // Perplexity itemises the cost.
  cost: ['cost', 'cost.total_cost'],
} as const satisfies Partial<Record<keyof Usage, readonly string[]>>

const PATHS = Object.entries(COUNTS).map(([name, paths]) => ({
  name: name as keyof typeof COUNTS,
  paths: paths.map((path) => path.split('.')),
}))

/** Reads a usage object of the chat family. */
export function readUsage(usage: JsonObject): Usage {
  const found: { -readonly [Key in keyof Usage]: Usage[Key] } = {}
  for (const { name, paths } of PATHS) {
    for (const path of paths) {
      const count = numberOf(valueAt(usage, path))
      if (count === undefined) continue
      found[name] = count
      break
    }
  }
  if (typeof usage['is_byok'] === 'boolean') found.isByok = usage['is_byok']
  return found
}

function valueAt(object: JsonObject, path: readonly string[]): unknown {
  let value: unknown = object
  for (const key of path) value = isObject(value) ? value[key] : undefined
  return value
}
