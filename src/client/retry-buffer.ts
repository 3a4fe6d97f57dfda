import type { Dialect } from '../core/answer/dialect.js'
import { StreamError } from '../core/errors/error.js'
import { events } from '../core/sse/detect.js'
import { blockScanner } from '../core/sse/boundaries.js'
import { failureFromError } from '../core/answer/provider-error.js'
import { parseEvents } from '../core/answer/parse-events.js'
import { MAX_EVENT_BYTES } from '../core/text/size.js'
import { chain } from '../core/stream/stage.js'

/**
 * Holds back the beginning of a stream for as long as it could still be asked for anew: whole comments pass, half a block
 * would corrupt the block that follows it. The first data event opens the gate, unless it is an error that may go away.
 */
export interface RetryBuffer {
  /** What may go out of these bytes and those before; and the failure that the first event is, in place of opening. */
  push(bytes: Uint8Array): { readonly ready: readonly Uint8Array[]; readonly failure?: StreamError }
  /** Opens the gate; gives all that it held. */
  open(): readonly Uint8Array[]
  isOpen(): boolean
}

const BOM = 0xef

/** Holds an event of up to `maxEventBytes` bytes; a longer one opens the buffer. */
export function retryBuffer(dialects: readonly Dialect[], maxEventBytes = MAX_EVENT_BYTES): RetryBuffer {
  const frames = blockScanner()
  let held: Uint8Array[] = []
  let heldLength = 0
  let isOpen = false
  let beginsWithBom: boolean | undefined

  function open() {
    const all = held
    held = []
    isOpen = true
    return all
  }

  /** Lets go all that was held up to this place in the last of it. */
  function release(last: Uint8Array, place: number) {
    const ready = [...held.slice(0, -1), last.subarray(0, place)]
    held = place < last.length ? [last.subarray(place)] : []
    heldLength = last.length - place
    return ready
  }

  return {
    push(bytes) {
      if (isOpen) return { ready: [bytes] }
      beginsWithBom ??= bytes[0] === BOM
      const place = frames.push(bytes)
      held.push(bytes)
      heldLength += bytes.length
      const isAnswered = frames.events() > 0
      const failure = isAnswered ? failureIn(held, dialects, maxEventBytes) : undefined
      const isFinal = isAnswered && !failure?.retryable
      if (isFinal) return { ready: open() }
      // A second BOM, in mid-stream, would spoil the field name that follows it.
      const ready = beginsWithBom || place === 0 ? [] : release(bytes, place)
      if (failure) return { ready, failure }
      return { ready: heldLength > maxEventBytes ? [...ready, ...open()] : ready }
    },
    open,
    isOpen: () => isOpen,
  }
}

/** Returns the failure that the first event is, or `too_large` if it is over the bound; undefined if it is neither. */
function failureIn(
  pieces: readonly Uint8Array[],
  dialects: readonly Dialect[],
  maxEventBytes: number,
): StreamError | undefined {
  const step = chain(events(maxEventBytes), parseEvents(dialects))
  try {
    for (const bytes of pieces) {
      for (const reading of step.push(bytes)) {
        const deltas = reading.type === 'chunk' ? reading.deltas : []
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
