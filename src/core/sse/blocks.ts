import { concatBytes, CR, LF } from '../text/bytes.js'
import { MAX_EVENT_BYTES } from '../text/size.js'
import type { Stage } from '../stream/stage.js'

/** The blocks of a stream as it stands in a file: each ends with its blank line, the last where the file does. Line ends are LF, CRLF or CR. */
export function blocks(bytes: Uint8Array): Uint8Array[] {
  const step = blockwise()
  return [...step.push(bytes), ...step.end()]
}

/**
 * Bytes to whole blocks, each valid until the next push; joined they are the bytes. A block that ends in CR is given when the
 * next byte tells that no LF belongs to it; one that is over the bound of an event comes in parts.
 */
export function blockwise(): Stage<Uint8Array, Uint8Array> {
  let held: Uint8Array[] = []
  let heldLength = 0
  let atLineStart = false
  let afterCr = false
  /** Whether the blank line has come, but for the LF that may belong to its CR. */
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
        const isSecondHalf = afterCr && byte === LF
        afterCr = byte === CR
        if (isWhole) {
          const end = isSecondHalf ? at + 1 : at
          yield release(bytes.subarray(from, end))
          from = end
          isWhole = false
        }
        if (isSecondHalf) continue
        if (byte === LF && atLineStart) {
          yield release(bytes.subarray(from, at + 1))
          from = at + 1
        }
        isWhole = byte === CR && atLineStart
        atLineStart = (byte === LF || byte === CR) && !atLineStart
      }
      if (from === bytes.length) return
      // A copy: the next read overwrites what was read, and the slice of a Buffer would share its memory.
      held.push(new Uint8Array(bytes.subarray(from)))
      heldLength += bytes.length - from
      if (heldLength > MAX_EVENT_BYTES) yield release(new Uint8Array())
    },
    *end() {
      if (held.length > 0) yield release(new Uint8Array())
    },
  }
}
