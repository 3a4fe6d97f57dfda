import { serializeItem } from '../sse/serialize.js'
import type { AnswerIdentity } from './delta.js'
import type { Dialect, OutgoingError } from './dialect.js'
import type { JsonObject } from '../json/json.js'

/**
 * Returns the SSE block that ends an answer with an error, in the form of its dialect, or as `{"error":…}` if the dialect is unknown.
 * `answer` is the identity of the answer so far.
 */
export function serializeError(
  error: OutgoingError,
  dialect: Dialect | undefined,
  answer: AnswerIdentity = { id: undefined, model: undefined, provider: undefined },
): string {
  const { event, data } = dialect?.errorEvent(error, answer) ?? { event: 'message', data: apiErrorBody(error) }
  return serializeItem({ kind: 'event', event, data: JSON.stringify(data) })
}

/** Returns the body of an error response as most APIs send it. */
export function apiErrorBody({ code, message }: OutgoingError): JsonObject {
  return { error: { code, message } }
}
