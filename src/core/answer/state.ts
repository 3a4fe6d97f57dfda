import { plural } from '../text/plural.js'
import type { Chunk, Delta } from './delta.js'
import { StreamError } from '../errors/error.js'
import { codeOf, failureOf, type ProviderError } from './provider-error.js'
import type { ParsedEvent } from './parse-events.js'
import type { Trailer } from '../errors/trailer.js'
import { worseVerdict, type Verdict } from '../errors/verdict.js'

const BY_FINISH = new Map<string | undefined, Verdict>([
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['model_length', 'length'],
  ['content_filter', 'filtered'],
  ['refusal', 'filtered'],
  ['error', 'error'],
  ['insufficient_system_resource', 'error'],
])

/** One answer so far. */
export interface AnswerState {
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

/** An answer of which nothing has come. */
export function newAnswer(): AnswerState {
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
export function isNext(reading: ParsedEvent, answer: AnswerState): boolean {
  if (answer.trailer) return true
  if (reading.type === 'done') return false
  if (answer.marked) return reading.type !== 'chunk' || !isAftermath(reading, answer)
  return reading.type === 'chunk' && isOther(reading, answer) && isFinished(answer) && !isAftermath(reading, answer)
}

function isAftermath(chunk: Chunk, answer: AnswerState): boolean {
  if (chunk.deltas.length === 0) return !isOther(chunk, answer)
  return chunk.deltas.every(({ type }) => type === 'usage' || (type === 'finish' && !isOther(chunk, answer)))
}

function isOther(chunk: Chunk, answer: AnswerState): boolean {
  return chunk.id !== undefined && chunk.id !== answer.id
}

/** Takes what a chunk says of the answer. */
export function note(delta: Delta, answer: AnswerState) {
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
export function blame(error: ProviderError, answer: AnswerState) {
  if (!answer.error || codeOf(answer.error) === 'stream_error') answer.error = error
}

function isFinished({ finish }: AnswerState): boolean {
  return finish.size > 0 && [...finish.values()].every((reason) => reason !== undefined)
}

/** Whether a choice has called a tool and not come to its end, so that the arguments may be cut. */
export function hasOpenCall({ calling, finish, marked }: AnswerState): boolean {
  return !marked && [...calling].some((choice) => finish.get(choice) === undefined)
}

/** The verdict on the answer as it stands, and on what a trailer says of it. */
export function verdictOn(answer: AnswerState): Verdict {
  const own = ownVerdictOn(answer)
  return answer.trailer ? worseVerdict(own, answer.trailer.verdict) : own
}

/** The verdict on what came, whatever a trailer says of it. */
export function ownVerdictOn(answer: AnswerState): Verdict {
  const endings = new Set([...answer.finish.values()].map((reason) => BY_FINISH.get(reason)))
  if (answer.error || endings.has('error')) return 'error'
  if (answer.events === 0) return 'empty'
  if (!answer.marked && !isFinished(answer)) return 'truncated'
  if (answer.said.has('refusal') || endings.has('filtered')) return 'filtered'
  return endings.has('length') ? 'length' : 'complete'
}

/** The failure that a verdict on an answer is, if it is one. */
export function failureIn(answer: AnswerState, verdict: Verdict): StreamError | undefined {
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
        `the stream ended after ${plural(answer.events, 'event')} without an end mark`,
      )
    default:
      return undefined
  }
}
