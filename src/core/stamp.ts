import type { SseItem } from './item.js'
import type { Stage } from './stage.js'

/** Milliseconds since some start; never goes back. */
export type Clock = () => number

/** Gives each event the time at which it passes, unless it brings one. */
export function stamp(clock: Clock): Stage<SseItem, SseItem> {
  return {
    push: (item) => [item.kind === 'event' && item.t === undefined ? { ...item, t: clock() } : item],
    end: () => [],
  }
}
