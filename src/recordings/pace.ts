import { StreamError } from '../core/errors.js'

/** How fast a recording is played: 1 is its natural pace, 2 twice that, Infinity as fast as it can be read. */
export type Speed = number

/** Of a recording that keeps no time: 50 events a second, as a model writes. */
const NATURAL_GAP = 20

/** A speed as it is typed: a number above 0, or `max`. Throws `usage`. */
export function speedOf(typed: string): Speed {
  const speed = typed === 'max' ? Number.POSITIVE_INFINITY : Number(typed)
  if (!(speed > 0) || typed.trim() === '')
    throw new StreamError('usage', `--speed takes a number above 0 or "max", not "${typed}"`)
  return speed
}

/** The wait before each event, in milliseconds. */
export function gap(speed: Speed): number {
  return NATURAL_GAP / speed
}
