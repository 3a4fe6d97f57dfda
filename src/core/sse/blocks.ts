import { concatBytes, CR, LF } from '../text/bytes.js'
import { MAX_EVENT_BYTES } from '../text/size.js'
import type { Stage } from '../stream/stage.js'

/** Returns the blocks of a whole stream. Each ends with its blank line, the last at the end of the stream. Line ends are LF, CRLF or CR. */
export function blocks(bytes: Uint8Array): Uint8Array[] {
  const step = blockwise()
  return [...step.push(bytes), ...step.end()]
}

/**
 * Splits bytes into complete SSE blocks, each valid until the next push. Concatenated, they are the input. A block that ends in CR is
 * returned after the next byte, which may be its LF. A block larger than 16 MiB is returned in parts.
 */
export function blockwise(): Stage<Uint8Array, Uint8Array> {
  let held: Uint8Array[] = []
  let heldLength = 0
  let isAtLineStart = false
  let isAfterCr = false
  /** True if the blank line has arrived, except for an LF that may follow its CR. */
  let isWhole = false

  function release(last: Uint8Array): Uint8Array {
    if (held.length === 0) return last
    const all = concatBytes(...held, last)
    held = []
    heldLength = 0
    return all
  }

  return {
    *push(bytes) {
      let from = 0
      for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at]
        const isSecondHalf = isAfterCr && byte === LF
        isAfterCr = byte === CR
        if (isWhole) {
          const end = isSecondHalf ? at + 1 : at
          yield release(bytes.subarray(from, end))
          from = end
          isWhole = false
        }
        if (isSecondHalf) continue
        if (byte === LF && isAtLineStart) {
          yield release(bytes.subarray(from, at + 1))
          from = at + 1
        }
        isWhole = byte === CR && isAtLineStart
        isAtLineStart = (byte === LF || byte === CR) && !isAtLineStart
      }
      if (from === bytes.length) return
      // Copy: the next read overwrites these bytes, and `slice` of a Buffer shares its memory.
      held.push(new Uint8Array(bytes.subarray(from)))
      heldLength += bytes.length - from
      if (heldLength > MAX_EVENT_BYTES) yield release(new Uint8Array())
    },
    *end() {
      if (held.length > 0) yield release(new Uint8Array())
    },
  }
}
