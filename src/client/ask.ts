import { answers, type ReadingOptions } from '../core/answer/answers.js'
import type { Call } from '../core/http/request.js'
import type { Environment } from '../core/http/environment.js'
import { gate } from './retry-buffer.js'
import type { Judgement, NextAnswer } from '../core/answer/judge.js'
import type { Reading } from '../core/answer/parse-events.js'
import type { Stage } from '../core/stream/stage.js'
import { readable } from '../dialects/readable.js'
import type { Answer } from './http.js'
import type { Limits } from './timeouts.js'
import type { Asked } from './refusal.js'
import type { RetryPolicy } from './retry.js'
import type { Tap } from './observer.js'

/** How an answer is asked for and judged. */
export interface AnswerOptions extends ReadingOptions {
  readonly signal: AbortSignal
  /** Where the proxies are named. */
  readonly environment?: Environment | undefined
  readonly limits?: Limits | undefined
  readonly retry?: RetryPolicy | undefined
  /** Hears of every response as it comes. */
  readonly tap?: Tap | undefined
  /** Hears of the head of each answer, and of each failure after which it is asked again. */
  opened?(answer: Answer): void
  again?(sentence: string): void
}

/** An answer that is under way. */
export interface FetchedAnswer {
  /** The bytes of the event stream as they come. Throws `StreamError` where it is refused or breaks off. */
  readonly bytes: AsyncGenerator<Uint8Array>
  /** What reads along, and knows at the end whether the answer is whole. */
  readonly judged: Stage<Uint8Array, Reading | NextAnswer> & Judgement
  /** By which name the provider knows it, once that is known. */
  generation(): string | undefined
}

/** Asks for an answer, and again until it begins. */
export async function fetchAnswer(
  call: Call,
  asked: Asked,
  { signal, environment, limits, retry, tap, opened, again, ...how }: AnswerOptions,
): Promise<FetchedAnswer> {
  // Loaded on demand, for it takes longer than all the rest.
  const { fetchStream } = await import('./attempts.js')
  const judged = answers(readable, how)
  let generation: string | undefined
  const bytes = fetchStream(call, asked, {
    signal,
    environment,
    limits,
    retry,
    tap,
    gate: () => gate(readable, how.maxEventBytes),
    opened(answer) {
      generation = answer.headers.get('x-generation-id')
      opened?.(answer)
    },
    again: (sentence) => again?.(sentence),
  })
  return { bytes, judged, generation: () => generation ?? judged.id() }
}
