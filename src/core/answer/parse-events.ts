import { excerpt, isObject, parseJson, type JsonObject } from '../json/json.js'
import type { SseItem } from '../sse/item.js'
import type { Stage } from '../stream/stage.js'
import type { Chunk, ChunkOrigin } from './delta.js'
import type { DialectReader } from './dialect.js'
import type { ParsedEvent } from './event.js'
import { readProviderError } from './provider-error.js'
import { topLevelError } from './top-level-error.js'

/** Parses the data of single events. `event` is the name of the event. */
export interface EventParser {
  /** Returns undefined if `data` is neither JSON nor an end marker. */
  data(data: string, event: string): ParsedEvent | undefined
  object(json: JsonObject, event: string): ParsedEvent
  /** `json` is the value of a line `error: {…}`. */
  errorLine(json: JsonObject): ParsedEvent
}

/** Reads each chunk with the first of `dialects` that can read it. With `addsSource`, each chunk has its JSON as `source`. */
export function eventParser(dialects: readonly DialectReader[], addsSource = false): EventParser {
  function object(json: JsonObject, event: string): ParsedEvent {
    for (const dialect of dialects) {
      const chunk = dialect.read(json, event)
      if (chunk) return addsSource ? withSource(chunk, { json, dialect: dialect.name }) : chunk
    }
    const error = topLevelError(json, event)
    if (!error) return { type: 'unknown' }
    return addsSource ? withSource(error, { json, dialect: undefined }) : error
  }

  return {
    object,
    data(data, event) {
      const value = parseJson(data)
      if (isObject(value)) return object(value, event)
      if (value !== undefined) return { type: 'unknown' }
      if (data.trim() === '[DONE]') return { type: 'done' }
      return event === 'error' ? object({ message: data }, event) : undefined
    },
    errorLine(json) {
      const error = readProviderError(json['error'] ?? json)
      return { type: 'error-line', error, ...(addsSource ? { source: { json, dialect: undefined } } : {}) }
    },
  }
}

/** Copies member by member, which takes a third of the time of a spread. */
function withSource({ id, model, provider, deltas, isFinal }: Chunk, source: ChunkOrigin): Chunk {
  return isFinal === undefined
    ? { type: 'chunk', id, model, provider, deltas, source }
    : { type: 'chunk', id, model, provider, deltas, isFinal, source }
}

/** Parses the items of one stream, one at a time. */
export interface ItemParser {
  /** Returns undefined for an item that does not belong to an answer, such as a comment. */
  parse(item: SseItem): ParsedEvent | undefined
  /** Counts `count` events that were parsed elsewhere, so that the event numbers in messages are correct. */
  skip(count: number): void
}

export function itemParser(parser: EventParser): ItemParser {
  let position = 0
  return {
    skip(count) {
      position += count
    },
    parse(item) {
      switch (item.kind) {
        case 'event': {
          position++
          if (isKeepAlive(item.data, item.event)) return { type: 'keep-alive' }
          const event = parser.data(item.data, item.event)
          if (!event) return { type: 'invalid', why: `event ${position} is not JSON: ${excerpt(item.data)}` }
          return event.type === 'chunk' && item.t !== undefined ? { ...event, t: item.t } : event
        }
        case 'unterminated':
          // The standard drops this block, but a complete answer must not be lost because of a missing newline.
          return parser.data(item.data, item.event)
        case 'unknown-field': {
          const error = item.field === 'error' ? parseJson(item.value) : undefined
          return isObject(error) ? parser.errorLine(error) : undefined
        }
        case 'trailer':
          return { type: 'trailer', trailer: item.trailer }
        case 'invalid':
          return { type: 'invalid', why: item.why }
        default:
          return undefined
      }
    },
  }
}

/** Parses the items of `events` into events of answers. Reads each chunk with the first of `dialects` that can read it. */
export function parseEvents(dialects: readonly DialectReader[]): Stage<SseItem, ParsedEvent> {
  return eventsFrom(eventParser(dialects))
}

/** Like `parseEvents`; each chunk has its JSON as `source`. */
export function parseSourcedEvents(dialects: readonly DialectReader[]): Stage<SseItem, ParsedEvent> {
  return eventsFrom(eventParser(dialects, true))
}

function eventsFrom(parser: EventParser): Stage<SseItem, ParsedEvent> {
  const { parse } = itemParser(parser)
  return {
    push(item) {
      const event = parse(item)
      return event ? [event] : []
    },
    end: () => [],
  }
}

/** Returns true if the data only keeps the connection open. */
function isKeepAlive(data: string, event: string): boolean {
  if (event === 'error') return false
  if (data.trim() === '' || data.startsWith(':')) return true
  return /^(ping|heartbeat|keep-?alive)$/i.test(event) && !data.startsWith('{')
}
