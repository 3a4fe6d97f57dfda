import { StreamError } from '../errors/error.js'
import type { SseComment, SseEvent, SseRetry, SseTrailer } from './item.js'

/** The items that can be written as SSE: all except those that a parser ignores or cannot read. */
export type SerializableItem = SseEvent | SseComment | SseTrailer | SseRetry

/**
 * Returns the SSE block that parses to the item, with its blank line. A trailer is a line without a blank line.
 *
 * Throws `bad_data` if SSE cannot represent the item, such as data with a carriage return.
 */
export function serializeItem(item: SerializableItem): string {
  switch (item.kind) {
    case 'event': {
      const { event, data, id } = item
      const eventLine = event === 'message' ? '' : `event: ${assertSerializable('name', event, LINE_END)}\n`
      if (event === '') throw new StreamError('bad_data', 'its name is empty, which SSE cannot carry')
      const lines = assertSerializable('data', data, CARRIAGE_RETURN).split('\n')
      const idLine = id === undefined ? '' : `id: ${assertSerializable('id', id, LINE_END_OR_NUL)}\n`
      return `${eventLine}${idLine}data: ${lines.join('\ndata: ')}\n\n`
    }
    case 'comment':
      return `: ${assertSerializable('text', item.comment, LINE_END)}\n\n`
    case 'trailer':
      return `: ${item.comment}\n`
    case 'retry':
      if (!Number.isSafeInteger(item.retry) || item.retry < 0)
        throw new StreamError('bad_data', `${item.retry} is not a number of milliseconds`)
      return `retry: ${item.retry}\n\n`
  }
}

// A lone surrogate cannot be encoded as UTF-8.
const CARRIAGE_RETURN = /[\r\p{Surrogate}]/u
const LINE_END = /[\r\n\p{Surrogate}]/u
const LINE_END_OR_NUL = /[\r\n\0\p{Surrogate}]/u

const CHARACTER_NAMES = new Map([
  ['\r', 'a carriage return'],
  ['\n', 'a line end'],
  ['\0', 'a NUL'],
])

function assertSerializable(part: string, text: string, forbidden: RegExp): string {
  const found = forbidden.exec(text)?.[0]
  if (found === undefined) return text
  throw new StreamError(
    'bad_data',
    `its ${part} contains ${CHARACTER_NAMES.get(found) ?? 'half a character'}, which SSE cannot carry`,
  )
}
