import type { Dialect } from '../core/answer/dialect.js'
import { anthropic } from './anthropic/index.js'
import { gemini } from './gemini/index.js'
import { chat, completions } from './openai/index.js'
import { responses } from './responses/index.js'

/** All known dialects, in the order in which a chunk is tried against them. */
export const dialects: readonly Dialect[] = [completions, chat, responses, anthropic, gemini]
