import { blockOf } from '../sse/serialize.js'
import type { Dialect, Spoken, ToldError } from './delta.js'

/** The block with which an answer ends in an error, as its dialect spells that; of an unknown one `{"error":…}`. `answer` is who spoke before. */
export function errorBlock(
  error: ToldError,
  dialect: Dialect | undefined,
  answer: Spoken = { id: undefined, model: undefined, provider: undefined },
): string {
  const { event, data } = dialect?.error?.(error, answer) ?? { event: 'message', data: { error } }
  return blockOf({ kind: 'event', event, data: JSON.stringify(data) })
}
