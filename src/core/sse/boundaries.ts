import { CR, LF } from '../text/bytes.js'

const COLON = 58
const BOM = [0xef, 0xbb, 0xbf]
const DATA = [100, 97, 116, 97]

/** Where bytes of SSE stand between their blocks, told without decoding them. */
export interface BlockScanner {
  /** Reads along, and gives how many of these bytes lie before a place that no later byte belongs to (after a blank line or a comment) and before the first event. */
  push(bytes: Uint8Array): number
  /** How many events with data have come whole. */
  events(): number
  /** Whether the bytes so far end between two blocks. */
  isAtBoundary(): boolean
}

export function blockScanner(): BlockScanner {
  let events = 0
  /** How much of a BOM the stream begins with; all of it once anything else has come. */
  let ofBom = 0
  let isLineStart = true
  let afterCr = false
  /** Whether a field of this block has come, and whether one of them is data. */
  let isPending = false
  let hasData = false
  /** How much of the name `data` this line has spelled; -1 where it is another line. */
  let spelled = 0

  const isInBom = () => ofBom > 0 && ofBom < BOM.length

  function endLine() {
    if (isLineStart) {
      if (hasData) events++
      isPending = false
      hasData = false
    } else if (spelled === DATA.length) hasData = true
    isLineStart = true
  }

  function readLineByte(byte: number) {
    if (isLineStart) {
      isLineStart = false
      spelled = byte === COLON ? -1 : 0
      if (byte !== COLON) isPending = true
    }
    if (spelled === DATA.length) {
      if (byte === COLON) hasData = true
      spelled = -1
    } else if (spelled !== -1) spelled = byte === DATA[spelled] ? spelled + 1 : -1
  }

  return {
    push(bytes) {
      let safe = 0
      let nextLf = bytes.indexOf(LF)
      let nextCr = bytes.indexOf(CR)
      for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at] ?? 0
        const isAfterCr = afterCr
        afterCr = byte === CR
        if (ofBom < BOM.length && byte === BOM[ofBom]) {
          ofBom++
          continue
        }
        if (isInBom()) readLineByte(byte)
        ofBom = BOM.length
        if (byte === LF || byte === CR) {
          if (byte === CR || !isAfterCr) endLine()
          if (!isPending && events === 0) safe = at + 1
          continue
        }
        readLineByte(byte)
        if (spelled !== -1) continue
        // Nothing more of this line matters.
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
