import { CR, LF } from '../../core/text/bytes.js'
import { blockScanner } from '../../core/sse/boundaries.js'
import type { Stage } from '../../core/stream/stage.js'
import type { Piece, Pause } from '../pace.js'

/** Falls silent once, after the first event with data or after everything, for so many milliseconds. */
export function stall(pause: number, after: 'first event' | 'everything'): Stage<Piece, Piece | Pause> {
  const frames = blockScanner()
  let isDue = false
  let isDone = false
  let afterCr = false

  /** Where the silence belongs in these bytes: before the first of them that is no longer the event's. */
  function placeIn(bytes: Uint8Array): number | undefined {
    for (const [at, byte] of bytes.entries()) {
      if (isDue && !(afterCr && byte === LF)) return at
      frames.push(bytes.subarray(at, at + 1))
      isDue = frames.events() > 0
      afterCr = byte === CR
    }
    return undefined
  }

  return {
    *push(piece) {
      const place = isDone || after === 'everything' ? undefined : placeIn(piece.bytes)
      if (place === undefined) {
        yield piece
        return
      }
      isDone = true
      if (place > 0) yield { ...piece, bytes: piece.bytes.subarray(0, place) }
      yield { pause }
      yield { ...piece, bytes: piece.bytes.subarray(place) }
    },
    end: () => (isDone ? [] : [{ pause }]),
  }
}
