import { counted } from './counted.js'
import type { Chunk, Delta } from './delta.js'
import { StreamError } from './errors.js'
import { codeOf, failureOf, type ProviderError } from './provider-error.js'
import type { Reading } from './readings.js'
import type { Stage } from './stage.js'
import { statusOf, worse } from './status.js'

/** How an answer ended. One definition for every program that judges one. */
export type Verdict = 'complete' | 'length' | 'filtered' | 'error' | 'truncated' | 'empty'

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
  /** What the reader should know of answers that are whole and yet not all that was asked for. */
  warnings(): string[]
  /** The failure that decides the exit status of the whole stream, or undefined when every answer is whole. */
  failure(): StreamError | undefined
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
  error: ProviderError | undefined
}

/**
 * Judges a stream. An answer is whole with an end mark (`[DONE]`, or a finish reason for every choice that began) and no
 * error; an error beats empty, empty beats truncated. What an unfinished block or an unknown chunk says doesn't end one.
 */
export function judge(): Judge {
  let answer = newAnswer()
  let worst: { failure: StreamError; weight: number } | undefined
  const warnings: string[] = []
  let understood = false
  let unknown = false
  let events = 0
  let unreadable: string | undefined

  function close() {
    const verdict = verdictOn(answer)
    const isAllReasoning = answer.said.has('reasoning') && answer.said.size === 1
    if (verdict === 'length') warnings.push('the answer was cut at the token limit (finish reason length)')
    if (isAllReasoning && (verdict === 'length' || verdict === 'complete'))
      warnings.push('the answer is all reasoning, without a word of text')
    if (verdict === 'filtered') warnings.push('the answer was refused or filtered by the provider')
    keep(failureIn(answer), verdict === 'error' ? 2 : 0)
  }

  /** The answer's own error weighs more than data that can't be read, that more than an end that is missing; then the status decides. */
  function keep(failure: StreamError | undefined, weight: number) {
    if (!failure) return
    const isWorse =
      weight === worst?.weight &&
      worse(statusOf(failure.code), statusOf(worst.failure.code)) !== statusOf(worst.failure.code)
    if (!worst || weight > worst.weight || isWorse) worst = { failure, weight }
  }

  return {
    push(reading) {
      if (reading.type === 'keep-alive') return [reading]
      if (reading.type === 'error-line') {
        understood = true
        blame(reading.error, answer)
        return [reading]
      }
      const begins = events > 0 && isNext(reading, answer)
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
      const misread = unreadable ?? (unknown && !understood ? 'no event is in a form that is known' : undefined)
      if (misread !== undefined) keep(new StreamError('bad_data', misread), 1)
      return []
    },
    verdict: () => verdictOn(answer),
    warnings: () => warnings,
    failure: () => worst?.failure,
  }
}

/**
 * What an answer failed of, from what the judge found and how the connection broke off: an answer that is whole is not spoilt by
 * the end of its connection, and of one that has no end mark the connection knows why.
 */
export function causeOf(failure: StreamError | undefined, cut: StreamError | undefined): StreamError | undefined {
  const hasNoEnd = failure?.code === 'truncated' || failure?.code === 'empty'
  return hasNoEnd ? (cut ?? failure) : failure
}

function newAnswer(): Answer {
  return { events: 0, id: undefined, marked: false, finish: new Map(), said: new Set(), error: undefined }
}

/** Whether the reading begins the next answer. Usage, a repeated finish and a lone mark belong to the answer that they follow. */
function isNext(reading: Reading, answer: Answer): boolean {
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

function verdictOn(answer: Answer): Verdict {
  const endings = new Set([...answer.finish.values()].map((reason) => BY_FINISH.get(reason)))
  if (answer.error || endings.has('error')) return 'error'
  if (answer.events === 0) return 'empty'
  if (!answer.marked && !isFinished(answer)) return 'truncated'
  if (answer.said.has('refusal') || endings.has('filtered')) return 'filtered'
  return endings.has('length') ? 'length' : 'complete'
}

function failureIn(answer: Answer): StreamError | undefined {
  switch (verdictOn(answer)) {
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
