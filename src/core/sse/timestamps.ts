import type { Stage } from '../stream/stage.js'
import type { SseItem } from './item.js'

/** Returns the milliseconds since some start; never goes back. */
export type Clock = () => number

/** Sets `t` of each event to the time at which it passes, unless the event has one. */
export function withTimestamps(clock: Clock): Stage<SseItem, SseItem> {
  return {
    push: (item) => [item.kind === 'event' && item.t === undefined ? { ...item, t: clock() } : item],
    end: () => [],
  }
}
