import { moreSevere, StreamError } from '../../core/errors/error.js'
import { failureFromTrailer } from '../../core/errors/trailer.js'
import { excerpt } from '../../core/json/json.js'
import type { SseItem } from '../../core/sse/item.js'
import type { SerializableItem } from '../../core/sse/serialize.js'
import type { Outcome } from '../../core/stream/output.js'
import type { Stage } from '../../core/stream/stage.js'

/**
 * Writes a stream in another format, item by item. Only the framing is judged, not the answers. `write` returns the text of an item
 * (possibly empty), or throws `bad_data` if the format cannot represent the item; other items are still written.
 *
 * Ends with the most severe failure: that of a trailer, or `bad_data` if part of the input could not be read or written.
 */
export function convertItems(write: (item: SerializableItem) => string): Stage<SseItem, string | Outcome> {
  let failure: StreamError | undefined
  const counts = { event: 0, comment: 0, trailer: 0, retry: 0 }

  function addFailure(candidate: StreamError) {
    failure = moreSevere(failure, candidate)
  }

  function tryWrite(item: SerializableItem): string[] {
    counts[item.kind]++
    try {
      const text = write(item)
      return text === '' ? [] : [text]
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      addFailure(error.withMessage(`${item.kind} ${counts[item.kind]}: ${error.message}`))
      return []
    }
  }

  return {
    push(item) {
      switch (item.kind) {
        case 'trailer':
          addFailure(failureFromTrailer(item.trailer))
          return tryWrite(item)
        case 'event':
        case 'comment':
        case 'retry':
          return tryWrite(item)
        case 'invalid':
          addFailure(new StreamError('bad_data', item.why))
          return []
        case 'unterminated':
          return [{ note: `ignored the last block, because no blank line follows it: ${excerpt(item.data)}` }]
        case 'unknown-field':
          return []
      }
    },
    end: () => (failure ? [{ failure }] : []),
  }
}
