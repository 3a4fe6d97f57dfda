import type { SseItem } from './item.js'
import { ndjson } from './ndjson.js'
import { MAX_EVENT_BYTES } from './size.js'
import { sse } from './sse.js'
import { chain, type Stage } from './stage.js'
import { utf8 } from './text.js'

/**
 * Bytes to items, from raw SSE or from the NDJSON of `sse-parse`: the first character that isn't blank tells them apart,
 * because no SSE line that matters can begin with a brace or a bracket.
 */
export function events(maxEventBytes = MAX_EVENT_BYTES): Stage<Uint8Array, SseItem> {
  return chain(utf8(), eitherForm(maxEventBytes))
}

function eitherForm(maxEventBytes: number): Stage<string, SseItem> {
  let blank = ''
  let linesBefore = 0
  let form: Stage<string, SseItem> | undefined
  return {
    push(text) {
      if (form) return form.push(text)
      // Blank lines say nothing; blanks before a field name make it another field.
      const seen = blank + text
      const at = /[^ \t\r\n]/.exec(seen)?.index ?? seen.length
      const lineStart = Math.max(seen.lastIndexOf('\n', at - 1), seen.lastIndexOf('\r', at - 1)) + 1
      linesBefore += seen.slice(0, lineStart).split('\n').length - 1
      blank = seen.slice(lineStart)
      if (at === seen.length && blank.length < maxEventBytes) return []
      const first = seen[at]
      form = first === '{' || first === '[' ? ndjson(maxEventBytes, linesBefore) : sse(maxEventBytes)
      return form.push(blank)
    },
    end: () => form?.end() ?? [],
  }
}
