import type { Stage } from '../stream/stage.js'
import type { SseItem } from './item.js'

/** Returns the time in milliseconds since an arbitrary start. It never decreases. */
export type Clock = () => number

/** Sets `t` of each event to the current time, unless the event already has one. */
export function withTimestamps(clock: Clock): Stage<SseItem, SseItem> {
  return {
    push: (item) => [item.kind === 'event' && item.t === undefined ? { ...item, t: clock() } : item],
    end: () => [],
  }
}
