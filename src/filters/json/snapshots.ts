import type { Outcome } from '../../core/stream/output.js'
import type { Stage } from '../../core/stream/stage.js'
import type { Clock } from '../../core/sse/timestamps.js'

/** At most one snapshot in so many milliseconds of a clock. */
export interface Throttle {
  readonly every: number
  readonly clock: Clock
}

/**
 * Adds to the lines of a step what there is of the next after each piece of input, where that is more than before. The last of
 * such lines is the line itself.
 */
export function snapshots<In>(
  step: Stage<In, string | Outcome>,
  soFar: () => string | undefined,
  throttle?: Throttle,
): Stage<In, string | Outcome> {
  let last: string | undefined
  let next = -Infinity

  function* whole(outputs: Iterable<string | Outcome>): Generator<string | Outcome> {
    for (const output of outputs) {
      if (output !== last) yield output
      if (typeof output === 'string') last = undefined
    }
  }

  return {
    *push(input) {
      yield* whole(step.push(input))
      const now = throttle?.clock() ?? 0
      if (throttle && now < next) return
      const value = soFar()
      const line = value === undefined ? last : `${value}\n`
      if (line === undefined || line === last) return
      last = line
      next = now + (throttle?.every ?? 0)
      yield line
    },
    end: () => whole(step.end()),
  }
}
