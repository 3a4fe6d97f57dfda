import type { Dialect } from '../core/delta.js'
import { chat } from './chat.js'
import { choicesFold } from './choices-fold.js'
import { completions } from './completions.js'
import { gemini } from './gemini.js'
import { geminiFold } from './gemini-fold.js'
import { messages } from './messages.js'
import { messagesFold } from './messages-fold.js'
import { responses } from './responses.js'
import { responsesFold } from './responses-fold.js'

/** The wire forms that are known, in the order in which they are tried on a chunk. */
export const dialects: readonly Dialect[] = [
  { ...completions, fold: choicesFold },
  { ...chat, fold: choicesFold },
  { ...responses, fold: responsesFold },
  { ...messages, fold: messagesFold },
  { ...gemini, fold: geminiFold },
]
