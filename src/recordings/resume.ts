import { blocks } from '../core/sse/blocks.js'
import type { Piece } from './pace.js'

/** Returns the offset after the event with this ID in a recorded stream, or 0 if there is none. */
export function offsetAfterId(bytes: Uint8Array, id: string): number {
  let offset = 0
  for (const block of blocks(bytes)) {
    offset += block.length
    const lines = new TextDecoder().decode(block).split(/\r\n|\r|\n/)
    if (lines.some((line) => line === `id: ${id}` || line === `id:${id}`)) return offset
  }
  return 0
}

/** Returns the pieces without the first `length` bytes. If bytes were skipped, the times count from the first piece that remains. */
export function skipBytes(pieces: readonly Piece[], length: number): Piece[] {
  const remaining: Piece[] = []
  let from = 0
  let start: number | undefined
  for (const { at, bytes } of pieces) {
    const rest = bytes.subarray(Math.min(bytes.length, Math.max(0, length - from)))
    from += bytes.length
    if (from <= length && length > 0) continue
    start ??= length > 0 ? at : 0
    remaining.push({ at: at - start, bytes: rest })
  }
  return remaining
}
