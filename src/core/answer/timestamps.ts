import type { SseItem } from '../sse/item.js'
import type { Repeated } from './repeat/repeats.js'
import type { Stage } from '../stream/stage.js'

/** Milliseconds since some start; never goes back. */
export type Clock = () => number

/** Gives each event the time at which it passes, unless it brings one. */
export function withTimestamps<Item extends SseItem | Repeated>(clock: Clock): Stage<Item, Item> {
  return {
    push: (item) => {
      const isStamped = (item.kind === 'event' || item.kind === 'repeated') && item.t === undefined
      return [isStamped ? { ...item, t: clock() } : item]
    },
    end: () => [],
  }
}
