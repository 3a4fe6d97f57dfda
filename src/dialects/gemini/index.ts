import type { Dialect } from '../../core/answer/dialect.js'
import { apiErrorBody } from '../../core/answer/error-event.js'
import { assembler } from './assemble.js'
import { read } from './read.js'

/** Gemini's native `streamGenerateContent?alt=sse`. The stream ends with a finish reason, without an end marker. */
export const gemini: Dialect = {
  name: 'gemini',
  read,
  assembler,
  errorEvent: (error) => ({ event: 'message', data: apiErrorBody(error) }),
  errorBody: apiErrorBody,
}
