import type { SseItem } from './item.js'
import { ndjson } from './ndjson.js'
import { MAX_EVENT_BYTES, sse } from './sse.js'
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
  let form: Stage<string, SseItem> | undefined
  return {
    push(text) {
      if (form) return form.push(text)
      const first = /[^ \t\r\n]/.exec(text)?.[0]
      if (first === undefined && blank.length < maxEventBytes) {
        // Blank lines say nothing; blanks before a field name make it another field.
        blank = /[^\r\n]*$/.exec(blank + text)?.[0] ?? ''
        return []
      }
      form = first === '{' || first === '[' ? ndjson(6 * maxEventBytes) : sse(maxEventBytes)
      return form.push(blank + text)
    },
    end: () => form?.end() ?? [],
  }
}
