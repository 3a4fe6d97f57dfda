import type { Dialect } from '../core/answer/dialect.js'
import { events } from '../core/sse/detect.js'
import { isObject, parseJson } from '../core/json/json.js'

/** What a recorded stream is: the dialect of its first chunk that one can read, and the id that its chunks carry. */
export interface DetectedDialect {
  readonly dialect: string | undefined
  readonly id: string | undefined
}

const PIECE = 64 * 1024

/** Reads a stream as far as it must to tell. */
export function detectDialect(bytes: Uint8Array, dialects: readonly Dialect[]): DetectedDialect {
  const step = events()
  let found: string | undefined
  for (let from = 0; from < bytes.length; from += PIECE) {
    for (const item of step.push(bytes.subarray(from, from + PIECE))) {
      const chunk = item.kind === 'event' ? parseJson(item.data) : undefined
      if (item.kind !== 'event' || !isObject(chunk)) continue
      for (const dialect of dialects) {
        const read = dialect.read(chunk, item.event)
        if (!read) continue
        found ??= dialect.name
        if (read.id !== undefined) return { dialect: found, id: read.id }
      }
    }
  }
  return { dialect: found, id: undefined }
}
