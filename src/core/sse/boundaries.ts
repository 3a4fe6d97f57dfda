import { CR, LF } from '../text/bytes.js'

const COLON = 58
const BOM = [0xef, 0xbb, 0xbf]
const DATA = [100, 97, 116, 97]

/** Finds block boundaries in the bytes of an SSE stream, without decoding them. */
export interface BlockScanner {
  /**
   * Reads bytes, and returns how many of them can be released: everything up to the last block boundary (after a blank line or a comment)
   * before the first event.
   */
  push(bytes: Uint8Array): number
  /** Returns the number of complete events with data. */
  events(): number
  /** Returns true if the bytes so far end between two blocks. */
  isAtBoundary(): boolean
}

export function blockScanner(): BlockScanner {
  let events = 0
  /** The number of bytes of a BOM at the start of the stream; `BOM.length` after any other byte. */
  let bomBytes = 0
  let isLineStart = true
  let isAfterCr = false
  /** True if the block has a field so far; `hasData` is true if one of its fields is data. */
  let isPending = false
  let hasData = false
  /** The number of bytes of the name `data` that the line has matched, or -1 if it is another field. */
  let dataBytes = 0

  const isInBom = () => bomBytes > 0 && bomBytes < BOM.length

  function endLine() {
    if (isLineStart) {
      if (hasData) events++
      isPending = false
      hasData = false
    } else if (dataBytes === DATA.length) hasData = true
    isLineStart = true
  }

  function readLineByte(byte: number) {
    if (isLineStart) {
      isLineStart = false
      dataBytes = byte === COLON ? -1 : 0
      if (byte !== COLON) isPending = true
    }
    if (dataBytes === DATA.length) {
      if (byte === COLON) hasData = true
      dataBytes = -1
    } else if (dataBytes !== -1) dataBytes = byte === DATA[dataBytes] ? dataBytes + 1 : -1
  }

  return {
    push(bytes) {
      let safe = 0
      let nextLf = bytes.indexOf(LF)
      let nextCr = bytes.indexOf(CR)
      for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at] ?? 0
        const followsCr = isAfterCr
        isAfterCr = byte === CR
        if (bomBytes < BOM.length && byte === BOM[bomBytes]) {
          bomBytes++
          continue
        }
        if (isInBom()) readLineByte(byte)
        bomBytes = BOM.length
        if (byte === LF || byte === CR) {
          if (byte === CR || !followsCr) endLine()
          if (!isPending && events === 0) safe = at + 1
          continue
        }
        readLineByte(byte)
        if (dataBytes !== -1) continue
        // Skip the rest of the line.
        if (nextLf !== -1 && nextLf <= at) nextLf = bytes.indexOf(LF, at)
        if (nextCr !== -1 && nextCr <= at) nextCr = bytes.indexOf(CR, at)
        const end = nextLf === -1 ? nextCr : nextCr === -1 ? nextLf : Math.min(nextLf, nextCr)
        at = (end === -1 ? bytes.length : end) - 1
      }
      return safe
    },
    events: () => events,
    isAtBoundary: () => isLineStart && !isPending && !isInBom(),
  }
}
