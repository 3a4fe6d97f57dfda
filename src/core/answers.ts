import type { Dialect } from './delta.js'
import { events } from './events.js'
import { MAX_EVENT_BYTES } from './size.js'
import { readings, type Reading, type SourceOptions } from './readings.js'
import { stamp, type Clock } from './stamp.js'
import { chain, type Stage } from './stage.js'
import { judge, type Judgement, type NextAnswer, type Policy } from './judge.js'

export interface ReadingOptions extends Policy, SourceOptions {
  readonly maxEventBytes?: number | undefined
  /** Tells when an event came, for whoever reports times; without one only what NDJSON brings is known. */
  readonly clock?: Clock | undefined
}

/** Bytes to judged readings: what every program that answers for an answer begins with. */
export function answers(
  dialects: readonly Dialect[],
  { maxEventBytes = MAX_EVENT_BYTES, clock, sources, ...policy }: ReadingOptions = {},
): Stage<Uint8Array, Reading | NextAnswer> & Judgement {
  const judged = judge(policy)
  const items = clock ? chain(events(maxEventBytes), stamp(clock)) : events(maxEventBytes)
  return { ...judged, ...chain(chain(items, readings(dialects, { sources })), judged) }
}
