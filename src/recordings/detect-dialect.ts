import type { Dialect } from '../core/answer/dialect.js'
import { events } from '../core/sse/detect.js'
import { isObject, parseJson } from '../core/json/json.js'

/** The dialect of the first chunk in a stream that a dialect can read, and the ID of its chunks. Both are undefined if not found. */
export interface DetectedDialect {
  readonly dialect: string | undefined
  readonly id: string | undefined
}

const READ_SIZE = 64 * 1024

/** Detects the dialect and the ID of a stream. Reads no further than necessary. */
export function detectDialect(bytes: Uint8Array, dialects: readonly Dialect[]): DetectedDialect {
  const stage = events()
  let detected: string | undefined
  for (let from = 0; from < bytes.length; from += READ_SIZE) {
    for (const item of stage.push(bytes.subarray(from, from + READ_SIZE))) {
      const chunk = item.kind === 'event' ? parseJson(item.data) : undefined
      if (item.kind !== 'event' || !isObject(chunk)) continue
      for (const dialect of dialects) {
        const parsed = dialect.read(chunk, item.event)
        if (!parsed) continue
        detected ??= dialect.name
        if (parsed.id !== undefined) return { dialect: detected, id: parsed.id }
      }
    }
  }
  return { dialect: detected, id: undefined }
}
