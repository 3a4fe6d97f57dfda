import type { JsonObject } from '../json/json.js'
import type { Assembler } from './assembler.js'
import type { AnswerIdentity, Chunk } from './delta.js'

/** An error to send: `code` is an HTTP status or a name for the cause. */
export interface OutgoingError {
  readonly code: number | string
  readonly message: string
}

/** An event to serialize. */
export interface OutgoingEvent {
  readonly event: string
  readonly data: JsonObject
}

/** The part of a dialect that reads a stream. */
export interface DialectReader {
  readonly name: string
  /**
   * Reads one chunk, or returns undefined if it is not in this dialect. `event` is the name of the SSE event ("message" by default).
   * Must not inspect the text that it returns in a delta, except for emptiness: the fast path relies on it (see `inferTemplate`).
   */
  read(chunk: JsonObject, event: string): Chunk | undefined
}

/** A wire format of streamed answers. Every member is required, so that each program works with every dialect. */
export interface Dialect extends DialectReader {
  readonly assembler: Assembler
  /** Returns the event that ends an answer with an error. `answer` is the identity of the answer so far. */
  errorEvent(error: OutgoingError, answer: AnswerIdentity): OutgoingEvent
  /** Returns the body of an HTTP error response. */
  errorBody(error: OutgoingError): JsonObject
}
