import { secretRanges } from './redact.js'
import { concatBytes } from '../text/bytes.js'
import type { Stage } from '../stream/stage.js'

const STAR = 42
/** The longest match, in bytes: so much of the end is held back, because it may be the start of a match. */
const MAX_MATCH = 512
/** Members of an error body that identify the account. */
const ACCOUNT = /"(?:user|account|org|organization)_id"\s*:\s*"([^"\\]{1,200})"/dg

/** Options of `mask`. */
export interface MaskOptions {
  readonly secrets: readonly string[]
  /** Masks JSON members that identify an account too. */
  readonly accounts: boolean
}

/**
 * Replaces each byte of a secret by a star, so that all offsets stay the same. Bytes that may be the start of a secret are held back
 * until more bytes arrive.
 */
export function mask({ secrets, accounts }: MaskOptions): Stage<Uint8Array, Uint8Array> {
  let held: Uint8Array = new Uint8Array()

  /** Finds the ranges to mask. `matchStart` is the offset of the match that contains the range. */
  function* findRanges(
    text: string,
  ): Generator<{ readonly matchStart: number; readonly from: number; readonly to: number }> {
    for (const secret of secrets)
      for (const [from, to] of secretRanges(secret, text)) yield { matchStart: from, from, to }
    if (!accounts) return
    for (const { index, indices } of text.matchAll(ACCOUNT)) {
      const [from, to] = indices?.[1] ?? [index, index]
      yield { matchStart: index, from, to }
    }
  }

  function* release(bytes: Uint8Array, isEnd: boolean): Generator<Uint8Array> {
    const ranges = [...findRanges(latin1(bytes))]
    let end = isEnd ? bytes.length : Math.max(0, bytes.length - MAX_MATCH)
    // Never split a match: the rest of it alone could be too short to be recognised.
    for (const { matchStart, to } of ranges.toSorted((a, b) => b.matchStart - a.matchStart))
      if (matchStart < end && to > end) end = matchStart
    const ready = bytes.slice(0, end)
    for (const { from, to } of ranges) ready.fill(STAR, from, to)
    held = bytes.slice(end)
    if (ready.length > 0) yield ready
  }

  return {
    push: (bytes) => release(concatBytes(held, bytes), false),
    end: () => release(held, true),
  }
}

/** Decodes each byte as one character. */
function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes)
}
