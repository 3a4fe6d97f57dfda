import type { Dialect } from '../core/answer/delta.js'
import { chat } from './openai/chat.js'
import { completions } from './openai/completions.js'
import { gemini } from './gemini/read.js'
import { messages } from './anthropic/read.js'
import { responses } from './responses/read.js'

/** The wire forms that are known, in the order in which they are tried on a chunk. */
export const readable: readonly Dialect[] = [completions, chat, responses, messages, gemini]
