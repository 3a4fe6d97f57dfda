import { setTimeout as wait } from 'node:timers/promises'
import { blockScanner } from '../core/sse/boundaries.js'

const BEAT = ': or-stream heartbeat\n\n'

/**
 * Adds a comment wherever nothing came for so many milliseconds, but never inside a block: a reader that has gone is only seen
 * by writing to it. Whoever leaves is told of by `leave`, for the bytes may be waited for at that moment.
 */
export async function* heartbeat(
  bytes: AsyncIterable<Uint8Array>,
  silence: number,
  leave: () => void,
): AsyncGenerator<Uint8Array | string> {
  const pieces = bytes[Symbol.asyncIterator]()
  const frames = blockScanner()
  try {
    let next = pieces.next()
    for (;;) {
      const timer = new AbortController()
      const beat = wait(silence, undefined, { signal: timer.signal }).catch(() => undefined)
      const came = await Promise.race([next, beat])
      timer.abort()
      if (came?.done) return
      if (came) {
        frames.push(came.value)
        yield came.value
        next = pieces.next()
      } else if (frames.isAtBoundary()) yield BEAT
    }
  } finally {
    leave()
    await pieces.return?.()
  }
}
