import type { Chunk } from './delta.js'
import { stringOf, type JsonObject } from '../json/json.js'
import { readProviderError } from './provider-error.js'

/** Reads an error outside a provider's chunk: `{"error":…}`, vLLM's `{"object":"error",…}`, or an event named "error". */
export function topLevelError(chunk: JsonObject, event: string): Chunk | undefined {
  const isError = Boolean(chunk['error']) || chunk['object'] === 'error' || event === 'error'
  if (!isError) return undefined
  const error = readProviderError(chunk['error'] || chunk, chunk)
  return {
    type: 'chunk',
    id: stringOf(chunk['id']),
    model: undefined,
    provider: undefined,
    deltas: [{ type: 'error', error }],
  }
}
