import { StreamError } from '../errors/error.js'
import { detectFormat } from '../sse/detect.js'
import type { SseItem } from '../sse/item.js'
import { withTimestamps, type Clock } from '../sse/timestamps.js'
import { chain, type Stage } from '../stream/stage.js'
import { MAX_EVENT_BYTES } from '../text/size.js'
import { utf8 } from '../text/utf8.js'
import type { DialectReader } from './dialect.js'
import type { AnswerEvent, ParsedEvent } from './event.js'
import { judge, type Policy } from './judge.js'
import { parseEvents, parseSourcedEvents } from './parse-events.js'

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
  return answersFrom(parseEvents(dialects), options)
}

/** Like `parseAnswers`; each chunk has its JSON as `source`. */
export function parseSourcedAnswers(
  dialects: readonly DialectReader[],
  options: ParseOptions = {},
): Stage<Uint8Array, AnswerEvent> {
  return answersFrom(parseSourcedEvents(dialects), options)
}

function answersFrom(
  events: Stage<SseItem, ParsedEvent>,
  { maxEventBytes = MAX_EVENT_BYTES, clock, ...policy }: ParseOptions,
): Stage<Uint8Array, AnswerEvent> {
  const format = detectFormat(maxEventBytes)
  const items = clock ? chain(format, withTimestamps(clock)) : format
  return judged(chain(items, events), policy)
}

/** Decodes bytes, passes the text to `events`, and judges their output. */
export function judged(events: Stage<string, ParsedEvent>, policy: Policy): Stage<Uint8Array, AnswerEvent> {
  const judging = judge(policy)
  const whole = chain(chain(utf8(), events), judging)

  function* untilFailure(outputs: Iterable<AnswerEvent>): Generator<AnswerEvent> {
    try {
      yield* outputs
    } catch (error) {
      if (error instanceof StreamError) yield judging.abort(error)
      throw error
    }
  }

  return { push: (bytes) => untilFailure(whole.push(bytes)), end: () => untilFailure(whole.end()) }
}
