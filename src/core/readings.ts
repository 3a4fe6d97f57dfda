import { bareError } from './bare-error.js'
import type { Chunk, Dialect, Source } from './delta.js'
import type { SseItem } from './item.js'
import { excerpt, isObject, parseJson, type JsonObject } from './json.js'
import { readProviderError, type ProviderError } from './provider-error.js'
import type { Stage } from './stage.js'
import { readTrailer, type Trailer } from './trailer.js'

/** What one event came down to. Every data event gives exactly one reading, and so does an error that is no event. */
export type Reading =
  | Chunk
  /** The `[DONE]` mark. */
  | { readonly type: 'done' }
  /** Data that only says the connection lives: empty, a ping, a comment wrapped as data. */
  | { readonly type: 'keep-alive' }
  /** A line `error: {…}`, with which some servers end a stream. */
  | { readonly type: 'error-line'; readonly error: ProviderError; readonly source?: Source }
  /** What `or-stream` said at the end of a stream that failed. */
  | { readonly type: 'trailer'; readonly trailer: Trailer }
  /** JSON that no dialect speaks. */
  | { readonly type: 'unknown' }
  /** Neither JSON nor a mark; `why` is a clause that names the place. */
  | { readonly type: 'unreadable'; readonly why: string }

export interface SourceOptions {
  /** Whether what is read brings along what it was read from. */
  readonly sources?: boolean | undefined
}

/** Items to readings, each chunk by the first dialect of the table that can read it. Other comments than trailers, and retry times, say nothing here. */
export function readings(
  dialects: readonly Dialect[],
  { sources = false }: SourceOptions = {},
): Stage<SseItem, Reading> {
  let position = 0

  function withSource<Read extends object>(reading: Read, json: JsonObject, dialect?: Dialect): Read {
    return sources ? { ...reading, source: { json, dialect } } : reading
  }

  function read(data: string, event: string, t?: number): Reading | undefined {
    const chunk = parseJson(data)
    if (isObject(chunk)) {
      for (const dialect of dialects) {
        const reading = dialect.read(chunk, event)
        if (reading) return withSource(t === undefined ? reading : { ...reading, t }, chunk, dialect)
      }
      return bare(chunk, event) ?? { type: 'unknown' }
    }
    if (chunk !== undefined) return { type: 'unknown' }
    if (data.trim() === '[DONE]') return { type: 'done' }
    return event === 'error' ? bare({ message: data }, event) : undefined
  }

  function bare(chunk: JsonObject, event: string): Reading | undefined {
    const error = bareError(chunk, event)
    return error && withSource(error, chunk)
  }

  return {
    push(item) {
      switch (item.kind) {
        case 'event': {
          position++
          if (item.event !== 'error' && isKeepAlive(item.data, item.event)) return [{ type: 'keep-alive' }]
          const reading = read(item.data, item.event, item.t)
          return [reading ?? { type: 'unreadable', why: `event ${position} is not JSON: ${excerpt(item.data)}` }]
        }
        case 'pending': {
          // Not dispatched by the standard, but an answer that is whole is not lost for a missing newline.
          const reading = read(item.data, item.event)
          return reading ? [reading] : []
        }
        case 'stray': {
          const error = item.field === 'error' ? parseJson(item.value) : undefined
          if (!isObject(error)) return []
          return [withSource({ type: 'error-line', error: readProviderError(error['error'] ?? error) }, error)]
        }
        case 'comment': {
          const trailer = readTrailer(item.comment)
          return trailer ? [{ type: 'trailer', trailer }] : []
        }
        case 'unreadable':
          return [{ type: 'unreadable', why: item.why }]
        default:
          return []
      }
    },
    end: () => [],
  }
}

/** Whether an answer is whole with this, but for its other choices: an end mark, or a finish reason without an error. */
export function isEnding(reading: Reading): boolean {
  if (reading.type !== 'chunk') return reading.type === 'done'
  const said = new Set(reading.deltas.map(({ type }) => type))
  return !said.has('error') && (reading.ends === true || said.has('finish'))
}

function isKeepAlive(data: string, event: string): boolean {
  return (
    data.trim() === '' ||
    data.startsWith(':') ||
    (/^(ping|heartbeat|keep-?alive)$/i.test(event) && !data.startsWith('{'))
  )
}
