import { StreamError } from '../errors/error.js'
import { excerpt } from './json.js'
import { MAX_EVENT_BYTES } from '../text/size.js'
import type { Stage } from '../stream/stage.js'

/** An opening bracket. A quote counts as one, because a string grows like an array. */
export type Bracket = '{' | '[' | '"'

/** One token of a JSON text. `text` is as it was written, without the white space around it. */
export type JsonToken =
  | { readonly kind: 'open' | 'close'; readonly bracket: Bracket }
  /** The name of the next member, with its quotes. */
  | { readonly kind: 'name'; readonly text: string }
  /** A number, `true`, `false` or `null`. */
  | { readonly kind: 'scalar'; readonly text: string }
  /** The next part of the open string, in whole characters: never half of an escape or of a surrogate pair. */
  | { readonly kind: 'piece'; readonly text: string }

export interface JsonOptions {
  /** Ignores everything after the end of the value. */
  readonly ignoresRest?: boolean | undefined
  /** The limit for the text, in characters (default 16 Mi). */
  readonly maxBytes?: number | undefined
}

/** The closing bracket of each opening bracket. */
export const CLOSING = { '{': '}', '[': ']', '"': '"' } as const

const MAX_DEPTH = 1000
/** The length of invalid text that is collected before the error is thrown, so that the message does not depend on the chunks. */
const MIN_EXCERPT = 240

const BLANKS = /[ \t\n\r]*/y
// oxlint-disable-next-line no-control-regex -- a JSON string must not contain control characters
const PLAIN = /[^"\\\u0000-\u001f]*/y
const ESCAPE = /(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))?/y
const HALF_ESCAPE = /(?:\\(?:u[\da-fA-F]{0,3})?$)?/y
const HIGH_SURROGATE = /^(?:[\ud800-\udbff]|\\u[dD][89abAB]..)$/
const WORD = /[-+.\w]*/y
const SCALAR = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)$/

/**
 * Splits text into the tokens of the JSON value in it. Returns each token as soon as later text cannot change it: a number that may
 * continue is held back. Reads each character once, wherever the text is split.
 *
 * Throws `bad_data` if the text is not JSON (with the position), is nested more than 1,000 levels deep or ends too soon; `too_large` if
 * it exceeds `maxBytes`.
 */
export function jsonTokens(options: JsonOptions = {}): Stage<string, JsonToken> {
  const { ignoresRest = false, maxBytes = MAX_EVENT_BYTES } = options
  const open: Bracket[] = []
  let expected: 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ',' | 'nothing' = 'value'
  /** The name or scalar that is being read, in pieces, and the offset of its start. */
  let pending: { readonly kind: 'name' | 'scalar'; readonly from: number; readonly pieces: string[] } | undefined
  /** The last characters of a string, if their meaning depends on the next character. */
  let held = ''
  /** The number of characters before the current text. */
  let offset = 0
  /** The first error: its position, counted from 1, and the text there. */
  let fault: { readonly place: number; text: string } | undefined
  let tokens: JsonToken[] = []

  function fail(text: string, at: number): number {
    fault = { place: offset + at + 1, text: text.slice(at) }
    return text.length
  }

  function openValue(bracket: Bracket) {
    if (open.length >= MAX_DEPTH && bracket !== '"')
      throw new StreamError('bad_data', 'the JSON is nested more than 1,000 levels deep')
    open.push(bracket)
    expected = bracket === '[' ? 'value or ]' : 'name or }'
    tokens.push({ kind: 'open', bracket })
  }

  function close() {
    tokens.push({ kind: 'close', bracket: open.pop() ?? '"' })
    finish()
  }

  function finish() {
    expected = open.length === 0 ? 'nothing' : ','
  }

  /** Continues a string or a name, and returns the offset after it. */
  function readString(text: string, from: number): number {
    // `unit` is the start of the last character, literal or escaped: it is held back if it is half of a surrogate pair.
    let [at, unit] = [from, from]
    while (at < text.length && text[at] !== '"') {
      const escape = matchEnd(ESCAPE, text, at)
      const next = escape === at ? matchEnd(PLAIN, text, at) : escape
      if (next === at) break
      unit = escape === at ? next - 1 : at
      at = next
    }
    const isClosed = text[at] === '"'
    const isCut = !isClosed && matchEnd(HALF_ESCAPE, text, at) === text.length
    // A snapshot may end here, and half of a surrogate pair would be a different character.
    const end = isCut && at > from && HIGH_SURROGATE.test(text.slice(unit, at)) ? unit : at
    const whole = text.slice(from, isClosed ? at : end)
    if (pending) pending.pieces.push(whole)
    else if (whole !== '') tokens.push({ kind: 'piece', text: whole })
    if (isCut) {
      held = text.slice(end)
      return text.length
    }
    if (!isClosed) return fail(text, at)
    if (!pending) close()
    else {
      tokens.push({ kind: 'name', text: `"${pending.pieces.join('')}"` })
      pending = undefined
      expected = ':'
    }
    return at + 1
  }

  /** Continues a number or a literal, and returns the offset after it. */
  function readScalar(text: string, at: number, pieces: string[]): number {
    const end = matchEnd(WORD, text, at)
    pieces.push(text.slice(at, end))
    if (end < text.length) endScalar(text.slice(end))
    return fault ? text.length : end
  }

  function endScalar(rest: string) {
    const { from = 0, pieces = [] } = pending ?? {}
    const whole = pieces.join('')
    pending = undefined
    if (SCALAR.test(whole)) {
      tokens.push({ kind: 'scalar', text: whole })
      finish()
    } else fault = { place: from + 1, text: whole + rest }
  }

  /** Reads one character between names and values, or starts a name or a value. */
  function readPunctuation(text: string, at: number): number {
    const character = text[at] ?? ''
    const bracket = open.at(-1)
    const isEnd = expected === ',' || expected === 'value or ]' || expected === 'name or }'
    if (isEnd && bracket && character === CLOSING[bracket]) close()
    else if (expected === ',' && character === ',') expected = bracket === '{' ? 'name' : 'value'
    else if (expected === ':' && character === ':') expected = 'value'
    else if (expected.startsWith('name') && character === '"') pending = { kind: 'name', from: offset + at, pieces: [] }
    else if (!expected.startsWith('value')) return fail(text, at)
    else if (character === '{' || character === '[' || character === '"') openValue(character)
    else if (/[-\dtfn]/.test(character)) {
      pending = { kind: 'scalar', from: offset + at, pieces: [] }
      return at
    } else return fail(text, at)
    return at + 1
  }

  function read(text: string) {
    for (let at = 0; at < text.length;) {
      if (pending?.kind === 'scalar') at = readScalar(text, at, pending.pieces)
      else if (pending || open.at(-1) === '"') at = readString(text, at)
      else if (expected === 'nothing' && ignoresRest) return
      else {
        at = matchEnd(BLANKS, text, at)
        if (at < text.length) at = readPunctuation(text, at)
      }
    }
    offset += text.length - held.length
    if (offset > maxBytes)
      throw new StreamError('too_large', `the JSON has more than ${maxBytes} bytes; raise --max-event-bytes`)
  }

  function* runAndFlush(work: () => void): Generator<JsonToken> {
    let failure: { readonly error: unknown } | undefined
    try {
      work()
    } catch (error) {
      failure = { error }
    }
    const ready = tokens
    tokens = []
    yield* ready
    if (failure) throw failure.error
  }

  function faultError({ place, text }: NonNullable<typeof fault>): StreamError {
    const isOutsideValue = !ignoresRest && open.length === 0 && (expected === 'nothing' || expected === 'value')
    const hint = isOutsideValue ? ' (--extract skips text around the JSON)' : ''
    return new StreamError('bad_data', `invalid JSON at character ${place}: ${excerpt(text)}${hint}`)
  }

  function truncationError(): StreamError {
    const isMissing = open.length === 0 && expected === 'value'
    return new StreamError(
      'bad_data',
      isMissing ? 'the text contains no JSON' : `the JSON ends too soon, after ${offset + held.length} characters`,
    )
  }

  return {
    push: (text) =>
      runAndFlush(() => {
        if (fault) fault.text += text
        else {
          const whole = held + text
          held = ''
          read(whole)
        }
        if (fault && fault.text.length >= MIN_EXCERPT) throw faultError(fault)
      }),
    end: () =>
      runAndFlush(() => {
        // A number inside an unclosed object or array may itself be cut off.
        if (pending?.kind === 'scalar' && open.length === 0) endScalar('')
        if (fault) throw faultError(fault)
        if (expected !== 'nothing') throw truncationError()
      }),
  }
}

/** Returns the end offset of the match of a sticky pattern at `at`, or `at` if there is none. */
function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}
