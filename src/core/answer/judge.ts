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

/** What counts as a failure beyond an error and an answer that isn't whole, and what does not. */
export interface Policy {
  /** The verdicts on whole answers that are failures all the same. */
  readonly failOn?: readonly ('length' | 'filtered')[] | undefined
  /** Accepts an answer without an end marker, unless a tool call is unfinished. */
  readonly allowTruncated?: boolean | undefined
}

export interface Judge extends Stage<ParsedEvent, AnswerEvent> {
  /** Ends the answer at hand if the stream can't be read further because of `failure`. */
  abort(failure: StreamError): AnswerEnd
}

/**
 * Judges the answers of a stream: passes events on, and ends each answer with its verdict. An answer is whole if it has an end marker
 * (`[DONE]`, or a finish reason for every choice that began) and no error; error beats empty, empty beats truncated. A trailer ends an
 * answer, and can only make the verdict worse.
 */
export function judge({ failOn = [], allowTruncated = false }: Policy = {}): Judge {
  let answer = newAnswer()
  /** Whether any event of the stream was in a known form, and whether any was not. */
  let understood = false
  let unknown = false
  let events = 0

  function close(formatError: StreamError | undefined): AnswerEnd {
    const { trailer, kinds } = answer
    const [verdict, own] = [verdictOn(answer), ownVerdictOn(answer)]
    const isShort = verdict === 'length' || verdict === 'filtered'
    const fails = isShort && failOn.includes(verdict)
    const isTaken = allowTruncated && verdict === 'truncated' && !hasOpenCall(answer) && isOnlyCut(trailer)
    const isAllReasoning = kinds.has('reasoning') && kinds.size === 1
    const failures = isTaken
      ? [formatError]
      : // What was reported already comes first, so that nothing is reported twice.
        [
          trailer && failureFromTrailer(trailer),
          fails ? new StreamError(verdict, SHORT[verdict]) : undefined,
          failureFor(own, answer),
          formatError,
        ]
    return {
      type: 'answer-end',
      verdict,
      accepted: isTaken || (isWhole(verdict) && !fails),
      failure: failures.reduce(moreSevere),
      formatError,
      warnings: [
        ...(isShort && !fails ? [SHORT[verdict]] : []),
        ...(isAllReasoning && (verdict === 'length' || verdict === 'complete') ? [ALL_REASONING] : []),
        ...(isTaken ? ['the answer has no end mark, and is taken as it is'] : []),
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
        unknown = true
        return event
      case 'chunk':
        return applyChunk(event)
      default:
        return event
    }
  }

  function applyChunk(chunk: Chunk): Chunk<AnswerDelta> {
    understood = true
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
        understood = true
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
          formatErrorOf(answer.invalid ?? (unknown && !understood ? 'no event is in a form that is known' : undefined)),
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

/** Nearly every chunk; it is passed on without a copy. */
function callsNoTool(chunk: Chunk): chunk is Chunk<AnswerDelta> {
  return chunk.deltas.every(({ type }) => type !== 'tool-call')
}

const ALL_REASONING = 'the answer is all reasoning, without a word of text'

const SHORT = {
  length: 'the answer was cut at the token limit (finish reason length)',
  filtered: 'the answer was refused or filtered by the provider',
}
