import type { Dialect } from '../../core/answer/dialect.js'
import { apiErrorBody } from '../../core/answer/error-event.js'
import { assembler } from './assemble.js'
import { errorEvent } from './errors.js'
import { read } from './read.js'

/** The Responses API (OpenAI, OpenRouter). Events are named by `type`, with or without an `event:` line. */
export const responses: Dialect = { name: 'responses', read, assembler, errorEvent, errorBody: apiErrorBody }
