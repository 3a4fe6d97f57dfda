import type { Dialect } from '../core/answer/delta.js'
import { chat } from './chat.js'
import { completions } from './completions.js'
import { gemini } from './gemini.js'
import { messages } from './messages.js'
import { responses } from './responses.js'

/** The wire forms that are known, in the order in which they are tried on a chunk. */
export const readable: readonly Dialect[] = [completions, chat, responses, messages, gemini]
