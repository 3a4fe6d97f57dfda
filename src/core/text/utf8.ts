import { concatBytes, CR, LF } from './bytes.js'
import type { Stage } from '../stream/stage.js'

/**
 * Bytes to text, as the Encoding standard decodes UTF-8: a leading BOM is stripped, invalid bytes become U+FFFD, and a
 * character cut between two pieces is held until it is whole.
 */
export function utf8(): Stage<Uint8Array, string> {
  const { push, end } = wholeCharacters()
  const decode = quickDecoder()
  let isFirst = true

  function read(text: string): string[] {
    if (text === '') return []
    const whole = isFirst && text.startsWith(BOM) ? text.slice(BOM.length) : text
    isFirst = false
    return ready(whole)
  }

  return { push: (bytes) => read(decode(push(bytes))), end: () => read(new TextDecoder().decode(end())) }
}

/**
 * What decodes whole characters. Node 20 gives a stream two bytes for each character, and what is done with them then takes
 * twice as long; but of more than ASCII it decodes a stream in half the time. So each piece is decoded as the last one should have been.
 */
function quickDecoder(): (bytes: Uint8Array) => string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const streaming = new TextDecoder('utf-8', { ignoreBOM: true })
  let isAscii = true
  return (bytes) => {
    // Behind ASCII the stream holds nothing back.
    const isClean = (bytes.at(-1) ?? 0) < 0x80
    const text = isAscii || !isClean ? decoder.decode(bytes) : streaming.decode(bytes, { stream: true })
    isAscii = text.length === bytes.length
    return text
  }
}

/** Bytes cut behind whole characters. */
function wholeCharacters() {
  /** The beginning of a character that is not whole yet. */
  let half = new Uint8Array()
  return {
    push(bytes: Uint8Array): Uint8Array {
      const all = half.length === 0 ? bytes : concatBytes(half, bytes)
      const end = all.length - lengthOfHalf(all)
      // A copy, for what is read next may lie in the same place; `slice` of a Node buffer makes none.
      half = new Uint8Array(all.subarray(end))
      return all.subarray(0, end)
    },
    end: (): Uint8Array => half,
  }
}

function ready(text: string): string[] {
  return text === '' ? [] : [text]
}

/** A piece of text, and whether its bytes were UTF-8; one whose bytes were not is no more than a line. */
export interface Checked {
  readonly text: string
  readonly isUtf8: boolean
}

/** Bytes to the same text as `utf8` gives, in pieces that tell where they were none. */
export function checkedUtf8(): Stage<Uint8Array, Checked> {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const lenient = new TextDecoder('utf-8', { ignoreBOM: true })
  const { push, end } = wholeCharacters()
  let isFirst = true

  function decode(bytes: Uint8Array): Checked {
    try {
      return { text: strict.decode(bytes), isUtf8: true }
    } catch {
      return { text: lenient.decode(bytes), isUtf8: false }
    }
  }

  function* read(bytes: Uint8Array): Generator<Checked> {
    if (bytes.length === 0) return
    const whole = decode(bytes)
    for (const piece of whole.isUtf8 ? [whole] : linesOf(bytes).map(decode)) {
      const text = isFirst && piece.text.startsWith(BOM) ? piece.text.slice(BOM.length) : piece.text
      isFirst = false
      if (text !== '') yield { ...piece, text }
    }
  }

  return { push: (bytes) => read(push(bytes)), end: () => read(end()) }
}

const BOM = '\ufeff'
/** How many of the last bytes begin a character that has more of them. */
function lengthOfHalf(bytes: Uint8Array): number {
  for (let length = 1; length <= Math.min(3, bytes.length); length++) {
    const byte = bytes[bytes.length - length] ?? 0
    const isContinuation = (byte & 0xc0) === 0x80
    if (isContinuation) continue
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return needed > length ? length : 0
  }
  return 0
}

/** The bytes cut after each line end. */
function linesOf(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = []
  let from = 0
  bytes.forEach((byte, at) => {
    if (byte !== LF && byte !== CR) return
    found.push(bytes.subarray(from, at + 1))
    from = at + 1
  })
  return from < bytes.length ? [...found, bytes.subarray(from)] : found
}
