import type { SseItem } from './item.js'
import { ndjson } from './ndjson.js'
import { MAX_EVENT_BYTES } from '../text/size.js'
import { sse } from './parser.js'
import { chain, type Stage } from '../stream/stage.js'
import { utf8 } from '../text/utf8.js'

/**
 * Bytes to items, from raw SSE or from the NDJSON of `sse-parse`: the first character that isn't blank tells them apart,
 * because no SSE line that matters can begin with a brace or a bracket.
 */
export function events(maxEventBytes = MAX_EVENT_BYTES): Stage<Uint8Array, SseItem> {
  return chain(utf8(), detectFormat(maxEventBytes))
}

/** The same from text. */
export function detectFormat(maxEventBytes: number): Stage<string, SseItem> {
  let blank = ''
  let linesBefore = 0
  let form: Stage<string, SseItem> | undefined
  return {
    push(text) {
      if (form) return form.push(text)
      const at = /[^ \t\r\n]/.exec(text)?.index ?? text.length
      // Blank lines say nothing; blanks before a field name make it another field.
      const lineStart = at === 0 ? 0 : Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1
      linesBefore += text.slice(0, lineStart).split('\n').length - 1
      blank = lineStart > 0 ? text.slice(lineStart) : blank + text
      if (at === text.length && blank.length < maxEventBytes) return []
      const first = text[at]
      form = first === '{' || first === '[' ? ndjson(maxEventBytes, linesBefore) : sse(maxEventBytes)
      return form.push(blank)
    },
    end: () => form?.end() ?? [],
  }
}
