import type { SerializableItem } from '../../core/sse/serialize.js'
import { StreamError } from '../../core/errors/error.js'
import type { SseItem } from '../../core/sse/item.js'
import { excerpt } from '../../core/json/json.js'
import type { Stage } from '../../core/stream/stage.js'
import { worse } from '../../core/errors/codes.js'
import { failureToldBy, readTrailer } from '../../core/errors/trailer.js'

/**
 * A stream written anew, item by item, and judged by its framing alone. `write` spells an item (one that goes as
 * nothing), or throws `bad_data` where its form can't carry one; the rest is written all the same.
 *
 * At the end throws what a trailer tells, or `bad_data` when the input was something else, or had something else in it.
 */
export function rewritten(write: (item: SerializableItem) => string): Stage<SseItem, string> & { notes(): string[] } {
  let failure: StreamError | undefined
  const notes: string[] = []
  const count = { event: 0, comment: 0, retry: 0 }

  /** Of several failures the first of the worst is told. */
  function fail(found: StreamError) {
    if (!failure || worse(failure.status, found.status) !== failure.status) failure = found
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
        case 'comment': {
          const trailer = readTrailer(item.comment)
          if (trailer) fail(failureToldBy(trailer))
          return written(item)
        }
        case 'event':
        case 'retry':
          return written(item)
        case 'invalid':
          fail(new StreamError('bad_data', item.why))
          return []
        case 'unterminated':
          notes.push(`the last block has no blank line after it, so it is no event: ${excerpt(item.data)}`)
          return []
        case 'unknown-field':
          return []
      }
    },
    *end() {
      if (failure) throw failure
    },
    notes: () => notes,
  }
}
