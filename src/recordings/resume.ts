import { blocks } from '../core/sse/blocks.js'
import type { Piece } from './pace.js'

/** How many bytes of a recorded stream a client has that saw the event of this id last; none where the id isn't there. */
export function offsetAfterId(bytes: Uint8Array, id: string): number {
  let length = 0
  for (const block of blocks(bytes)) {
    length += block.length
    const lines = new TextDecoder().decode(block).split(/\r\n|\r|\n/)
    if (lines.some((line) => line === `id: ${id}` || line === `id:${id}`)) return length
  }
  return 0
}

/** The pieces without their first bytes, so many; what is left comes at its own times, counted from where it is taken up. */
export function skipBytes(pieces: readonly Piece[], length: number): Piece[] {
  const left: Piece[] = []
  let from = 0
  let start: number | undefined
  for (const { at, bytes } of pieces) {
    const rest = bytes.subarray(Math.min(bytes.length, Math.max(0, length - from)))
    from += bytes.length
    if (from <= length && length > 0) continue
    start ??= length > 0 ? at : 0
    left.push({ at: at - start, bytes: rest })
  }
  return left
}
