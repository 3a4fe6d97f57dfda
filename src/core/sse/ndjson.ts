import { StreamError } from '../errors/error.js'
import { commentItem } from './comment.js'
import type { SseItem } from './item.js'
import { excerpt, isObject, memberText, parseJson, stringify, type JsonObject } from '../json/json.js'
import { isOver, MAX_EVENT_BYTES } from '../text/size.js'
import type { Stage } from '../stream/stage.js'

/**
 * Parses the lines of `sse-parse` back into items. Any other line becomes an `invalid` item, and reading continues. An unfinished last
 * line is dropped unless it is valid JSON.
 *
 * `maxEventBytes` limits the data of one event, in bytes of UTF-8 (default 16 MiB); `line` is the number of lines before this text.
 * Throws `too_large` if an event exceeds the limit.
 */
export function ndjson(maxEventBytes = MAX_EVENT_BYTES, line = 0): Stage<string, SseItem> {
  // An escaped character in JSON takes up to six characters.
  const maxLineLength = 6 * maxEventBytes + 1024
  let held: string[] = []
  let heldLength = 0

  const tooLarge = () =>
    new StreamError(
      'too_large',
      `line ${line} has an event of more than ${maxEventBytes} bytes; raise --max-event-bytes`,
    )

  function* read(text: string): Generator<SseItem> {
    line++
    if (text.length > maxLineLength) throw tooLarge()
    if (text.trim() === '') return
    const item = itemOf(text, line)
    if (item.kind === 'event' && isOver(item.data, maxEventBytes)) throw tooLarge()
    yield item
  }

  return {
    *push(text) {
      let from = 0
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
        held.push(text.slice(from, end))
        from = end + 1
        const whole = held.join('')
        held = []
        heldLength = 0
        yield* read(whole)
      }
      if (from < text.length) {
        held.push(text.slice(from))
        heldLength += text.length - from
      }
      if (heldLength > maxLineLength) {
        line++
        throw tooLarge()
      }
    },
    *end() {
      const rest = held.join('')
      if (parseJson(rest) !== undefined) yield* read(rest)
    },
  }
}

function itemOf(text: string, line: number): SseItem {
  const value = parseJson(text)
  if (!isObject(value)) return { kind: 'invalid', why: `line ${line} is not a JSON object: ${excerpt(text)}` }
  const { event, data, id, t, comment, retry } = value
  if (typeof event === 'string' && data !== undefined) {
    return {
      kind: 'event',
      event,
      // Keep the text of numbers in decoded data: `1.0` stays `1.0`.
      data: typeof data === 'string' ? data : memberText(text, 'data').replaceAll('\r', ' '),
      ...(typeof id === 'string' ? { id } : {}),
      ...(typeof t === 'number' ? { t } : {}),
    }
  }
  if (typeof comment === 'string') return commentItem(comment)
  if (typeof retry === 'number') return { kind: 'retry', retry }
  return { kind: 'invalid', why: `line ${line} is ${describeJson(value)}, not a line of sse-parse` }
}

/** Describes JSON that was passed by mistake, with a hint. */
function describeJson(value: JsonObject): string {
  if (value['object'] === 'chat.completion')
    return "a whole chat.completion (its text: jq -r '.choices[0].message.content')"
  if (value['object'] === 'chat.completion.chunk') return 'a bare chunk without its SSE framing'
  if (value['error'] !== undefined) return `an error body (${excerpt(stringify(value['error']) ?? '')})`
  return 'other JSON'
}
