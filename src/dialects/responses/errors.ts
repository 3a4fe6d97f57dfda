import type { AnswerIdentity } from '../../core/answer/delta.js'
import type { OutgoingError, OutgoingEvent } from '../../core/answer/dialect.js'

export function errorEvent(error: OutgoingError, answer: AnswerIdentity): OutgoingEvent {
  const response = { ...answer, object: 'response', status: 'failed', output: [], error }
  return { event: 'message', data: { type: 'response.failed', response } }
}
