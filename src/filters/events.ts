import { StreamError } from '../core/errors.js'
import type { SseItem } from '../core/item.js'
import { excerpt, parseJson } from '../core/json.js'
import type { Stage } from '../core/stage.js'
import { worse } from '../core/status.js'
import { failureToldBy, readTrailer } from '../core/trailer.js'

export interface LineOptions {
  /** Put the value of data that is a JSON object or array there, instead of its spelling as a string. */
  readonly decode?: boolean
  /** Give comments and reconnection times too. */
  readonly all?: boolean
}

/**
 * Items to lines of NDJSON, keys in fixed order, each line with its newline. Decoded data keeps the provider's spelling
 * (`1.0`, `3e-7`, a repeated key), for it is checked and copied, not printed anew; but half a surrogate pair is U+FFFD.
 *
 * A trailer is given always. At the end throws what it tells, or `bad_data` when the input was something else, or had something
 * else in it.
 */
export function eventLines({ decode = false, all = false }: LineOptions = {}): Stage<SseItem, string> & {
  notes(): string[]
} {
  let failure: StreamError | undefined
  const notes: string[] = []

  /** Of several failures the first of the worst is told. */
  function fail(found: StreamError) {
    if (!failure || worse(failure.status, found.status) !== failure.status) failure = found
  }

  return {
    *push(item) {
      switch (item.kind) {
        case 'event': {
          const id = item.id === undefined ? '' : `,"id":${JSON.stringify(item.id)}`
          const t = item.t === undefined ? '' : `,"t":${item.t}`
          yield `{"event":${JSON.stringify(item.event)},"data":${spelling(item.data, decode)}${id}${t}}\n`
          break
        }
        case 'comment': {
          const trailer = readTrailer(item.comment)
          if (all || trailer) yield `{"comment":${JSON.stringify(item.comment)}}\n`
          if (trailer) fail(failureToldBy(trailer))
          break
        }
        case 'retry':
          if (all) yield `{"retry":${item.retry}}\n`
          break
        case 'unreadable':
          fail(new StreamError('bad_data', item.why))
          break
        case 'pending':
          notes.push(`the last block has no blank line after it, so it is no event: ${excerpt(item.data)}`)
          break
        case 'stray':
      }
    },
    *end() {
      if (failure) throw failure
    },
    notes: () => notes,
  }
}

function spelling(data: string, decode: boolean): string {
  if (!decode || !/^\s*[{[]/.test(data) || parseJson(data) === undefined) return JSON.stringify(data)
  const line = data.replace(/[\r\n]+/g, ' ')
  return line.includes('\\u') ? line.replace(ESCAPES, (escape) => (escape.length === 6 ? '\\ufffd' : escape)) : line
}

/** Escaped backslashes, escaped pairs of surrogates, and halves of one, which jq refuses. */
const ESCAPES = /\\\\|\\u[dD][89aAbB]..\\u[dD][c-fC-F]..|\\u[dD][89a-fA-F]../g
