import { parseAnswers as parse } from '../core/answer/answers.js'
import type { DialectReader } from '../core/answer/dialect.js'
import type { AnswerEvent, ParsedEvent } from '../core/answer/event.js'
import type { Policy } from '../core/answer/judge.js'
import { parseEvents as parseItems } from '../core/answer/parse-events.js'
import type { SseItem } from '../core/sse/item.js'
import type { Clock } from '../core/sse/timestamps.js'
import type { Stage } from '../core/stream/stage.js'

/** Options of `parseAnswers`. */
export interface ParseOptions extends Policy {
  /** The largest event, in bytes of UTF-8 (default 16 MiB). */
  readonly maxEventBytes?: number | undefined
  /** Sets the time of each chunk, in milliseconds. Without a clock, only chunks from NDJSON with a time have one. */
  readonly clock?: Clock | undefined
}

/**
 * Parses bytes into judged events, from raw SSE or from the NDJSON of `sse-parse`. Each answer ends with an `answer-end` event.
 *
 * Throws `too_large` if an event exceeds `maxEventBytes`, after the `answer-end` of the answer that this cuts off.
 */
export function parseAnswers(
  dialects: readonly DialectReader[],
  options: ParseOptions = {},
): Stage<Uint8Array, AnswerEvent> {
  return parse(dialects, options)
}

/** Parses the items of `events` into events of answers. Reads each chunk with the first of `dialects` that can read it. */
export function parseEvents(dialects: readonly DialectReader[]): Stage<SseItem, ParsedEvent> {
  return parseItems(dialects)
}
