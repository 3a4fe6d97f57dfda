import { StreamError } from '../errors/error.js'
import type { Trailer } from '../errors/trailer.js'
import { worseVerdict, type Verdict } from '../errors/verdict.js'
import { plural } from '../text/plural.js'
import type { AnswerDelta, Chunk, Delta } from './delta.js'
import type { ParsedEvent } from './event.js'
import { errorCodeFor, failureFromError, type ProviderError } from './provider-error.js'
import { toolCallTracker, type ToolCallTracker } from './tool-calls.js'

const VERDICT_BY_FINISH = new Map<string | undefined, Verdict>([
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
  /** True after an end marker that ends the answer for all choices: `[DONE]`, `response.completed`, `message_stop`. */
  sawEndMarker: boolean
  /** The first finish reason of each choice that started. */
  finish: Map<number, string | undefined>
  /** The kinds of content so far. */
  kinds: Set<Delta['type']>
  calls: ToolCallTracker
  error: ProviderError | undefined
  /** The reason why the first invalid data could not be read. */
  invalid: string | undefined
  trailer: Trailer | undefined
}

export function newAnswer(): AnswerState {
  return {
    events: 0,
    id: undefined,
    sawEndMarker: false,
    finish: new Map(),
    kinds: new Set(),
    calls: toolCallTracker(),
    error: undefined,
    invalid: undefined,
    trailer: undefined,
  }
}

/** Returns true if the event starts a new answer. Usage, a repeated finish and a lone end marker belong to the previous answer. */
export function startsNewAnswer(event: ParsedEvent, answer: AnswerState): boolean {
  if (answer.trailer) return true
  if (event.type === 'done') return false
  if (answer.sawEndMarker) return event.type !== 'chunk' || !belongsToPrevious(event, answer)
  return event.type === 'chunk' && hasOtherId(event, answer) && isFinished(answer) && !belongsToPrevious(event, answer)
}

function belongsToPrevious(chunk: Chunk, answer: AnswerState): boolean {
  if (chunk.deltas.length === 0) return !hasOtherId(chunk, answer)
  return chunk.deltas.every(({ type }) => type === 'usage' || (type === 'finish' && !hasOtherId(chunk, answer)))
}

function hasOtherId(chunk: Chunk, answer: AnswerState): boolean {
  return chunk.id !== undefined && chunk.id !== answer.id
}

/** Adds a delta to the answer, and returns it with its tool call resolved. */
export function applyDelta(delta: Delta, answer: AnswerState): AnswerDelta {
  if (delta.type === 'usage') return delta
  if (delta.type === 'error') {
    recordError(delta.error, answer)
    return delta
  }
  if (delta.type !== 'finish' && delta.type !== 'start') answer.kinds.add(delta.type)
  const reason = delta.type === 'finish' ? delta.reason : undefined
  answer.finish.set(delta.choice, answer.finish.get(delta.choice) ?? reason)
  return delta.type === 'tool-call' ? { ...delta, call: answer.calls.resolve(delta) } : delta
}

/** Keeps the first error that names its cause: some servers send a vague one before it. */
export function recordError(error: ProviderError, answer: AnswerState) {
  if (!answer.error || errorCodeFor(answer.error) === 'stream_error') answer.error = error
}

function isFinished({ finish }: AnswerState): boolean {
  return finish.size > 0 && [...finish.values()].every((reason) => reason !== undefined)
}

/** Returns true if a choice has called a tool and has not finished, so that the arguments may be cut. */
export function hasOpenCall({ calls, finish, sawEndMarker }: AnswerState): boolean {
  return !sawEndMarker && [...calls.choices()].some((choice) => finish.get(choice) === undefined)
}

/** Returns the verdict on the answer so far, including the verdict of a trailer. */
export function verdictOn(answer: AnswerState): Verdict {
  const own = ownVerdictOn(answer)
  return answer.trailer ? worseVerdict(own, answer.trailer.verdict) : own
}

/** Returns the verdict on the answer so far, ignoring a trailer. */
export function ownVerdictOn(answer: AnswerState): Verdict {
  const endings = new Set([...answer.finish.values()].map((reason) => VERDICT_BY_FINISH.get(reason)))
  if (answer.error || endings.has('error')) return 'error'
  if (answer.events === 0) return 'empty'
  if (!answer.sawEndMarker && !isFinished(answer)) return 'truncated'
  if (answer.kinds.has('refusal') || endings.has('filtered')) return 'filtered'
  return endings.has('length') ? 'length' : 'complete'
}

/** Returns the failure for a verdict on an answer, or undefined if the answer is complete. */
export function failureFor(verdict: Verdict, answer: AnswerState): StreamError | undefined {
  switch (verdict) {
    case 'error':
      return answer.error
        ? failureFromError(answer.error)
        : new StreamError('stream_error', 'the provider ended the answer with an error')
    case 'empty':
      return new StreamError('empty', 'the stream ended without a data event')
    case 'truncated':
      return new StreamError(
        'truncated',
        `the stream ended after ${plural(answer.events, 'event')} without an end marker`,
      )
    default:
      return undefined
  }
}
