import { topLevelError } from './top-level-error.js'
import type { Chunk, Dialect, ChunkOrigin } from './delta.js'
import type { SseItem } from '../sse/item.js'
import { excerpt, isObject, parseJson, type JsonObject } from '../json/json.js'
import { readProviderError, type ProviderError } from './provider-error.js'
import type { Repeated } from './repeat/repeats.js'
import type { Stage } from '../stream/stage.js'
import { readTrailer, type Trailer } from '../errors/trailer.js'

/** What one event came down to. Every data event gives exactly one reading, and so does an error that is no event. */
export type ParsedEvent =
  | Chunk
  /** The `[DONE]` mark. */
  | { readonly type: 'done' }
  /** Data that only says the connection lives: empty, a ping, a comment wrapped as data. */
  | { readonly type: 'keep-alive' }
  /** A line `error: {…}`, with which some servers end a stream. */
  | { readonly type: 'error-line'; readonly error: ProviderError; readonly source?: ChunkOrigin }
  /** What `or-stream` said at the end of a stream that failed. */
  | { readonly type: 'trailer'; readonly trailer: Trailer }
  /** JSON that no dialect speaks. */
  | { readonly type: 'unknown' }
  /** Neither JSON nor a mark; `why` is a clause that names the place. */
  | { readonly type: 'invalid'; readonly why: string }

export interface SourceOptions {
  /** Whether what is read brings along what it was read from. */
  readonly sources?: boolean | undefined
}

/** What reads events, under their names. */
export interface EventParser {
  /** The data of one; undefined where it is neither JSON nor a mark. */
  data(data: string, event: string): ParsedEvent | undefined
  /** The object that its data spells. */
  object(json: JsonObject, event: string): ParsedEvent
  /** The object of a line `error: {…}`. */
  errorLine(json: JsonObject): ParsedEvent
}

/** Reads each chunk by the first dialect of the table that can. */
export function eventParser(dialects: readonly Dialect[], { sources = false }: SourceOptions = {}): EventParser {
  function object(json: JsonObject, event: string): ParsedEvent {
    for (const dialect of dialects) {
      const chunk = dialect.read(json, event)
      if (chunk) return sources ? { ...chunk, source: { json, dialect } } : chunk
    }
    const error = topLevelError(json, event)
    if (!error) return { type: 'unknown' }
    return sources ? { ...error, source: { json, dialect: undefined } } : error
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
      return { type: 'error-line', error, ...(sources ? { source: { json, dialect: undefined } } : {}) }
    },
  }
}

/** The same, but what was read last is known, and costs nothing again; unless it is longer than that, so that little is held. */
export function memoized(read: EventParser, longest: number): EventParser {
  let last: { readonly data: string; readonly event: string; readonly reading: ParsedEvent | undefined } | undefined
  return {
    ...read,
    data(data, event) {
      if (last?.data === data && last.event === event) return last.reading
      const reading = read.data(data, event)
      last = data.length > longest ? undefined : { data, event, reading }
      return reading
    },
  }
}

/** Items to readings, each chunk by the first dialect of the table that can read it. Other comments than trailers, and retry times, say nothing here. */
export function parseEvents(dialects: readonly Dialect[], options: SourceOptions = {}): Stage<SseItem, ParsedEvent> {
  return parseEventsWith(eventParser(dialects, options))
}

/** The same, by a reader that others know too. */
export function parseEventsWith(read: EventParser): Stage<SseItem | Repeated, ParsedEvent> {
  let position = 0

  return {
    push(item) {
      switch (item.kind) {
        case 'event': {
          position++
          if (isKeepAlive(item.data, item.event)) return [{ type: 'keep-alive' }]
          const reading = read.data(item.data, item.event)
          if (!reading) return [{ type: 'invalid', why: `event ${position} is not JSON: ${excerpt(item.data)}` }]
          return [reading.type === 'chunk' && item.t !== undefined ? { ...reading, t: item.t } : reading]
        }
        case 'repeated':
          position += item.chunk.count ?? 1
          return [item.t === undefined ? item.chunk : { ...item.chunk, t: item.t }]
        case 'unterminated': {
          // Not dispatched by the standard, but an answer that is whole is not lost for a missing newline.
          const reading = read.data(item.data, item.event)
          return reading ? [reading] : []
        }
        case 'unknown-field': {
          const error = item.field === 'error' ? parseJson(item.value) : undefined
          return isObject(error) ? [read.errorLine(error)] : []
        }
        case 'comment': {
          const trailer = readTrailer(item.comment)
          return trailer ? [{ type: 'trailer', trailer }] : []
        }
        case 'invalid':
          return [{ type: 'invalid', why: item.why }]
        default:
          return []
      }
    },
    end: () => [],
  }
}

/** Whether an answer is whole with this, but for its other choices: an end mark, or a finish reason without an error. */
export function isEnding(reading: ParsedEvent): boolean {
  if (reading.type !== 'chunk') return reading.type === 'done'
  const said = new Set(reading.deltas.map(({ type }) => type))
  return !said.has('error') && (reading.isFinal === true || said.has('finish'))
}

/** Whether data says no more than that the connection lives. */
export function isKeepAlive(data: string, event: string): boolean {
  if (event === 'error') return false
  if (data.trim() === '' || data.startsWith(':')) return true
  return /^(ping|heartbeat|keep-?alive)$/i.test(event) && !data.startsWith('{')
}
