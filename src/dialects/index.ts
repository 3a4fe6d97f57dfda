import type { Dialect, DialectReader } from '../core/answer/dialect.js'
import { anthropic } from './anthropic/index.js'
import { read as readAnthropic } from './anthropic/read.js'
import { gemini } from './gemini/index.js'
import { read as readGemini } from './gemini/read.js'
import { read as readChat } from './openai/chat.js'
import { read as readCompletions } from './openai/completions.js'
import { chat, completions } from './openai/index.js'
import { responses } from './responses/index.js'
import { read as readResponses } from './responses/read.js'

/** All known dialects, in the order in which a chunk is tried against them. */
export const dialects: readonly Dialect[] = [completions, chat, responses, anthropic, gemini]

/** The part of `dialects` that reads streams, in the same order. A bundle with it alone is a quarter smaller: it does not assemble objects. */
export const readers: readonly DialectReader[] = [
  { name: 'completions', read: readCompletions },
  { name: 'chat', read: readChat },
  { name: 'responses', read: readResponses },
  { name: 'messages', read: readAnthropic },
  { name: 'gemini', read: readGemini },
]
