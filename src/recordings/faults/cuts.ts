import { concatBytes } from '../../core/text/bytes.js'
import { StreamError } from '../../core/errors/error.js'
import { randomNumbers } from './random.js'
import type { Stage } from '../../core/stream/stage.js'
import type { Piece, Pause } from '../pace.js'

/** The sizes of the pieces of a stream: as recorded, or a function that returns the sizes for one stream. */
export type Cuts = 'recorded' | (() => Iterator<number, never>)

/** Parses `recorded`, a number of bytes, or `random:SEED`. Throws `usage`. */
export function parseCuts(text: string): Cuts {
  if (text === 'recorded') return text
  const seed = /^random:(\d+)$/.exec(text)?.[1]
  if (seed !== undefined) return () => randomSizes(Number(seed))
  const size = /^\d+$/.test(text) ? Number(text) : 0
  if (size === 0 || !Number.isSafeInteger(size))
    throw new StreamError('usage', `--chunk takes a number of bytes, recorded, or random:SEED, not "${text}"`)
  return () => equalSizes(size)
}

function* equalSizes(size: number): Generator<number, never> {
  for (;;) yield size
}

/**
 * Yields sizes that are the same for the same seed. Half of them are 1 to 3 bytes, to cut characters, line ends and field names; the others
 * are up to 64 bytes.
 */
function* randomSizes(seed: number): Generator<number, never> {
  const random = randomNumbers(seed)
  for (;;) {
    const max = random() < 0.5 ? 3 : 64
    yield 1 + Math.floor(random() * max)
  }
}

/** Cuts pieces to new sizes. Each has the time of its last byte. A remainder before a pause or at the end is passed on as it is. */
export function cut(sizes: Iterator<number, never>): Stage<Piece | Pause, Piece | Pause> {
  let buffered: Uint8Array[] = []
  let missing = sizes.next().value
  let at = 0

  function take(last: Uint8Array): Piece {
    const bytes = buffered.length === 0 ? last : concatBytes(...buffered, last)
    buffered = []
    missing = sizes.next().value
    return { at, bytes }
  }

  function rest(): Piece[] {
    return buffered.length === 0 ? [] : [take(new Uint8Array())]
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
      buffered.push(Buffer.from(bytes.subarray(from)))
      missing -= bytes.length - from
    },
    end: rest,
  }
}
