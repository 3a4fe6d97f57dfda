import type { Dialect } from '../core/answer/dialect.js'
import type { AnswerEvent } from '../core/answer/event.js'
import type { Stage } from '../core/stream/stage.js'
import type { HttpResponse } from './http.js'
import type { ResponseObserver } from './observer.js'
import type { Connections } from './connect.js'
import { retryBuffer } from './retry-buffer.js'
import type { RetryPolicy } from './retry.js'
import type { RequestRoute } from './route.js'
import type { Timeouts } from './timeouts.js'

/** How an answer is fetched. */
export interface FetchAnswerOptions {
  /** Recognizes an error in the first event, which is retried like a refused request. */
  readonly dialects: readonly Dialect[]
  /** The largest first event that can be retried, in bytes (default 16 MiB). */
  readonly maxEventBytes?: number | undefined
  readonly signal: AbortSignal
  readonly connections: Connections
  readonly limits?: Timeouts | undefined
  readonly retry?: RetryPolicy | undefined
  /** Receives every response as it comes. */
  readonly observer?: ResponseObserver | undefined
  /** Called with the head of each response, and with a message for each failure that is retried. */
  onResponse?(answer: HttpResponse): void
  onRetry?(sentence: string): void
}

/** An answer that is under way. */
export interface FetchedAnswer {
  /** The bytes of the event stream as they come. Throws `StreamError` if the request is refused or the stream breaks off. */
  readonly bytes: AsyncGenerator<Uint8Array>
  /** The step that was handed in. It is to be given all bytes. */
  readonly answers: Stage<Uint8Array, AnswerEvent>
  /** Returns the generation id once it is known. */
  generation(): string | undefined
  /** Ends the answer here: aborts the request, and the bytes end without a failure. */
  stop(): void
}

/** Sends a request, and retries it, or the next of `routes`, until its answer begins. `answers` parses and judges the bytes. */
export async function fetchAnswer(
  routes: readonly [RequestRoute, ...RequestRoute[]],
  answers: Stage<Uint8Array, AnswerEvent>,
  { dialects, maxEventBytes, onResponse, onRetry, ...sending }: FetchAnswerOptions,
): Promise<FetchedAnswer> {
  // Loaded on demand, because it takes longer than all the rest.
  const { fetchStream } = await import('./attempts.js')
  const enough = new AbortController()
  let header: string | undefined
  let id: string | undefined

  function* observed(events: Iterable<AnswerEvent>): Generator<AnswerEvent> {
    for (const event of events) {
      if (event.type === 'chunk') id = event.id ?? id
      yield event
    }
  }

  return {
    bytes: fetchStream(routes, {
      ...sending,
      enough: enough.signal,
      buffer: () => retryBuffer(dialects, maxEventBytes),
      onResponse(answer) {
        header = answer.headers.get('x-generation-id')
        onResponse?.(answer)
      },
      onRetry: (sentence) => onRetry?.(sentence),
    }),
    answers: { push: (bytes) => observed(answers.push(bytes)), end: () => observed(answers.end()) },
    generation: () => header ?? id,
    stop: () => enough.abort(),
  }
}
