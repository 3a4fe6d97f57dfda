import type { Trailer } from '../errors/trailer.js'

/** One dispatched event of a stream. `event` is "message" unless the block named another; `id` only when the block carried one. */
export interface SseEvent {
  readonly kind: 'event'
  readonly event: string
  readonly data: string
  readonly id?: string
  /** When it came, in milliseconds since the start of whoever looked at a clock. */
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

/** A whole line whose field name the standard doesn't know (so that parsers ignore it). */
export interface SseUnknownField {
  readonly kind: 'unknown-field'
  readonly field: string
  readonly value: string
}

/** The last block of a stream that ended before its blank line: the standard doesn't dispatch it. */
export interface SseUnterminated {
  readonly kind: 'unterminated'
  readonly event: string
  readonly data: string
}

/** Input that is neither SSE nor a line of `sse-parse`; `why` is a clause that names its place. */
export interface SseInvalid {
  readonly kind: 'invalid'
  readonly why: string
}

/** Everything that a stream consists of, in its order, whether it was read from SSE or from NDJSON. */
export type SseItem = SseEvent | SseComment | SseTrailer | SseRetry | SseUnknownField | SseUnterminated | SseInvalid
