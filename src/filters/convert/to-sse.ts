import { serializeItem } from '../../core/sse/serialize.js'
import { rewritten } from './convert.js'

/**
 * Items back to SSE that parses to the same items: each a block of its own, in LF; a trailer stays a line alone. What no parser
 * dispatches goes.
 *
 * At the end throws what a trailer tells, or `bad_data` when the input was something else, or had something in it that SSE can't
 * carry.
 */
export function sseBlocks() {
  return rewritten(serializeItem)
}
