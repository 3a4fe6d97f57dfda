import { moreSevere, StreamError } from '../../core/errors/error.js'
import { failureFromTrailer } from '../../core/errors/trailer.js'
import { excerpt } from '../../core/json/json.js'
import type { SseItem } from '../../core/sse/item.js'
import type { SerializableItem } from '../../core/sse/serialize.js'
import type { Outcome } from '../../core/stream/output.js'
import type { Stage } from '../../core/stream/stage.js'

/**
 * Writes a stream in another form, item by item, and judges its framing alone. `write` returns the text of an item, perhaps empty, or
 * throws `bad_data` if its form can't carry the item; the rest is written all the same.
 *
 * At the end comes the most severe failure: that of a trailer, or `bad_data` if something in the input could not be read or written.
 */
export function convertItems(write: (item: SerializableItem) => string): Stage<SseItem, string | Outcome> {
  let failure: StreamError | undefined
  const count = { event: 0, comment: 0, trailer: 0, retry: 0 }

  function fail(found: StreamError) {
    failure = moreSevere(failure, found)
  }

  function written(item: SerializableItem): string[] {
    count[item.kind]++
    try {
      const text = write(item)
      return text === '' ? [] : [text]
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      fail(error.withMessage(`${item.kind} ${count[item.kind]}: ${error.message}`))
      return []
    }
  }

  return {
    push(item) {
      switch (item.kind) {
        case 'trailer':
          fail(failureFromTrailer(item.trailer))
          return written(item)
        case 'event':
        case 'comment':
        case 'retry':
          return written(item)
        case 'invalid':
          fail(new StreamError('bad_data', item.why))
          return []
        case 'unterminated':
          return [{ note: `the last block has no blank line after it, so it is no event: ${excerpt(item.data)}` }]
        case 'unknown-field':
          return []
      }
    },
    end: () => (failure ? [{ failure }] : []),
  }
}
