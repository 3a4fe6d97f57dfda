import { serializeItem } from '../../core/sse/serialize.js'
import { convertItems } from './convert.js'

/**
 * Items back to SSE that parses to the same items: each in a block of its own, lines ended by LF; a trailer stays a single line. What
 * parsers ignore is dropped. At the end comes a failure as `convertItems` has it.
 */
export function sseBlocks() {
  return convertItems(serializeItem)
}
