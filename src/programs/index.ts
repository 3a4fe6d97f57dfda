import type { AnyProgram } from '../cli/program.js'
import { orServe } from './or-serve.js'
import { orStream } from './or-stream.js'
import { sseCheck } from './sse-check.js'
import { sseFold } from './sse-fold.js'
import { sseFormat } from './sse-format.js'
import { sseJson } from './sse-json.js'
import { sseParse } from './sse-parse.js'
import { sseReplay } from './sse-replay.js'
import { sseText } from './sse-text.js'
import { sseUsage } from './sse-usage.js'

/** All programs, in the order of the documentation. */
export const PROGRAMS: readonly AnyProgram[] = [
  orStream,
  orServe,
  sseParse,
  sseText,
  sseUsage,
  sseFold,
  sseJson,
  sseCheck,
  sseFormat,
  sseReplay,
]
