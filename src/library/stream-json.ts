import { valuesAt, parseJsonPath, type JsonPart, elementsOf } from '../core/json/path.js'
import { jsonTokens, type JsonToken } from '../core/json/tokens.js'
import { growingValue } from '../core/json/value.js'
import type { Stage } from '../core/stream/stage.js'

/** A text in pieces. */
export type TextPieces = AsyncIterable<string> | Iterable<string>

/** A JSON value that is still arriving: members may be missing, at any depth. */
export type Growing<T> = unknown extends T
  ? T
  : T extends readonly (infer Element)[]
    ? Growing<Element>[]
    : T extends object
      ? { [Key in keyof T]?: Growing<T[Key]> }
      : T

/**
 * Yields the value of a JSON text so far, whenever more of it arrives. Strings may grow, and arrays and objects may get more members; any
 * other value is final. The last value is complete. All are the same growing object, so copy a value to keep it unchanged.
 *
 * `T` is the type that you expect of the complete value. It is not checked.
 *
 * Throws `bad_data` if the text is not JSON or ends too soon, and `too_large` if it exceeds 16 Mi characters.
 */
export async function* jsonSnapshots<T = unknown>(pieces: TextPieces): AsyncGenerator<Growing<T>> {
  const { add, value } = growingValue()
  for await (const tokens of tokensOf(pieces)) {
    let isMore = false
    for (const token of tokens) isMore = add(token) || isMore
    if (isMore) yield value() as Growing<T>
  }
}

/**
 * Yields each element of the arrays at a path of a JSON text, as soon as the element is complete. Examples of `path`: `items`,
 * `weeks.*.days`, or `.` if the text itself is an array.
 *
 * `T` is the type that you expect of an element. It is not checked.
 *
 * Throws `usage` if `path` is not a path. Throws `bad_data` if the text is not JSON or ends too soon, and `too_large` if it exceeds 16 Mi
 * characters, after the complete elements.
 */
export async function* jsonElements<T = unknown>(pieces: TextPieces, path: string): AsyncGenerator<T> {
  const parts: Stage<JsonToken, JsonPart> = valuesAt(elementsOf(parseJsonPath(path)))
  for await (const tokens of tokensOf(pieces)) {
    for (const token of tokens) for (const { text } of parts.push(token)) yield JSON.parse(text) as T
  }
}

/** Yields the tokens of each piece, then those of the end. */
async function* tokensOf(pieces: TextPieces): AsyncGenerator<Iterable<JsonToken>> {
  const reader = jsonTokens()
  for await (const piece of pieces) yield reader.push(piece)
  yield reader.end()
}
