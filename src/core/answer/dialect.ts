import type { JsonObject } from '../json/json.js'
import type { Assembler } from './assembler.js'
import type { AnswerIdentity, Chunk } from './delta.js'

/** An error to be sent: its HTTP status or a word for its cause, and a message. */
export interface OutgoingError {
  readonly code: number | string
  readonly message: string
}

/** An event, before it is serialized. */
export interface OutgoingEvent {
  readonly event: string
  readonly data: JsonObject
}

/** One wire form of streamed answers. Every part is required, so that each program works with every dialect. */
export interface Dialect {
  readonly name: string
  /**
   * Reads one chunk, or returns undefined if it is not in this dialect. `event` is the name of the SSE event ("message" by default).
   * Must not inspect the text that it returns in a delta, except for emptiness: the fast path relies on it (see `inferTemplate`).
   */
  read(chunk: JsonObject, event: string): Chunk | undefined
  readonly assembler: Assembler
  /** The event that ends an answer with an error. `answer` is what is known of the answer so far. */
  errorEvent(error: OutgoingError, answer: AnswerIdentity): OutgoingEvent
  /** The body of an HTTP response that refuses a request. */
  errorBody(error: OutgoingError): JsonObject
}
