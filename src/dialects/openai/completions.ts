import { readUsageAndError } from './usage-and-error.js'
import type { Delta, Dialect } from '../../core/answer/delta.js'
import { readFinish } from './finish.js'
import { numberOf, objectsOf, stringOf } from '../../core/json/json.js'

/** The streaming chunks of the legacy `/completions`: a text beside the index instead of a delta. */
export const completions: Dialect = {
  name: 'completions',
  read(chunk) {
    const choices = objectsOf(chunk['choices'])
    const isLegacy = choices.some((choice) => choice['delta'] === undefined && typeof choice['text'] === 'string')
    if (chunk['object'] !== 'text_completion' && !isLegacy) return undefined
    const deltas = choices.flatMap((choice): Delta[] => {
      const index = numberOf(choice['index']) ?? 0
      const text = stringOf(choice['text'])
      const said: Delta[] = text === undefined ? [] : [{ type: 'text', choice: index, text }]
      said.push(...readFinish(choice, index))
      return said.length > 0 ? said : [{ type: 'start', choice: index }]
    })
    deltas.push(...readUsageAndError(chunk))
    return {
      type: 'chunk',
      id: stringOf(chunk['id']),
      model: stringOf(chunk['model']),
      provider: stringOf(chunk['provider']),
      deltas,
    }
  },
  errorEvent: (error, answer) => ({
    event: 'message',
    data: { ...answer, object: 'text_completion', error, choices: [{ index: 0, text: '', finish_reason: 'error' }] },
  }),
}
