import { readTrailer } from '../errors/trailer.js'
import type { SseComment, SseTrailer } from './item.js'

/** Returns the item for the text of a comment: a trailer if `or-stream` wrote it to report a failure. */
export function commentItem(comment: string): SseComment | SseTrailer {
  const trailer = readTrailer(comment)
  return trailer ? { kind: 'trailer', comment, trailer } : { kind: 'comment', comment }
}
