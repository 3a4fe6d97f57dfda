import { parseJson } from '../../json/json.js'

/**
 * What may stand in a hole of a frame: the words of a chunk, which are never empty; or what says nothing, a string or a number
 * of any value, or blanks. Holes of strings are between their quotes.
 */
export type Slot = 'words' | 'string' | 'number' | 'blanks'

/** A text of which all is known but what stands in its holes: the pieces around them are one more than they are. */
export interface Template {
  readonly literals: readonly string[]
  readonly slots: readonly Slot[]
}

/** Texts of a frame that stand one behind the other. */
export interface Run {
  /** The words of all of them together. */
  readonly words: string
  readonly count: number
  /** Where the last of them ends. */
  readonly end: number
}

/** What finds the texts of a frame from `at` on, none of them longer than `longest`; undefined where not one stands there. */
export function matchRun(
  { literals: pieces, slots: holes }: Template,
  longest: number,
): (text: string, at: number) => Run | undefined {
  let words = ''

  /** Where the text of the frame that begins at `at` ends, and its words are known; -1 where another stands there. */
  function endOfText(text: string, at: number): number {
    let to = at
    for (let index = 0; index < pieces.length && to !== -1; index++) {
      const piece = pieces[index] ?? ''
      const from = to + piece.length
      // Five times as fast as `startsWith`.
      to = text.slice(to, from) === piece ? endOfHole(holes[index], text, from) : -1
    }
    return to - at > longest ? -1 : to
  }

  function endOfHole(hole: Slot | undefined, text: string, from: number): number {
    switch (hole) {
      case 'words':
        return endOfWords(text, from)
      case 'string':
        return endOfString(text, from)
      case 'number':
        return endOfNumber(text, from)
      case 'blanks':
        return endOfBlanks(text, from)
      case undefined:
        return from
    }
  }

  function endOfWords(text: string, from: number): number {
    const end = endOfString(text, from)
    if (end <= from) return -1
    words = text.slice(from, end)
    if (!words.includes('\\')) return end
    words = JSON.parse(`"${words}"`) as string
    // Half a pair at an end would be joined to one here, and nowhere else.
    return /^[\udc00-\udfff]|[\ud800-\udbff]$/.test(words) ? -1 : end
  }

  return (text, at) => {
    let [all, count, end] = ['', 0, at]
    for (let to = endOfText(text, at); to !== -1; to = endOfText(text, end)) {
      all += words
      count++
      end = to
    }
    return count === 0 ? undefined : { words: all, count, end }
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const [QUOTE, BACKSLASH, BLANK] = [0x22, 0x5c, 0x20]

/** Where a string ends that JSON knows; -1 of any other. */
function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === QUOTE) return at
    if (unit < BLANK) return -1
    if (unit === BACKSLASH) return endOfEscaped(text, from)
  }
  return -1
}

function endOfEscaped(text: string, from: number): number {
  let end = from
  while (end < text.length && text.charCodeAt(end) !== QUOTE) end += text.charCodeAt(end) === BACKSLASH ? 2 : 1
  return parseJson(text.slice(from - 1, end + 1)) === undefined ? -1 : end
}

/** Where a number ends that JSON knows (RFC 8259, section 6); -1 of any other. */
function endOfNumber(text: string, from: number): number {
  NUMBER.lastIndex = from
  return NUMBER.test(text) ? NUMBER.lastIndex : -1
}

function endOfBlanks(text: string, from: number): number {
  let at = from
  while (text.charCodeAt(at) === BLANK) at++
  return at
}
