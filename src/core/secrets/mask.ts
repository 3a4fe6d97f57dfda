import { secretRanges } from './redact.js'
import { concatBytes } from '../text/bytes.js'
import type { Stage } from '../stream/stage.js'

const STAR = 42
/** How much is held back of what has come: the longest thing that may still be found in it. */
const LONGEST = 512
/** Members of an error body that name the account. */
const ACCOUNT = /"(?:user|account|org|organization)_id"\s*:\s*"([^"\\]{1,200})"/dg

/** What must not be kept. */
export interface Masked {
  readonly secrets: readonly string[]
  /** Whether members of JSON that name an account are masked too. */
  readonly accounts: boolean
}

/**
 * Bytes with stars in place of what must not be kept, one for each byte, so that every place and every cut in them stays true.
 * What may still grow into something to be masked is held back until more has come.
 */
export function mask({ secrets, accounts }: Masked): Stage<Uint8Array, Uint8Array> {
  let held: Uint8Array = new Uint8Array()

  /** What is to be masked, and where that begins to be known. */
  function* places(text: string): Generator<{ readonly known: number; readonly from: number; readonly to: number }> {
    for (const secret of secrets) for (const [from, to] of secretRanges(secret, text)) yield { known: from, from, to }
    if (!accounts) return
    for (const { index, indices } of text.matchAll(ACCOUNT)) {
      const [from, to] = indices?.[1] ?? [index, index]
      yield { known: index, from, to }
    }
  }

  function* given(bytes: Uint8Array, isEnd: boolean): Generator<Uint8Array> {
    const found = [...places(latin1(bytes))]
    let end = isEnd ? bytes.length : Math.max(0, bytes.length - LONGEST)
    // A piece is masked whole or not yet: the rest of one alone could be too short to be known.
    for (const { known, to } of found.toSorted((a, b) => b.known - a.known)) if (known < end && to > end) end = known
    const ready = bytes.slice(0, end)
    for (const { from, to } of found) ready.fill(STAR, from, to)
    held = bytes.slice(end)
    if (ready.length > 0) yield ready
  }

  return {
    push: (bytes) => given(concatBytes(held, bytes), false),
    end: () => given(held, true),
  }
}

/** One character for each byte. */
function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes)
}
