import type { Delta } from '../../core/answer/delta.js'
import { stringOf, type JsonObject } from '../../core/json/json.js'
import { readProviderError } from '../../core/answer/provider-error.js'

/** Finish reasons of other servers (Together, older OpenAI). */
const FINISH_ALIASES = new Map<unknown, string>([
  ['eos', 'stop'],
  ['function_call', 'tool_calls'],
])

/** Reads the `finish_reason` of a choice of the chat family (an empty one is ignored), and an error on the choice. */
export function readFinish(choice: JsonObject, index: number): Delta[] {
  const reason = FINISH_ALIASES.get(choice['finish_reason']) ?? stringOf(choice['finish_reason'])
  if (reason === undefined && !choice['error']) return []
  const native = stringOf(choice['native_finish_reason'])
  return [
    ...(reason === undefined ? [] : [{ type: 'finish' as const, choice: index, reason, native }]),
    ...(choice['error'] ? [{ type: 'error' as const, error: readProviderError(choice['error']) }] : []),
  ]
}
