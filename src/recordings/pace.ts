import { concatBytes } from '../core/text/bytes.js'
import { setTimeout as wait } from 'node:timers/promises'
import { StreamError } from '../core/errors/error.js'
import type { Stage } from '../core/stream/stage.js'
import { blockwise } from '../core/sse/blocks.js'
import type { Metadata, RecordedChunk } from './metadata.js'

/** How fast a recording is played: 1 is its natural pace, 2 twice that, Infinity as fast as it can be read. */
export type Speed = number

/** Some bytes of a recording, and when they came: milliseconds since its request was sent. */
export interface Piece {
  readonly at: number
  readonly bytes: Uint8Array
}

/** A time in which nothing comes, in milliseconds whatever the speed; all that follows is so much later. */
export interface Pause {
  readonly pause: number
}

/** Of a recording that keeps no time: 50 events a second, as a model writes. */
const NATURAL_GAP = 20

/** The longest wait that a timer can count. */
const LONGEST_WAIT = 2 ** 31 - 1

/** A speed as it is typed: a number above 0, or `max`. Throws `usage`. */
export function parseSpeed(typed: string): Speed {
  const speed = typed === 'max' ? Number.POSITIVE_INFINITY : Number(typed)
  if (!(speed > 0) || typed.trim() === '')
    throw new StreamError('usage', `--speed takes a number above 0 or "max", not "${typed}"`)
  return speed
}

/** The chunks in which so many bytes came; undefined where nobody kept them, or the bytes were changed since. */
export function chunksOf(meta: Metadata | undefined, length: number): readonly RecordedChunk[] | undefined {
  return meta?.chunks.reduce((sum, [, size]) => sum + size, 0) === length ? meta.chunks : undefined
}

/** A recording in the pieces in which it came; one that keeps no time, or was changed since, event by event at a natural pace. */
export function piecesOf(bytes: Uint8Array, meta: Metadata | undefined): Piece[] {
  const step = asRecorded(chunksOf(meta, bytes.length))
  return [...step.push(bytes), ...step.end()]
}

/** The same, step by step; each piece is valid until the next push. What comes after the last chunk comes with it. */
export function asRecorded(chunks: readonly RecordedChunk[] | undefined): Stage<Uint8Array, Piece> {
  return chunks === undefined ? atNaturalPace() : chunkwise(chunks)
}

/** Bytes as they are read, due at once. */
export function asRead(): Stage<Uint8Array, Piece> {
  return { push: (bytes) => [{ at: 0, bytes }], end: () => [] }
}

function atNaturalPace(): Stage<Uint8Array, Piece> {
  const blocks = blockwise()
  let at = 0
  const due = (bytes: Uint8Array) => ({ at: (at += NATURAL_GAP), bytes })
  return {
    *push(bytes) {
      for (const block of blocks.push(bytes)) yield due(block)
    },
    *end() {
      for (const block of blocks.end()) yield due(block)
    },
  }
}

function chunkwise(chunks: readonly RecordedChunk[]): Stage<Uint8Array, Piece> {
  let next = 0
  let held: Uint8Array[] = []
  let heldLength = 0

  function take(last: Uint8Array): Piece {
    const at = (chunks[next] ?? chunks.at(-1))?.[0] ?? 0
    const bytes = held.length === 0 ? last : concatBytes(...held, last)
    held = []
    heldLength = 0
    next++
    return { at, bytes }
  }

  return {
    *push(bytes) {
      let from = 0
      for (let chunk = chunks[next]; chunk; chunk = chunks[next]) {
        const end = from + chunk[1] - heldLength
        if (end > bytes.length) {
          held.push(Buffer.from(bytes.subarray(from)))
          heldLength += bytes.length - from
          return
        }
        yield take(bytes.subarray(from, end))
        from = end
      }
      if (from < bytes.length) yield take(bytes.subarray(from))
    },
    *end() {
      if (heldLength > 0) yield take(new Uint8Array())
    },
  }
}

/** Gives each piece when its time has come, counted from the first that is asked for; a slow reader shifts none of the later ones. An abort rejects with the signal's reason. */
export async function* atSpeed(
  pieces: Iterable<Piece | Pause> | AsyncIterable<Piece | Pause>,
  speed: Speed,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let began = performance.now()

  async function until(time: number) {
    for (let early = time - performance.now(); early > 0; early = time - performance.now())
      await wait(Math.min(early, LONGEST_WAIT), undefined, signal ? { signal } : {}).catch(() =>
        signal?.throwIfAborted(),
      )
  }

  for await (const piece of pieces) {
    if ('pause' in piece) {
      began += piece.pause
      await until(performance.now() + piece.pause)
    } else {
      await until(began + piece.at / speed)
      yield piece.bytes
    }
  }
}
