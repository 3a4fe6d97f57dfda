import type { Dialect } from './delta.js'
import { eitherForm } from '../sse/detect.js'
import { LONGEST_REPEATED, repeats } from './repeat/repeats.js'
import { MAX_EVENT_BYTES } from '../text/size.js'
import { reader, readingsBy, remembering, type Reading, type SourceOptions } from './parse-events.js'
import { stamp, type Clock } from './timestamps.js'
import { chain, type Stage } from '../stream/stage.js'
import { utf8 } from '../text/utf8.js'
import { judge, type Judgement, type NextAnswer, type Policy } from './judge.js'

export interface ReadingOptions extends Policy, SourceOptions {
  readonly maxEventBytes?: number | undefined
  /** Tells when an event came, for whoever reports times; without one only what NDJSON brings is known. */
  readonly clock?: Clock | undefined
  /** Whether chunks that come together, and say the same but for their words, may be given as one. */
  readonly joins?: boolean | undefined
}

/** Bytes to judged readings: what every program that answers for an answer begins with. */
export function answers(
  dialects: readonly Dialect[],
  { maxEventBytes = MAX_EVENT_BYTES, clock, joins = false, sources, ...policy }: ReadingOptions = {},
): Stage<Uint8Array, Reading | NextAnswer> & Judgement {
  const judged = judge(policy)
  const each = eitherForm(maxEventBytes)
  const read = remembering(reader(dialects, { sources }), LONGEST_REPEATED)
  const items = chain(utf8(), joins ? repeats(each, read, maxEventBytes) : each)
  const timed = clock ? chain(items, stamp(clock)) : items
  return { ...judged, ...chain(chain(timed, readingsBy(read)), judged) }
}
