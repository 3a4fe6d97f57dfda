import { concatBytes } from '../../core/text/bytes.js'
import { StreamError } from '../../core/errors/error.js'
import { randomNumbers } from './random.js'
import type { Stage } from '../../core/stream/stage.js'
import type { Piece, Pause } from '../pace.js'

/** Where a stream is cut: where it was when it was recorded, or at sizes, of which each stream begins its own list. */
export type Cuts = 'recorded' | (() => Iterator<number, never>)

/** Cuts as they are typed: `recorded`, a number of bytes, or `random:SEED`. Throws `usage`. */
export function parseCuts(typed: string): Cuts {
  if (typed === 'recorded') return typed
  const seed = /^random:(\d+)$/.exec(typed)?.[1]
  if (seed !== undefined) return () => randomSizes(Number(seed))
  const size = /^\d+$/.test(typed) ? Number(typed) : 0
  if (size === 0 || !Number.isSafeInteger(size))
    throw new StreamError('usage', `--chunk takes a number of bytes, recorded, or random:SEED, not "${typed}"`)
  return () => equalSizes(size)
}

function* equalSizes(size: number): Generator<number, never> {
  for (;;) yield size
}

/** Half of them 1 to 3 bytes, which hits characters, line ends and field names; the others up to 64. The same seed gives the same. */
function* randomSizes(seed: number): Generator<number, never> {
  const dice = randomNumbers(seed)
  for (;;) {
    const longest = dice() < 0.5 ? 3 : 64
    yield 1 + Math.floor(dice() * longest)
  }
}

/** Pieces cut anew at these sizes; each is due with its last byte. What is left before a silence, or at the end, comes as it is. */
export function cut(sizes: Iterator<number, never>): Stage<Piece | Pause, Piece | Pause> {
  let held: Uint8Array[] = []
  let missing = sizes.next().value
  let at = 0

  function take(last: Uint8Array): Piece {
    const bytes = held.length === 0 ? last : concatBytes(...held, last)
    held = []
    missing = sizes.next().value
    return { at, bytes }
  }

  function rest(): Piece[] {
    return held.length === 0 ? [] : [take(new Uint8Array())]
  }

  return {
    *push(piece) {
      if ('pause' in piece) {
        yield* rest()
        yield piece
        return
      }
      const { bytes } = piece
      at = piece.at
      let from = 0
      for (let end = missing; end <= bytes.length; end = from + missing) {
        yield take(bytes.subarray(from, end))
        from = end
      }
      if (from === bytes.length) return
      held.push(Buffer.from(bytes.subarray(from)))
      missing -= bytes.length - from
    },
    end: rest,
  }
}
