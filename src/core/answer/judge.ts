import { blame, failureIn, hasOpenCall, isNext, newAnswer, note, ownVerdictOn, verdictOn } from './state.js'
import { plural } from '../text/plural.js'
import { StreamError } from '../errors/error.js'
import type { ParsedEvent } from './parse-events.js'
import type { Stage } from '../stream/stage.js'
import { statusOf, worse } from '../errors/codes.js'
import { failureToldBy, type Trailer } from '../errors/trailer.js'
import { isWhole, type Verdict } from '../errors/verdict.js'

/** What counts as a failure beyond an error and an answer that isn't whole, and what doesn't. */
export interface Policy {
  /** The verdicts on whole answers that fail all the same. */
  readonly failOn?: readonly ('length' | 'filtered')[] | undefined
  /** Takes an answer without its end mark, unless a tool call is open in it. */
  readonly allowTruncated?: boolean | undefined
}

/** Said before the first reading of a second, third … answer in one stream. */
export interface NextAnswer {
  readonly type: 'next'
}

/** What is known of a stream once its step has ended. */
export interface Judgement {
  /** The verdict on the answer that came last; of a stream without a data event, `empty`. */
  verdict(): Verdict
  /** The verdict on the answer that came to its end last, for the next began or the stream is over. */
  closed(): Verdict | undefined
  /** Whether that answer is whole, or taken as it is. */
  usable(): boolean
  /** What the reader should know of answers that are whole and yet not all that was asked for. */
  warnings(): string[]
  /** The id of the answer that came last, where its chunks carry one. */
  id(): string | undefined
  /** The failure that decides the exit status of the whole stream, or undefined when every answer is whole. */
  failure(): StreamError | undefined
  /** The failure that data which can't be read is, whatever the answers are. */
  misread(): StreamError | undefined
}

/** Passes readings on, marks where the next answer begins, and knows at the end how it all went. */
export type Judge = Stage<ParsedEvent, ParsedEvent | NextAnswer> & Judgement

/**
 * Judges a stream. An answer is whole with an end mark (`[DONE]`, or a finish reason for every choice that began) and no
 * error; an error beats empty, empty beats truncated. What an unfinished block or an unknown chunk says doesn't end one.
 * A trailer ends one, and can only worsen what is thought of it.
 */
export function judge({ failOn = [], allowTruncated = false }: Policy = {}): Judge {
  let answer = newAnswer()
  let worst: { failure: StreamError; weight: number } | undefined
  const warnings: string[] = []
  let understood = false
  let unknown = false
  let events = 0
  let unreadable: string | undefined
  let closed: Verdict | undefined
  let usable = false

  function close() {
    const { trailer, said } = answer
    const verdict = verdictOn(answer)
    closed = verdict
    const isAllReasoning = said.has('reasoning') && said.size === 1
    const isShort = verdict === 'length' || verdict === 'filtered'
    if (isShort && !failOn.includes(verdict)) warnings.push(SHORT[verdict])
    if (isAllReasoning && (verdict === 'length' || verdict === 'complete'))
      warnings.push('the answer is all reasoning, without a word of text')
    const isTaken = allowTruncated && verdict === 'truncated' && !hasOpenCall(answer) && isOnlyCut(trailer)
    usable = isTaken || isWhole(verdict)
    if (isTaken) {
      warnings.push('the answer has no end mark, and is taken as it is')
      return
    }
    // What was told already comes first, so that nothing is told twice.
    if (trailer) keep(failureToldBy(trailer), weightOf(trailer))
    const own = ownVerdictOn(answer)
    if (isShort && failOn.includes(verdict)) keep(new StreamError(verdict, SHORT[verdict]), 0)
    keep(failureIn(answer, own), own === 'error' ? 2 : 0)
  }

  /** The answer's own error weighs more than data that can't be read, that more than an end that is missing; then the status decides. */
  function keep(failure: StreamError | undefined, weight: number) {
    if (!failure) return
    const isWorse = weight === worst?.weight && worse(failure.status, worst.failure.status) !== worst.failure.status
    if (!worst || weight > worst.weight || isWorse) worst = { failure, weight }
  }

  function misread() {
    const why = unreadable ?? (unknown && !understood ? 'no event is in a form that is known' : undefined)
    return why === undefined ? undefined : new StreamError('bad_data', why)
  }

  return {
    push(reading) {
      if (reading.type === 'keep-alive') return [reading]
      if (reading.type === 'error-line') {
        understood = true
        blame(reading.error, answer)
        return [reading]
      }
      if (reading.type === 'trailer') {
        const { trailer } = reading
        const said = answer.trailer
        answer.trailer = said && worse(said.status, trailer.status) === said.status ? said : trailer
        return []
      }
      const begins = (events > 0 || answer.trailer !== undefined) && isNext(reading, answer)
      if (begins) {
        close()
        answer = newAnswer()
      }
      const count = reading.type === 'chunk' ? (reading.count ?? 1) : 1
      events += count
      answer.events += count
      if (reading.type === 'done') answer.marked = true
      else if (reading.type === 'invalid') unreadable ??= reading.why
      else if (reading.type === 'unknown') unknown = true
      else {
        understood = true
        answer.id = reading.id ?? answer.id
        for (const delta of reading.deltas) note(delta, answer)
        if (reading.isFinal) answer.marked = true
      }
      return begins ? [{ type: 'next' }, reading] : [reading]
    },
    end() {
      close()
      keep(misread(), 1)
      return []
    },
    verdict: () => verdictOn(answer),
    closed: () => closed,
    usable: () => usable,
    id: () => answer.id,
    warnings: () => warnings,
    failure: () => worst?.failure,
    misread,
  }
}

/**
 * What an answer failed of, from what the judge found and how the connection broke off after so many bytes: an answer that is
 * whole is not spoilt by the end of its connection, of one without an end mark the connection knows why, and before an answer
 * there is nothing else to tell.
 */
export function causeOf(
  failure: StreamError | undefined,
  cut: StreamError | undefined,
  bytes: number,
): StreamError | undefined {
  if (cut === undefined || failure === undefined) return failure
  if (failure.code === 'empty') return cut
  if (failure.code !== 'truncated') return failure
  return new StreamError('truncated', `the answer was cut off after ${plural(bytes, 'byte')}: ${cut.message}`, {
    cause: cut,
    details: { ...cut.details, cause: cut.code },
  })
}

/** Whether nothing worse than a missing end mark is told of. */
function isOnlyCut(trailer: Trailer | undefined): boolean {
  return trailer === undefined || trailer.status === statusOf('truncated')
}

const SHORT = {
  length: 'the answer was cut at the token limit (finish reason length)',
  filtered: 'the answer was refused or filtered by the provider',
}

function weightOf({ status, verdict }: Trailer): number {
  return verdict === 'error' ? 2 : status === statusOf('bad_data') ? 1 : 0
}
