import type { Dialect } from '../core/answer/dialect.js'
import { StreamError } from '../core/errors/error.js'
import { events } from '../core/sse/detect.js'
import { blockScanner } from '../core/sse/boundaries.js'
import { failureFromError } from '../core/answer/provider-error.js'
import { parseEvents } from '../core/answer/parse-events.js'
import { MAX_EVENT_BYTES } from '../core/text/size.js'
import { chain } from '../core/stream/stage.js'

/**
 * Buffers the start of a response while a retry is still possible. Complete comments are released at once. A partial block is not, because
 * a retry would join it to another block. Opens at the first data event, unless that is a retryable error.
 */
export interface RetryBuffer {
  /** `ready`: bytes that may be written now. `failure`: set if the first event is a retryable error; the buffer then stays closed. */
  push(bytes: Uint8Array): { readonly ready: readonly Uint8Array[]; readonly failure?: StreamError }
  /** Opens the buffer and returns all bytes in it. From then on all bytes are passed on. */
  open(): readonly Uint8Array[]
  isOpen(): boolean
}

const BOM = 0xef

/** Creates a buffer for a first event of up to `maxEventBytes` bytes. A longer one opens the buffer. */
export function retryBuffer(dialects: readonly Dialect[], maxEventBytes = MAX_EVENT_BYTES): RetryBuffer {
  const scanner = blockScanner()
  let buffered: Uint8Array[] = []
  let bufferedLength = 0
  let isOpen = false
  let beginsWithBom: boolean | undefined

  function open() {
    const all = buffered
    buffered = []
    isOpen = true
    return all
  }

  /** Releases everything up to the offset `place` in `last`, the last bytes in the buffer. */
  function release(last: Uint8Array, place: number) {
    const ready = [...buffered.slice(0, -1), last.subarray(0, place)]
    buffered = place < last.length ? [last.subarray(place)] : []
    bufferedLength = last.length - place
    return ready
  }

  return {
    push(bytes) {
      if (isOpen) return { ready: [bytes] }
      beginsWithBom ??= bytes[0] === BOM
      const place = scanner.push(bytes)
      buffered.push(bytes)
      bufferedLength += bytes.length
      const hasEvent = scanner.events() > 0
      const failure = hasEvent ? firstEventError(buffered, dialects, maxEventBytes) : undefined
      const isFinal = hasEvent && !failure?.retryable
      if (isFinal) return { ready: open() }
      // After a retry the stream would contain a second BOM, which would corrupt the field name after it. So nothing is released early.
      const ready = beginsWithBom || place === 0 ? [] : release(bytes, place)
      if (failure) return { ready, failure }
      return { ready: bufferedLength > maxEventBytes ? [...ready, ...open()] : ready }
    },
    open,
    isOpen: () => isOpen,
  }
}

/** Returns the error in the first event, or `too_large` if the event exceeds `maxEventBytes`; undefined if it is neither. */
function firstEventError(
  pieces: readonly Uint8Array[],
  dialects: readonly Dialect[],
  maxEventBytes: number,
): StreamError | undefined {
  const stage = chain(events(maxEventBytes), parseEvents(dialects))
  try {
    for (const bytes of pieces) {
      for (const event of stage.push(bytes)) {
        const deltas = event.type === 'chunk' ? event.deltas : []
        const error = deltas.find(({ type }) => type === 'error')
        return error?.type === 'error' ? failureFromError(error.error) : undefined
      }
    }
    return undefined
  } catch (error) {
    if (error instanceof StreamError) return error
    throw error
  }
}
