import { serializeItem } from '../../core/sse/serialize.js'
import { convertItems } from './convert.js'

/**
 * Writes items as SSE that parses to the same items: one block per item, lines end with LF, and a trailer stays a single line. Drops
 * whatever parsers ignore. Ends with a failure under the same conditions as `convertItems`.
 */
export function sseBlocks() {
  return convertItems(serializeItem)
}
