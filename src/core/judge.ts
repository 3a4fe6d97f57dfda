import { counted } from './counted.js'
import type { Chunk, Delta } from './delta.js'
import { StreamError } from './errors.js'
import { codeOf, failureOf, type ProviderError } from './provider-error.js'
import type { Reading } from './readings.js'
import type { Stage } from './stage.js'
import { statusOf, worse } from './status.js'
import { failureToldBy, type Trailer } from './trailer.js'
import { isWhole, worseVerdict, type Verdict } from './verdict.js'

/** What counts as a failure beyond an error and an answer that isn't whole, and what doesn't. */
export interface Policy {
  /** The verdicts on whole answers that fail all the same. */
  readonly failOn?: readonly ('length' | 'filtered')[] | undefined
  /** Takes an answer without its end mark, unless a tool call is open in it. */
  readonly allowTruncated?: boolean | undefined
}

const BY_FINISH = new Map<string | undefined, Verdict>([
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['model_length', 'length'],
  ['content_filter', 'filtered'],
  ['refusal', 'filtered'],
  ['error', 'error'],
  ['insufficient_system_resource', 'error'],
])

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
export type Judge = Stage<Reading, Reading | NextAnswer> & Judgement

/** One answer so far. */
interface Answer {
  events: number
  id: string | undefined
  /** An end mark that ends the answer whatever its choices: `[DONE]` and its kin. */
  marked: boolean
  /** The first finish reason of each choice that began. */
  finish: Map<number, string | undefined>
  /** Which kinds of content came. */
  said: Set<Delta['type']>
  /** The choices that have called a tool. */
  calling: Set<number>
  error: ProviderError | undefined
  /** What `or-stream` said of it at its end. */
  trailer: Trailer | undefined
}

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
      events++
      answer.events++
      if (reading.type === 'done') answer.marked = true
      else if (reading.type === 'unreadable') unreadable ??= reading.why
      else if (reading.type === 'unknown') unknown = true
      else {
        understood = true
        answer.id = reading.id ?? answer.id
        for (const delta of reading.deltas) note(delta, answer)
        if (reading.ends) answer.marked = true
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
  return new StreamError('truncated', `the answer was cut off after ${counted(bytes, 'byte')}: ${cut.message}`, {
    cause: cut,
    facts: { ...cut.facts, cause: cut.code },
  })
}

function newAnswer(): Answer {
  return {
    events: 0,
    id: undefined,
    marked: false,
    finish: new Map(),
    said: new Set(),
    calling: new Set(),
    error: undefined,
    trailer: undefined,
  }
}

/** Whether the reading begins the next answer. Usage, a repeated finish and a lone mark belong to the answer that they follow. */
function isNext(reading: Reading, answer: Answer): boolean {
  if (answer.trailer) return true
  if (reading.type === 'done') return false
  if (answer.marked) return reading.type !== 'chunk' || !isAftermath(reading, answer)
  return reading.type === 'chunk' && isOther(reading, answer) && isFinished(answer) && !isAftermath(reading, answer)
}

function isAftermath(chunk: Chunk, answer: Answer): boolean {
  if (chunk.deltas.length === 0) return !isOther(chunk, answer)
  return chunk.deltas.every(({ type }) => type === 'usage' || (type === 'finish' && !isOther(chunk, answer)))
}

function isOther(chunk: Chunk, answer: Answer): boolean {
  return chunk.id !== undefined && chunk.id !== answer.id
}

function note(delta: Delta, answer: Answer) {
  if (delta.type === 'usage') return
  if (delta.type === 'error') {
    blame(delta.error, answer)
    return
  }
  if (delta.type !== 'finish' && delta.type !== 'start') answer.said.add(delta.type)
  if (delta.type === 'tool-call') answer.calling.add(delta.choice)
  const reason = delta.type === 'finish' ? delta.reason : undefined
  answer.finish.set(delta.choice, answer.finish.get(delta.choice) ?? reason)
}

/** Keeps the first error that names its cause: some servers send a vague one before it. */
function blame(error: ProviderError, answer: Answer) {
  if (!answer.error || codeOf(answer.error) === 'stream_error') answer.error = error
}

function isFinished({ finish }: Answer): boolean {
  return finish.size > 0 && [...finish.values()].every((reason) => reason !== undefined)
}

/** Whether nothing worse than a missing end mark is told of. */
function isOnlyCut(trailer: Trailer | undefined): boolean {
  return trailer === undefined || trailer.status === statusOf('truncated')
}

/** Whether a choice has called a tool and not come to its end, so that the arguments may be cut. */
function hasOpenCall({ calling, finish, marked }: Answer): boolean {
  return !marked && [...calling].some((choice) => finish.get(choice) === undefined)
}

function verdictOn(answer: Answer): Verdict {
  const own = ownVerdictOn(answer)
  return answer.trailer ? worseVerdict(own, answer.trailer.verdict) : own
}

/** The verdict on what came, whatever a trailer says of it. */
function ownVerdictOn(answer: Answer): Verdict {
  const endings = new Set([...answer.finish.values()].map((reason) => BY_FINISH.get(reason)))
  if (answer.error || endings.has('error')) return 'error'
  if (answer.events === 0) return 'empty'
  if (!answer.marked && !isFinished(answer)) return 'truncated'
  if (answer.said.has('refusal') || endings.has('filtered')) return 'filtered'
  return endings.has('length') ? 'length' : 'complete'
}

const SHORT = {
  length: 'the answer was cut at the token limit (finish reason length)',
  filtered: 'the answer was refused or filtered by the provider',
}

function weightOf({ status, verdict }: Trailer): number {
  return verdict === 'error' ? 2 : status === statusOf('bad_data') ? 1 : 0
}

function failureIn(answer: Answer, verdict: Verdict): StreamError | undefined {
  switch (verdict) {
    case 'error':
      return answer.error
        ? failureOf(answer.error)
        : new StreamError('stream_error', 'the provider ended the answer with an error')
    case 'empty':
      return new StreamError('empty', 'the stream ended without a data event')
    case 'truncated':
      return new StreamError(
        'truncated',
        `the stream ended after ${counted(answer.events, 'event')} without an end mark`,
      )
    default:
      return undefined
  }
}
