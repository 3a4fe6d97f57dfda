import type { Trailer } from '../errors/trailer.js'

/** An event. `event` is "message" unless the block has an event name; `id` is set only if the block has one. */
export interface SseEvent {
  readonly kind: 'event'
  readonly event: string
  readonly data: string
  readonly id?: string
  /** The time of arrival, in milliseconds since the start of the program that recorded it. */
  readonly t?: number
}

/** A comment line, without its colon and one leading space. */
export interface SseComment {
  readonly kind: 'comment'
  readonly comment: string
}

/** The comment line with which `or-stream` reports its failure; `comment` is its text. */
export interface SseTrailer {
  readonly kind: 'trailer'
  readonly comment: string
  readonly trailer: Trailer
}

/** A reconnection time in milliseconds. */
export interface SseRetry {
  readonly kind: 'retry'
  readonly retry: number
}

/** A complete line with a field name that the standard does not define. Parsers ignore it. */
export interface SseUnknownField {
  readonly kind: 'unknown-field'
  readonly field: string
  readonly value: string
}

/** The last block of a stream that ended before its blank line. The standard does not dispatch it. */
export interface SseUnterminated {
  readonly kind: 'unterminated'
  readonly event: string
  readonly data: string
}

/** Input that is neither SSE nor a line of `sse-parse`. `why` is a clause that names the position and the reason. */
export interface SseInvalid {
  readonly kind: 'invalid'
  readonly why: string
}

/** One item of a stream, in the order of the stream, read from SSE or from NDJSON. */
export type SseItem = SseEvent | SseComment | SseTrailer | SseRetry | SseUnknownField | SseUnterminated | SseInvalid
