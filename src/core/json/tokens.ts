import { StreamError } from '../errors/error.js'
import { excerpt } from './json.js'
import { MAX_EVENT_BYTES } from '../text/size.js'
import type { Stage } from '../stream/stage.js'

/** What encloses a value that grows: a string is one too. */
export type Bracket = '{' | '[' | '"'

/** What more of a JSON text says; every `text` as it was spelled, without the blanks around it. */
export type JsonToken =
  | { readonly kind: 'open' | 'close'; readonly bracket: Bracket }
  /** The name of the member that comes next, with its quotes. */
  | { readonly kind: 'name'; readonly text: string }
  /** A number, `true`, `false` or `null`. */
  | { readonly kind: 'scalar'; readonly text: string }
  /** More of the string that is open, in whole characters: no half of an escape or of a surrogate pair. */
  | { readonly kind: 'piece'; readonly text: string }

export interface JsonOptions {
  /** Takes the JSON for whole when its value is, and leaves what follows alone. */
  readonly ignoresRest?: boolean | undefined
  /** The longest text that is read. */
  readonly maxBytes?: number | undefined
}

/** What closes what a bracket opens. */
export const CLOSING = { '{': '}', '[': ']', '"': '"' } as const

const DEEPEST = 1000
/** So much of what isn't JSON is looked at for a message, however it comes. */
const SHOWN = 240

const BLANKS = /[ \t\n\r]*/y
// oxlint-disable-next-line no-control-regex -- JSON has none in a string
const PLAIN = /[^"\\\u0000-\u001f]*/y
const ESCAPE = /(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))?/y
const HALF_ESCAPE = /(?:\\(?:u[\da-fA-F]{0,3})?$)?/y
const HIGH_HALF = /^(?:[\ud800-\udbff]|\\u[dD][89abAB]..)$/
const WORD = /[-+.\w]*/y
const SCALAR = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)$/

/**
 * Text to the tokens of the one JSON value in it. Each is given as soon as nothing that follows can change it: a number that may
 * go on is not. Each character is read once, however the text is cut.
 *
 * Throws `bad_data` where the text is not JSON (or nested more than 1,000 deep) with the place, or where it ends too soon;
 * `too_large` where it is over its bound.
 */
export function jsonTokens(options: JsonOptions = {}): Stage<string, JsonToken> {
  const { ignoresRest = false, maxBytes = MAX_EVENT_BYTES } = options
  const open: Bracket[] = []
  let expected: 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ',' | 'nothing' = 'value'
  /** What is read in pieces, because it counts when it is whole: a name or a scalar, and where it began. */
  let reads: { readonly kind: 'name' | 'scalar'; readonly from: number; readonly pieces: string[] } | undefined
  /** The last characters of a string, where what follows decides what they are. */
  let held = ''
  /** How many characters came before those at hand. */
  let before = 0
  /** The first that isn't JSON: its place, counted from 1, and what stands there. */
  let fault: { readonly place: number; text: string } | undefined
  let given: JsonToken[] = []

  function fail(text: string, at: number): number {
    fault = { place: before + at + 1, text: text.slice(at) }
    return text.length
  }

  function begin(bracket: Bracket) {
    if (open.length >= DEEPEST && bracket !== '"')
      throw new StreamError('bad_data', 'the JSON is nested more than 1,000 deep')
    open.push(bracket)
    expected = bracket === '[' ? 'value or ]' : 'name or }'
    given.push({ kind: 'open', bracket })
  }

  function close() {
    given.push({ kind: 'close', bracket: open.pop() ?? '"' })
    finish()
  }

  /** A value is whole. */
  function finish() {
    expected = open.length === 0 ? 'nothing' : ','
  }

  /** Reads on in a string or a name, and gives the place behind what is read. */
  function string(text: string, from: number): number {
    // What is read last is one character, in one spelling or the other.
    let [at, unit] = [from, from]
    while (at < text.length && text[at] !== '"') {
      const escape = ahead(ESCAPE, text, at)
      const next = escape === at ? ahead(PLAIN, text, at) : escape
      if (next === at) break
      unit = escape === at ? next - 1 : at
      at = next
    }
    const isOver = text[at] === '"'
    const isCut = !isOver && ahead(HALF_ESCAPE, text, at) === text.length
    // A snapshot may end here, and half a character would be another one.
    const end = isCut && at > from && HIGH_HALF.test(text.slice(unit, at)) ? unit : at
    const whole = text.slice(from, isOver ? at : end)
    if (reads) reads.pieces.push(whole)
    else if (whole !== '') given.push({ kind: 'piece', text: whole })
    if (isCut) {
      held = text.slice(end)
      return text.length
    }
    if (!isOver) return fail(text, at)
    if (!reads) close()
    else {
      given.push({ kind: 'name', text: `"${reads.pieces.join('')}"` })
      reads = undefined
      expected = ':'
    }
    return at + 1
  }

  /** Reads on in a number or a word, which ends where something else begins. */
  function scalar(text: string, at: number, pieces: string[]): number {
    const end = ahead(WORD, text, at)
    pieces.push(text.slice(at, end))
    if (end < text.length) endScalar(text.slice(end))
    return fault ? text.length : end
  }

  function endScalar(rest: string) {
    const { from = 0, pieces = [] } = reads ?? {}
    const whole = pieces.join('')
    reads = undefined
    if (SCALAR.test(whole)) {
      given.push({ kind: 'scalar', text: whole })
      finish()
    } else fault = { place: from + 1, text: whole + rest }
  }

  /** Reads one character between names and values. */
  function sign(text: string, at: number): number {
    const character = text[at] ?? ''
    const bracket = open.at(-1)
    const isEnd = expected === ',' || expected === 'value or ]' || expected === 'name or }'
    if (isEnd && bracket && character === CLOSING[bracket]) close()
    else if (expected === ',' && character === ',') expected = bracket === '{' ? 'name' : 'value'
    else if (expected === ':' && character === ':') expected = 'value'
    else if (expected.startsWith('name') && character === '"') reads = { kind: 'name', from: before + at, pieces: [] }
    else if (!expected.startsWith('value')) return fail(text, at)
    else if (character === '{' || character === '[' || character === '"') begin(character)
    else if (/[-\dtfn]/.test(character)) {
      reads = { kind: 'scalar', from: before + at, pieces: [] }
      return at
    } else return fail(text, at)
    return at + 1
  }

  function read(text: string) {
    for (let at = 0; at < text.length;) {
      if (reads?.kind === 'scalar') at = scalar(text, at, reads.pieces)
      else if (reads || open.at(-1) === '"') at = string(text, at)
      else if (expected === 'nothing' && ignoresRest) return
      else {
        at = ahead(BLANKS, text, at)
        if (at < text.length) at = sign(text, at)
      }
    }
    before += text.length - held.length
    if (before > maxBytes)
      throw new StreamError('too_large', `the JSON has more than ${maxBytes} bytes; raise --max-event-bytes`)
  }

  function* delivered(work: () => void): Generator<JsonToken> {
    let failure: { readonly error: unknown } | undefined
    try {
      work()
    } catch (error) {
      failure = { error }
    }
    const ready = given
    given = []
    yield* ready
    if (failure) throw failure.error
  }

  /** What isn't JSON is told when enough of it is there to be shown, so that every cut gets the same message. */
  function misfit({ place, text }: NonNullable<typeof fault>): StreamError {
    const isAround = !ignoresRest && open.length === 0 && (expected === 'nothing' || expected === 'value')
    const hint = isAround ? ' (--extract leaves out what stands around JSON)' : ''
    return new StreamError('bad_data', `this is not JSON at character ${place}: ${excerpt(text)}${hint}`)
  }

  function tooShort(): StreamError {
    const isMissing = open.length === 0 && expected === 'value'
    return new StreamError(
      'bad_data',
      isMissing ? 'there is no JSON in it' : `the JSON breaks off after ${before + held.length} characters`,
    )
  }

  return {
    push: (text) =>
      delivered(() => {
        if (fault) fault.text += text
        else {
          const whole = held + text
          held = ''
          read(whole)
        }
        if (fault && fault.text.length >= SHOWN) throw misfit(fault)
      }),
    end: () =>
      delivered(() => {
        // Inside of something that is not closed a number may be cut.
        if (reads?.kind === 'scalar' && open.length === 0) endScalar('')
        if (fault) throw misfit(fault)
        if (expected !== 'nothing') throw tooShort()
      }),
  }
}

/** The place behind what a sticky pattern matches from a place on. */
function ahead(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}
