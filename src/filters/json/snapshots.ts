import type { Outcome } from '../../core/stream/output.js'
import type { Stage } from '../../core/stream/stage.js'
import type { Clock } from '../../core/sse/timestamps.js'

/** Limits snapshots to one per `every` milliseconds of `clock`. */
export interface Throttle {
  readonly every: number
  readonly clock: Clock
}

/**
 * Adds snapshots to the lines of a step: after each input, the part of the next line that is already known, if it has changed. The
 * last snapshot of a line is the line itself, which is not repeated.
 */
export function snapshots<In>(
  step: Stage<In, string | Outcome>,
  soFar: () => string | undefined,
  throttle?: Throttle,
): Stage<In, string | Outcome> {
  let last: string | undefined
  let next = -Infinity

  function* dropRepeated(outputs: Iterable<string | Outcome>): Generator<string | Outcome> {
    for (const output of outputs) {
      if (output !== last) yield output
      if (typeof output === 'string') last = undefined
    }
  }

  return {
    *push(input) {
      yield* dropRepeated(step.push(input))
      const now = throttle?.clock() ?? 0
      if (throttle && now < next) return
      const value = soFar()
      const line = value === undefined ? last : `${value}\n`
      if (line === undefined || line === last) return
      last = line
      next = now + (throttle?.every ?? 0)
      yield line
    },
    end: () => dropRepeated(step.end()),
  }
}
