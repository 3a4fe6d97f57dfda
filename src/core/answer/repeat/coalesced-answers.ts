import { detectFormat } from '../../sse/detect.js'
import { withTimestamps } from '../../sse/timestamps.js'
import { chain, type Stage } from '../../stream/stage.js'
import { MAX_EVENT_BYTES } from '../../text/size.js'
import { judged, type ParseOptions } from '../answers.js'
import type { Dialect } from '../dialect.js'
import type { AnswerEvent } from '../event.js'
import { eventParser } from '../parse-events.js'
import { repeats } from './repeats.js'

/**
 * Parses as `parseAnswers` does, but several times as fast: chunks that arrive together and differ only in their text are merged.
 * Only for dialects whose `read` never inspects the text that it returns. That is tested for our own dialects, but cannot be assumed for
 * a user's dialect.
 */
export function coalescedAnswers(
  dialects: readonly Dialect[],
  { maxEventBytes = MAX_EVENT_BYTES, clock, ...policy }: ParseOptions = {},
): Stage<Uint8Array, AnswerEvent> {
  const format = detectFormat(maxEventBytes)
  const items = clock ? chain(format, withTimestamps(clock)) : format
  return judged(repeats(items, eventParser(dialects), { maxEventBytes, clock }), policy)
}
