import { serializeItem } from '../sse/serialize.js'
import type { Dialect, AnswerIdentity, OutgoingError } from './delta.js'

/** The block with which an answer ends in an error, as its dialect spells that; of an unknown one `{"error":…}`. `answer` is who spoke before. */
export function serializeError(
  error: OutgoingError,
  dialect: Dialect | undefined,
  answer: AnswerIdentity = { id: undefined, model: undefined, provider: undefined },
): string {
  const { event, data } = dialect?.errorEvent?.(error, answer) ?? { event: 'message', data: { error } }
  return serializeItem({ kind: 'event', event, data: JSON.stringify(data) })
}
