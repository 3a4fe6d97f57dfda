import { setTimeout as wait } from 'node:timers/promises'
import { blockScanner } from '../core/sse/boundaries.js'

const BEAT = ': or-stream heartbeat\n\n'

/**
 * Adds a comment after each `silence` milliseconds without bytes, but never inside a block: only a write shows that a reader has
 * disconnected. If the reader stops, `onLeave` is called first, because the source may be blocked at that moment.
 */
export async function* heartbeat(
  bytes: AsyncIterable<Uint8Array>,
  silence: number,
  onLeave: () => void,
): AsyncGenerator<Uint8Array | string> {
  const iterator = bytes[Symbol.asyncIterator]()
  const frames = blockScanner()
  try {
    let next = iterator.next()
    for (;;) {
      const timer = new AbortController()
      const beat = wait(silence, undefined, { signal: timer.signal }).catch(() => undefined)
      const result = await Promise.race([next, beat])
      timer.abort()
      if (result?.done) return
      if (result) {
        frames.push(result.value)
        yield result.value
        next = iterator.next()
      } else if (frames.isAtBoundary()) yield BEAT
    }
  } finally {
    onLeave()
    await iterator.return?.()
  }
}
