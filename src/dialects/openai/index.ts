import type { Dialect } from '../../core/answer/dialect.js'
import { apiErrorBody } from '../../core/answer/error-event.js'
import { assembler } from './assemble.js'
import { read as readChat } from './chat.js'
import { read as readCompletions } from './completions.js'
import { chatErrorEvent, completionsErrorEvent } from './errors.js'

/** The chunks of `/chat/completions`, as sent by OpenRouter, OpenAI and compatible servers. */
export const chat: Dialect = {
  name: 'chat',
  read: readChat,
  assembler,
  errorEvent: chatErrorEvent,
  errorBody: apiErrorBody,
}

/** The chunks of the legacy `/completions`: a choice has a `text` field instead of a delta. */
export const completions: Dialect = {
  name: 'completions',
  read: readCompletions,
  assembler,
  errorEvent: completionsErrorEvent,
  errorBody: apiErrorBody,
}
