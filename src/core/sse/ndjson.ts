import { StreamError } from '../errors/error.js'
import { commentItem } from './comment.js'
import type { SseItem } from './item.js'
import { excerpt, isObject, memberText, parseJson, stringify, type JsonObject } from '../json/json.js'
import { isOver, MAX_EVENT_BYTES } from '../text/size.js'
import type { Stage } from '../stream/stage.js'

/**
 * The lines of `sse-parse` back to items. A line that is something else is an `unreadable` item, so that the rest is read on;
 * an unfinished last line is dropped, as an unfinished block of SSE is.
 *
 * Throws `too_large` when an event's data is over `maxEventBytes`. Lines are counted on from `line`.
 */
export function ndjson(maxEventBytes = MAX_EVENT_BYTES, line = 0): Stage<string, SseItem> {
  // The longest spelling of a character in JSON takes six.
  const longestLine = 6 * maxEventBytes + 1024
  let held: string[] = []
  let heldLength = 0

  const tooLarge = () =>
    new StreamError(
      'too_large',
      `line ${line} has an event of more than ${maxEventBytes} bytes; raise --max-event-bytes`,
    )

  function* read(text: string): Generator<SseItem> {
    line++
    if (text.length > longestLine) throw tooLarge()
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
      if (heldLength > longestLine) {
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
      // Decoded data keeps the spelling of its numbers.
      data: typeof data === 'string' ? data : memberText(text, 'data').replaceAll('\r', ' '),
      ...(typeof id === 'string' ? { id } : {}),
      ...(typeof t === 'number' ? { t } : {}),
    }
  }
  if (typeof comment === 'string') return commentItem(comment)
  if (typeof retry === 'number') return { kind: 'retry', retry }
  return { kind: 'invalid', why: `line ${line} is ${nameOf(value)}, not a line of sse-parse` }
}

/** What other JSON people feed by mistake, with the way on. */
function nameOf(value: JsonObject): string {
  if (value['object'] === 'chat.completion')
    return "a whole chat.completion (its text: jq -r '.choices[0].message.content')"
  if (value['object'] === 'chat.completion.chunk') return 'a bare chunk without its SSE framing'
  if (value['error'] !== undefined) return `an error body (${excerpt(stringify(value['error']) ?? '')})`
  return 'other JSON'
}
