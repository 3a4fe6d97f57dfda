import type { Dialect } from '../core/delta.js'
import { stringOf } from '../core/json.js'
import { readProviderError } from '../core/provider-error.js'

/** An error that stands alone, in no provider's chunk: `{"error":…}`, vLLM's `{"object":"error",…}`, or an event named "error". */
export const bareError: Dialect = {
  name: 'bare-error',
  read(chunk, event) {
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
  },
}
