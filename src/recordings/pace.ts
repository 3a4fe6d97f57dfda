import { concatBytes } from '../core/text/bytes.js'
import { setTimeout as wait } from 'node:timers/promises'
import { StreamError } from '../core/errors/error.js'
import type { Stage } from '../core/stream/stage.js'
import { blockwise } from '../core/sse/blocks.js'
import type { Metadata, RecordedChunk } from './metadata.js'

/** Speed of a replay: 1 is the recorded pace, 2 twice as fast, Infinity without delays. */
export type Speed = number

/** Bytes of a recording, and when they arrived, in milliseconds after the request was sent. */
export interface Piece {
  readonly at: number
  readonly bytes: Uint8Array
}

/** A pause in milliseconds, which does not depend on the speed. All later pieces are delayed by it. */
export interface Pause {
  readonly pause: number
}

/** Milliseconds between events if a recording has no times: 50 events a second, about the pace of a model. */
const DEFAULT_GAP = 20

/** The longest delay of a Node timer, in milliseconds. */
const MAX_WAIT = 2 ** 31 - 1

/** Parses a number above 0 or `max`. Throws `usage`. */
export function parseSpeed(text: string): Speed {
  const speed = text === 'max' ? Number.POSITIVE_INFINITY : Number(text)
  if (!(speed > 0) || text.trim() === '')
    throw new StreamError('usage', `--speed takes a number above 0 or "max", not "${text}"`)
  return speed
}

/** Returns the recorded chunks of `length` bytes; undefined if there is no metadata or the recording was changed later. */
export function chunksOf(meta: Metadata | undefined, length: number): readonly RecordedChunk[] | undefined {
  return meta?.chunks.reduce((sum, [, size]) => sum + size, 0) === length ? meta.chunks : undefined
}

/** Returns a recording in its recorded chunks. If it has none or was changed later, returns single events at a default pace. */
export function piecesOf(bytes: Uint8Array, meta: Metadata | undefined): Piece[] {
  const stage = asRecorded(chunksOf(meta, bytes.length))
  return [...stage.push(bytes), ...stage.end()]
}

/** Like `piecesOf`, as a stage. Each piece is valid until the next push. Bytes after the last chunk have its time. */
export function asRecorded(chunks: readonly RecordedChunk[] | undefined): Stage<Uint8Array, Piece> {
  return chunks === undefined ? atDefaultPace() : chunkwise(chunks)
}

/** Passes bytes on as they are read, without delays. */
export function asRead(): Stage<Uint8Array, Piece> {
  return { push: (bytes) => [{ at: 0, bytes }], end: () => [] }
}

function atDefaultPace(): Stage<Uint8Array, Piece> {
  const blocks = blockwise()
  let at = 0
  const toPiece = (bytes: Uint8Array) => ({ at: (at += DEFAULT_GAP), bytes })
  return {
    *push(bytes) {
      for (const block of blocks.push(bytes)) yield toPiece(block)
    },
    *end() {
      for (const block of blocks.end()) yield toPiece(block)
    },
  }
}

function chunkwise(chunks: readonly RecordedChunk[]): Stage<Uint8Array, Piece> {
  let next = 0
  let buffered: Uint8Array[] = []
  let bufferedLength = 0

  function take(last: Uint8Array): Piece {
    const at = (chunks[next] ?? chunks.at(-1))?.[0] ?? 0
    const bytes = buffered.length === 0 ? last : concatBytes(...buffered, last)
    buffered = []
    bufferedLength = 0
    next++
    return { at, bytes }
  }

  return {
    *push(bytes) {
      let from = 0
      for (let chunk = chunks[next]; chunk; chunk = chunks[next]) {
        const end = from + chunk[1] - bufferedLength
        if (end > bytes.length) {
          buffered.push(Buffer.from(bytes.subarray(from)))
          bufferedLength += bytes.length - from
          return
        }
        yield take(bytes.subarray(from, end))
        from = end
      }
      if (from < bytes.length) yield take(bytes.subarray(from))
    },
    *end() {
      if (bufferedLength > 0) yield take(new Uint8Array())
    },
  }
}

/**
 * Yields each piece at its time, counted from the first read. A slow reader does not delay later pieces. An abort rejects with the
 * signal's reason.
 */
export async function* atSpeed(
  pieces: Iterable<Piece | Pause> | AsyncIterable<Piece | Pause>,
  speed: Speed,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let startTime = performance.now()

  async function waitUntil(time: number) {
    for (let remaining = time - performance.now(); remaining > 0; remaining = time - performance.now())
      await wait(Math.min(remaining, MAX_WAIT), undefined, signal ? { signal } : {}).catch(() =>
        signal?.throwIfAborted(),
      )
  }

  for await (const piece of pieces) {
    if ('pause' in piece) {
      startTime += piece.pause
      await waitUntil(performance.now() + piece.pause)
    } else {
      await waitUntil(startTime + piece.at / speed)
      yield piece.bytes
    }
  }
}
