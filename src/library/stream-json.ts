import { valuesAt, parseJsonPath, type JsonPart, elementsOf } from '../core/json/path.js'
import { jsonTokens, type JsonToken } from '../core/json/tokens.js'
import { growingValue } from '../core/json/value.js'
import type { Stage } from '../core/stream/stage.js'

/** Pieces of a text, as they come. */
export type TextPieces = AsyncIterable<string> | Iterable<string>

/**
 * The value of a JSON text so far, each time more of it has come: a string may grow, a list and an object may get more, all else is
 * as it will be, and the last is the whole value. It is one value that grows: copy what is to stay as it is.
 *
 * Throws a `StreamError` where the text is not JSON, or ends too soon.
 */
export async function* jsonSnapshots(pieces: TextPieces): AsyncGenerator<unknown> {
  const { add, value } = growingValue()
  for await (const tokens of tokensOf(pieces)) {
    let isMore = false
    for (const token of tokens) isMore = add(token) || isMore
    if (isMore) yield value()
  }
}

/**
 * Every element of the array at a path of a JSON text, as soon as it is whole: `items`, `weeks.*.days`, or `.` for a text that is
 * an array itself.
 *
 * Throws a `StreamError` where the text is not JSON, or ends too soon, after the elements that are whole.
 */
export async function* jsonElements(pieces: TextPieces, path: string): AsyncGenerator<unknown> {
  const parts: Stage<JsonToken, JsonPart> = valuesAt(elementsOf(parseJsonPath(path)))
  for await (const tokens of tokensOf(pieces)) {
    for (const token of tokens) for (const { text } of parts.push(token)) yield JSON.parse(text)
  }
}

/** The tokens of each piece, and those of the end. */
async function* tokensOf(pieces: TextPieces): AsyncGenerator<Iterable<JsonToken>> {
  const reader = jsonTokens()
  for await (const piece of pieces) yield reader.push(piece)
  yield reader.end()
}
