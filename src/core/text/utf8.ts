import { concatBytes, CR, LF } from './bytes.js'
import type { Stage } from '../stream/stage.js'

/**
 * Decodes UTF-8 as the Encoding standard does: a leading BOM is stripped, and invalid bytes become U+FFFD. A character that is split
 * between two chunks is held until it is complete.
 */
export function utf8(): Stage<Uint8Array, string> {
  const { push, end } = wholeCharacters()
  const decode = fastDecoder()
  let isFirst = true

  function read(text: string): string[] {
    if (text === '') return []
    const whole = isFirst && text.startsWith(BOM) ? text.slice(BOM.length) : text
    isFirst = false
    return nonEmpty(whole)
  }

  return { push: (bytes) => read(decode(push(bytes))), end: () => read(new TextDecoder().decode(end())) }
}

/**
 * Picks the faster of two decoders for each chunk. On Node 20, `decode(bytes)` returns one-byte strings for ASCII, which later steps
 * handle twice as fast. For other text, `decode(bytes, { stream: true })` is twice as fast. The previous chunk decides.
 */
function fastDecoder(): (bytes: Uint8Array) => string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const streaming = new TextDecoder('utf-8', { ignoreBOM: true })
  let isAscii = true
  return (bytes) => {
    // After an ASCII byte, the streaming decoder holds nothing back.
    const isClean = (bytes.at(-1) ?? 0) < 0x80
    const text = isAscii || !isClean ? decoder.decode(bytes) : streaming.decode(bytes, { stream: true })
    isAscii = text.length === bytes.length
    return text
  }
}

/** Splits bytes after the last complete character. */
function wholeCharacters() {
  /** The beginning of an incomplete character. */
  let partial = new Uint8Array()
  return {
    push(bytes: Uint8Array): Uint8Array {
      const all = partial.length === 0 ? bytes : concatBytes(partial, bytes)
      const end = all.length - partialLength(all)
      // Copy: the next read may overwrite these bytes, and `slice` of a Buffer shares its memory.
      partial = new Uint8Array(all.subarray(end))
      return all.subarray(0, end)
    },
    end: (): Uint8Array => partial,
  }
}

function nonEmpty(text: string): string[] {
  return text === '' ? [] : [text]
}

/** A piece of text; `isUtf8` is true if its bytes were valid. A piece with invalid bytes is at most one line. */
export interface CheckedText {
  readonly text: string
  readonly isUtf8: boolean
}

/** Decodes bytes to the same text as `utf8`, in pieces that report whether their bytes were valid. */
export function checkedUtf8(): Stage<Uint8Array, CheckedText> {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const lenient = new TextDecoder('utf-8', { ignoreBOM: true })
  const { push, end } = wholeCharacters()
  let isFirst = true

  function decode(bytes: Uint8Array): CheckedText {
    try {
      return { text: strict.decode(bytes), isUtf8: true }
    } catch {
      return { text: lenient.decode(bytes), isUtf8: false }
    }
  }

  function* read(bytes: Uint8Array): Generator<CheckedText> {
    if (bytes.length === 0) return
    const whole = decode(bytes)
    for (const piece of whole.isUtf8 ? [whole] : splitLines(bytes).map(decode)) {
      const text = isFirst && piece.text.startsWith(BOM) ? piece.text.slice(BOM.length) : piece.text
      isFirst = false
      if (text !== '') yield { ...piece, text }
    }
  }

  return { push: (bytes) => read(push(bytes)), end: () => read(end()) }
}

const BOM = '\ufeff'
/** Returns the number of bytes at the end that begin an incomplete character. */
function partialLength(bytes: Uint8Array): number {
  for (let length = 1; length <= Math.min(3, bytes.length); length++) {
    const byte = bytes[bytes.length - length] ?? 0
    const isContinuation = (byte & 0xc0) === 0x80
    if (isContinuation) continue
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return needed > length ? length : 0
  }
  return 0
}

/** Splits bytes after each line end. */
function splitLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = []
  let from = 0
  bytes.forEach((byte, at) => {
    if (byte !== LF && byte !== CR) return
    lines.push(bytes.subarray(from, at + 1))
    from = at + 1
  })
  return from < bytes.length ? [...lines, bytes.subarray(from)] : lines
}
