import { moreSevere, StreamError } from '../errors/error.js'
import { failureFromTrailer, type Trailer } from '../errors/trailer.js'
import { statusOf } from '../errors/codes.js'
import { worseStatus } from '../errors/exit-status.js'
import { isWhole, worseVerdict } from '../errors/verdict.js'
import type { Stage } from '../stream/stage.js'
import type { AnswerDelta, Chunk } from './delta.js'
import type { AnswerEnd, AnswerEvent, ParsedEvent } from './event.js'
import {
  applyDelta,
  failureFor,
  hasOpenCall,
  newAnswer,
  ownVerdictOn,
  recordError,
  startsNewAnswer,
  verdictOn,
} from './state.js'

/** Decides which answers fail. By default, an answer fails if it has an error or is incomplete. */
export interface Policy {
  /** Verdicts that are failures although the answer is complete. */
  readonly failOn?: readonly ('length' | 'filtered')[] | undefined
  /** Accepts an answer without an end marker, unless a tool call is unfinished. */
  readonly allowTruncated?: boolean | undefined
}

/** The stage that `judge` returns. */
export interface Judge extends Stage<ParsedEvent, AnswerEvent> {
  /** Ends the current answer, because `failure` prevents reading the rest of the stream. */
  abort(failure: StreamError): AnswerEnd
}

/**
 * Passes the events of a stream on, and ends each answer with its verdict. An answer is complete if it has an end marker (`[DONE]`, or a
 * finish reason for every choice that started) and no error. `error` takes precedence over `empty`, and `empty` over `truncated`. A
 * trailer ends an answer, and can only make the verdict worse.
 */
export function judge({ failOn = [], allowTruncated = false }: Policy = {}): Judge {
  let answer = newAnswer()
  /** True if an event of the stream had a known format; `hasUnknownEvent` is true if one had not. */
  let hasKnownEvent = false
  let hasUnknownEvent = false
  let events = 0

  function close(formatError: StreamError | undefined): AnswerEnd {
    const { trailer, kinds } = answer
    const [verdict, own] = [verdictOn(answer), ownVerdictOn(answer)]
    const isShort = verdict === 'length' || verdict === 'filtered'
    const isFailure = isShort && failOn.includes(verdict)
    const isAcceptedTruncated = allowTruncated && verdict === 'truncated' && !hasOpenCall(answer) && isOnlyCut(trailer)
    const isAllReasoning = kinds.has('reasoning') && kinds.size === 1
    const failures = isAcceptedTruncated
      ? [formatError]
      : // The failure that was already reported comes first: of two equal failures the first wins, so nothing is reported twice.
        [
          trailer && failureFromTrailer(trailer),
          isFailure ? new StreamError(verdict, SHORT_ANSWER[verdict]) : undefined,
          failureFor(own, answer),
          formatError,
        ]
    return {
      type: 'answer-end',
      verdict,
      accepted: isAcceptedTruncated || (isWhole(verdict) && !isFailure),
      failure: failures.reduce(moreSevere),
      formatError,
      warnings: [
        ...(isShort && !isFailure ? [SHORT_ANSWER[verdict]] : []),
        ...(isAllReasoning && (verdict === 'length' || verdict === 'complete') ? [ALL_REASONING] : []),
        ...(isAcceptedTruncated ? ['the answer has no end marker (accepted with --allow-truncated)'] : []),
      ],
    }
  }

  /** Adds an event to the answer. */
  function apply(event: Exclude<ParsedEvent, { type: 'trailer' }>): Exclude<AnswerEvent, AnswerEnd> {
    const count = event.type === 'chunk' ? (event.count ?? 1) : 1
    events += count
    answer.events += count
    switch (event.type) {
      case 'done':
        answer.sawEndMarker = true
        return event
      case 'invalid':
        answer.invalid ??= event.why
        return event
      case 'unknown':
        hasUnknownEvent = true
        return event
      case 'chunk':
        return applyChunk(event)
      default:
        return event
    }
  }

  function applyChunk(chunk: Chunk): Chunk<AnswerDelta> {
    hasKnownEvent = true
    answer.id = chunk.id ?? answer.id
    if (chunk.isFinal) answer.sawEndMarker = true
    if (callsNoTool(chunk)) {
      for (const delta of chunk.deltas) applyDelta(delta, answer)
      return chunk
    }
    return { ...chunk, deltas: chunk.deltas.map((delta) => applyDelta(delta, answer)) }
  }

  return {
    push(event) {
      if (event.type === 'keep-alive') return [event]
      if (event.type === 'error-line') {
        hasKnownEvent = true
        recordError(event.error, answer)
        return [event]
      }
      if (event.type === 'trailer') {
        const { trailer } = event
        const known = answer.trailer
        answer.trailer = known && worseStatus(known.status, trailer.status) === known.status ? known : trailer
        return []
      }
      if ((events === 0 && answer.trailer === undefined) || !startsNewAnswer(event, answer)) return [apply(event)]
      const end = close(formatErrorOf(answer.invalid))
      answer = newAnswer()
      return [end, apply(event)]
    },
    end() {
      return [
        close(
          formatErrorOf(
            answer.invalid ?? (hasUnknownEvent && !hasKnownEvent ? 'no event has a known format' : undefined),
          ),
        ),
      ]
    },
    abort(failure) {
      const end = close(formatErrorOf(answer.invalid))
      if (answer.sawEndMarker) return { ...end, failure }
      return { ...end, verdict: worseVerdict('truncated', end.verdict), accepted: false, failure, warnings: [] }
    },
  }
}

function formatErrorOf(why: string | undefined): StreamError | undefined {
  return why === undefined ? undefined : new StreamError('bad_data', why)
}

/** Returns true if the trailer reports nothing worse than a missing end marker. */
function isOnlyCut(trailer: Trailer | undefined): boolean {
  return trailer === undefined || trailer.status === statusOf('truncated')
}

/** Returns true for nearly every chunk, which is then passed on without a copy. */
function callsNoTool(chunk: Chunk): chunk is Chunk<AnswerDelta> {
  return chunk.deltas.every(({ type }) => type !== 'tool-call')
}

const ALL_REASONING = 'the answer contains only reasoning, no text'

const SHORT_ANSWER = {
  length: 'the answer was cut at the token limit (finish reason length)',
  filtered: 'the answer was refused or filtered by the provider',
}
