import type { Dialect } from './delta.js'
import { events } from './events.js'
import { readings, type Reading } from './readings.js'
import { chain, type Stage } from './stage.js'
import { judge, type Judgement, type NextAnswer } from './verdict.js'

/** Bytes to judged readings: what every program that answers for an answer begins with. */
export function answers(
  dialects: readonly Dialect[],
  maxEventBytes?: number,
): Stage<Uint8Array, Reading | NextAnswer> & Judgement {
  const judged = judge()
  return { ...judged, ...chain(chain(events(maxEventBytes), readings(dialects)), judged) }
}
