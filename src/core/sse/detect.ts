import type { SseItem } from './item.js'
import { ndjson } from './ndjson.js'
import { MAX_EVENT_BYTES } from '../text/size.js'
import { sse } from './parser.js'
import { chain, type Stage } from '../stream/stage.js'
import { utf8 } from '../text/utf8.js'

/**
 * Parses bytes into items, from raw SSE or from the NDJSON of `sse-parse`. The first character that is not white space decides: no SSE
 * line with a known field begins with a brace or a bracket.
 *
 * `maxEventBytes` limits the data of one event, in bytes of UTF-8 (default 16 MiB). Throws `too_large` if an event exceeds it.
 */
export function events(maxEventBytes = MAX_EVENT_BYTES): Stage<Uint8Array, SseItem> {
  return chain(utf8(), detectFormat(maxEventBytes))
}

/** Parses text as `events` parses bytes. */
export function detectFormat(maxEventBytes: number): Stage<string, SseItem> {
  let blank = ''
  let linesBefore = 0
  let format: Stage<string, SseItem> | undefined
  return {
    push(text) {
      if (format) return format.push(text)
      const at = /[^ \t\r\n]/.exec(text)?.index ?? text.length
      // Drop blank lines, but keep white space before a field name: it makes it another field.
      const lineStart = at === 0 ? 0 : Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1
      linesBefore += text.slice(0, lineStart).split('\n').length - 1
      blank = lineStart > 0 ? text.slice(lineStart) : blank + text
      if (at === text.length && blank.length < maxEventBytes) return []
      const first = text[at]
      format = first === '{' || first === '[' ? ndjson(maxEventBytes, linesBefore) : sse(maxEventBytes)
      return format.push(blank)
    },
    end: () => format?.end() ?? [],
  }
}
