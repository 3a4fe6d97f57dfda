import type { Dialect } from '../../core/answer/dialect.js'
import { assembler } from './assemble.js'
import { errorBody } from './errors.js'
import { read } from './read.js'

/** Anthropic's Messages API, as sent by Anthropic and OpenRouter. */
export const anthropic: Dialect = {
  name: 'messages',
  read,
  assembler,
  errorEvent: (error) => ({ event: 'error', data: errorBody(error) }),
  errorBody,
}
