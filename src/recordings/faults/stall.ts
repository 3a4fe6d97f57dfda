import { CR, LF } from '../../core/text/bytes.js'
import { blockScanner } from '../../core/sse/boundaries.js'
import type { Stage } from '../../core/stream/stage.js'
import type { Piece, Pause } from '../pace.js'

/** Inserts one pause of `pause` milliseconds, after the first event with data or after everything. */
export function stall(pause: number, after: 'first event' | 'everything'): Stage<Piece, Piece | Pause> {
  const scanner = blockScanner()
  let isDue = false
  let isDone = false
  let afterCr = false

  /** Returns the offset of the pause in `bytes`, right after the event; undefined if it is not in them. */
  function pauseOffset(bytes: Uint8Array): number | undefined {
    for (const [at, byte] of bytes.entries()) {
      if (isDue && !(afterCr && byte === LF)) return at
      scanner.push(bytes.subarray(at, at + 1))
      isDue = scanner.events() > 0
      afterCr = byte === CR
    }
    return undefined
  }

  return {
    *push(piece) {
      const offset = isDone || after === 'everything' ? undefined : pauseOffset(piece.bytes)
      if (offset === undefined) {
        yield piece
        return
      }
      isDone = true
      if (offset > 0) yield { ...piece, bytes: piece.bytes.subarray(0, offset) }
      yield { pause }
      yield { ...piece, bytes: piece.bytes.subarray(offset) }
    },
    end: () => (isDone ? [] : [{ pause }]),
  }
}
