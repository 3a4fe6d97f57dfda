import { setTimeout as wait } from 'node:timers/promises'
import { StreamError } from '../core/errors.js'
import { blocks } from './blocks.js'
import type { Meta } from './meta.js'

/** How fast a recording is played: 1 is its natural pace, 2 twice that, Infinity as fast as it can be read. */
export type Speed = number

/** Some bytes of a recording, and when they came: milliseconds since its request was sent. */
export interface Piece {
  readonly at: number
  readonly bytes: Uint8Array
}

/** Of a recording that keeps no time: 50 events a second, as a model writes. */
const NATURAL_GAP = 20

/** A speed as it is typed: a number above 0, or `max`. Throws `usage`. */
export function speedOf(typed: string): Speed {
  const speed = typed === 'max' ? Number.POSITIVE_INFINITY : Number(typed)
  if (!(speed > 0) || typed.trim() === '')
    throw new StreamError('usage', `--speed takes a number above 0 or "max", not "${typed}"`)
  return speed
}

/** A recording in the pieces in which it came; one that keeps no time, or was changed since, event by event at a natural pace. */
export function piecesOf(bytes: Uint8Array, meta: Meta | undefined): Piece[] {
  if (!meta || meta.chunks.reduce((sum, [, length]) => sum + length, 0) !== bytes.length)
    return blocks(bytes).map((block, index) => ({ at: (index + 1) * NATURAL_GAP, bytes: block }))
  let from = 0
  return meta.chunks.map(([at, length]) => {
    const piece = { at, bytes: bytes.subarray(from, from + length) }
    from += length
    return piece
  })
}

/** Gives each piece when its time has come, counted from the first that is asked for; a slow reader shifts none of the later ones. An abort rejects with the signal's reason. */
export async function* paced(
  pieces: Iterable<Piece> | AsyncIterable<Piece>,
  speed: Speed,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const began = performance.now()
  for await (const { at, bytes } of pieces) {
    const early = at / speed - (performance.now() - began)
    if (early > 0) await wait(early, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted())
    yield bytes
  }
}
