import type { AnswerIdentity } from '../../core/answer/delta.js'
import type { OutgoingError, OutgoingEvent } from '../../core/answer/dialect.js'

export function chatErrorEvent(error: OutgoingError, answer: AnswerIdentity): OutgoingEvent {
  const choices = [{ index: 0, delta: { content: '' }, finish_reason: 'error' }]
  return { event: 'message', data: { ...answer, object: 'chat.completion.chunk', error, choices } }
}

export function completionsErrorEvent(error: OutgoingError, answer: AnswerIdentity): OutgoingEvent {
  const choices = [{ index: 0, text: '', finish_reason: 'error' }]
  return { event: 'message', data: { ...answer, object: 'text_completion', error, choices } }
}
