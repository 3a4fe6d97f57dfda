import type { Dialect } from '../core/answer/delta.js'
import type { Assembler } from '../core/answer/assembler.js'
import { choicesFold } from './openai/assemble.js'
import { geminiFold } from './gemini/assemble.js'
import { messagesFold } from './anthropic/assemble.js'
import { readable } from './readable.js'
import { responsesFold } from './responses/assemble.js'

const FOLDS: Readonly<Record<string, Assembler>> = {
  completions: choicesFold,
  chat: choicesFold,
  responses: responsesFold,
  messages: messagesFold,
  gemini: geminiFold,
}

/** The wire forms that are known, and how their chunks are put together; a program that only reads them loads half as much (`readable`). */
export const dialects: readonly Dialect[] = readable.map((dialect) => ({ ...dialect, fold: FOLDS[dialect.name] }))
