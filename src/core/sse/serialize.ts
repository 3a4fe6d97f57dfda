import { StreamError } from '../errors/error.js'
import type { SseComment, SseEvent, SseRetry, SseTrailer } from './item.js'

/** The items that SSE can carry: all but those that a parser ignores or can't read. */
export type SerializableItem = SseEvent | SseComment | SseTrailer | SseRetry

/**
 * The block of SSE that parses to an item again, with its blank line; a trailer is a line alone. Throws `bad_data` for what no
 * block can carry, such as a carriage return in data.
 */
export function serializeItem(item: SerializableItem): string {
  switch (item.kind) {
    case 'event': {
      const { event, data, id } = item
      const name = event === 'message' ? '' : `event: ${carried('name', event, LINE_END)}\n`
      if (event === '') throw new StreamError('bad_data', "its name is empty, which SSE can't carry")
      const lines = carried('data', data, CARRIAGE_RETURN).split('\n')
      const named = id === undefined ? '' : `id: ${carried('id', id, LINE_END_OR_NUL)}\n`
      return `${name}${named}data: ${lines.join('\ndata: ')}\n\n`
    }
    case 'comment':
      return `: ${carried('text', item.comment, LINE_END)}\n\n`
    case 'trailer':
      return `: ${item.comment}\n`
    case 'retry':
      if (!Number.isSafeInteger(item.retry) || item.retry < 0)
        throw new StreamError('bad_data', `${item.retry} is no number of milliseconds`)
      return `retry: ${item.retry}\n\n`
  }
}

// Half a pair of surrogates has no UTF-8.
const CARRIAGE_RETURN = /[\r\p{Surrogate}]/u
const LINE_END = /[\r\n\p{Surrogate}]/u
const LINE_END_OR_NUL = /[\r\n\0\p{Surrogate}]/u

const NAMES = new Map([
  ['\r', 'a carriage return'],
  ['\n', 'a line end'],
  ['\0', 'a NUL'],
])

function carried(part: string, text: string, never: RegExp): string {
  const found = never.exec(text)?.[0]
  if (found === undefined) return text
  throw new StreamError('bad_data', `its ${part} has ${NAMES.get(found) ?? 'half a character'}, which SSE can't carry`)
}
