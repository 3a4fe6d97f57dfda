import { parseJson } from '../../json/json.js'

/**
 * A variable part of a template: the words of a chunk (never empty), or a string, a number or white space that does not affect the result.
 * A string slot is the text between the quotes.
 */
export type Slot = 'words' | 'string' | 'number' | 'blanks'

/** Literals with slots between them: `literals.length === slots.length + 1`. */
export interface Template {
  readonly literals: readonly string[]
  readonly slots: readonly Slot[]
}

/** Consecutive matches. */
export interface Run {
  /** The words of all matches, concatenated. */
  readonly words: string
  readonly count: number
  /** The end offset of the last match. */
  readonly end: number
}

/** Returns a function that finds the consecutive matches from `at` on, none longer than `longest`, or undefined if there is none. */
export function matchRun(
  { literals, slots }: Template,
  longest: number,
): (text: string, at: number) => Run | undefined {
  let words = ''

  /** Returns the end offset of one match at `at` and sets `words`, or returns -1 if the text there does not match. */
  function endOfMatch(text: string, at: number): number {
    let to = at
    for (let index = 0; index < literals.length && to !== -1; index++) {
      const literal = literals[index] ?? ''
      const from = to + literal.length
      // Five times as fast as `startsWith`.
      to = text.slice(to, from) === literal ? endOfSlot(slots[index], text, from) : -1
    }
    return to - at > longest ? -1 : to
  }

  function endOfSlot(slot: Slot | undefined, text: string, from: number): number {
    switch (slot) {
      case 'words':
        return matchWords(text, from)
      case 'string':
        return matchString(text, from)
      case 'number':
        return matchNumber(text, from)
      case 'blanks':
        return skipBlanks(text, from)
      case undefined:
        return from
    }
  }

  function matchWords(text: string, from: number): number {
    const end = matchString(text, from)
    if (end <= from) return -1
    words = text.slice(from, end)
    if (!words.includes('\\')) return end
    words = JSON.parse(`"${words}"`) as string
    // A lone surrogate at either end would pair up with its neighbour when the words are concatenated; the slow path never does that.
    return /^[\udc00-\udfff]|[\ud800-\udbff]$/.test(words) ? -1 : end
  }

  return (text, at) => {
    let [all, count, end] = ['', 0, at]
    for (let to = endOfMatch(text, at); to !== -1; to = endOfMatch(text, end)) {
      all += words
      count++
      end = to
    }
    return count === 0 ? undefined : { words: all, count, end }
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const [QUOTE, BACKSLASH, BLANK] = [0x22, 0x5c, 0x20]

/** Returns the offset of the quote that ends a valid JSON string, or -1. */
function matchString(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === QUOTE) return at
    if (unit < BLANK) return -1
    if (unit === BACKSLASH) return matchEscaped(text, from)
  }
  return -1
}

function matchEscaped(text: string, from: number): number {
  let end = from
  while (end < text.length && text.charCodeAt(end) !== QUOTE) end += text.charCodeAt(end) === BACKSLASH ? 2 : 1
  return parseJson(text.slice(from - 1, end + 1)) === undefined ? -1 : end
}

/** Returns the end offset of a valid JSON number (RFC 8259, section 6), or -1. */
function matchNumber(text: string, from: number): number {
  NUMBER.lastIndex = from
  return NUMBER.test(text) ? NUMBER.lastIndex : -1
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (text.charCodeAt(at) === BLANK) at++
  return at
}
