import type { Dialect } from './delta.js'
import { detectFormat } from '../sse/detect.js'
import { LONGEST_REPEATED, repeats } from './repeat/repeats.js'
import { MAX_EVENT_BYTES } from '../text/size.js'
import { eventParser, parseEventsWith, memoized, type ParsedEvent, type SourceOptions } from './parse-events.js'
import { withTimestamps, type Clock } from './timestamps.js'
import { chain, type Stage } from '../stream/stage.js'
import { utf8 } from '../text/utf8.js'
import { judge, type Judgement, type NextAnswer, type Policy } from './judge.js'

export interface ParseOptions extends Policy, SourceOptions {
  readonly maxEventBytes?: number | undefined
  /** Tells when an event came, for whoever reports times; without one only what NDJSON brings is known. */
  readonly clock?: Clock | undefined
  /** Whether chunks that come together, and say the same but for their words, may be given as one. */
  readonly joins?: boolean | undefined
}

/** Bytes to judged readings: what every program that answers for an answer begins with. */
export function parseAnswers(
  dialects: readonly Dialect[],
  { maxEventBytes = MAX_EVENT_BYTES, clock, joins = false, sources, ...policy }: ParseOptions = {},
): Stage<Uint8Array, ParsedEvent | NextAnswer> & Judgement {
  const judged = judge(policy)
  const each = detectFormat(maxEventBytes)
  const read = memoized(eventParser(dialects, { sources }), LONGEST_REPEATED)
  const items = chain(utf8(), joins ? repeats(each, read, maxEventBytes) : each)
  const timed = clock ? chain(items, withTimestamps(clock)) : items
  return { ...judged, ...chain(chain(timed, parseEventsWith(read)), judged) }
}
