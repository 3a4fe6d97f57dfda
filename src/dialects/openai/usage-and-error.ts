import type { Delta } from '../../core/answer/delta.js'
import { isObject, type JsonObject } from '../../core/json/json.js'
import { readProviderError } from '../../core/answer/provider-error.js'
import { readUsage } from '../../core/answer/usage.js'

/** Reads the usage and the error of a chunk of the chat family. Groq puts both in `x_groq`. */
export function readUsageAndError(chunk: JsonObject): Delta[] {
  const deltas: Delta[] = []
  const groq = isObject(chunk['x_groq']) ? chunk['x_groq'] : {}
  const usage = chunk['usage'] ?? groq['usage']
  if (isObject(usage)) deltas.push({ type: 'usage', usage: readUsage(usage) })
  const error = chunk['error'] || groq['error']
  if (error) deltas.push({ type: 'error', error: readProviderError(error, chunk) })
  return deltas
}
