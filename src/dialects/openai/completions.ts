import { readUsageAndError } from './usage-and-error.js'
import type { Chunk, Delta } from '../../core/answer/delta.js'
import { readFinish } from './finish.js'
import { numberOf, objectsOf, stringOf, type JsonObject } from '../../core/json/json.js'

/** Reads a chunk of the legacy completions API. Returns undefined if the object is not one. */
export function read(chunk: JsonObject): Chunk | undefined {
  const choices = objectsOf(chunk['choices'])
  const isLegacy = choices.some((choice) => choice['delta'] === undefined && typeof choice['text'] === 'string')
  if (chunk['object'] !== 'text_completion' && !isLegacy) return undefined
  const deltas = choices.flatMap((choice): Delta[] => {
    const index = numberOf(choice['index']) ?? 0
    const text = stringOf(choice['text'])
    const choiceDeltas: Delta[] = text === undefined ? [] : [{ type: 'text', choice: index, text }]
    choiceDeltas.push(...readFinish(choice, index))
    return choiceDeltas.length > 0 ? choiceDeltas : [{ type: 'start', choice: index }]
  })
  deltas.push(...readUsageAndError(chunk))
  return {
    type: 'chunk',
    id: stringOf(chunk['id']),
    model: stringOf(chunk['model']),
    provider: stringOf(chunk['provider']),
    deltas,
  }
}
