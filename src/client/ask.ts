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

/** Options of `fetchAnswer`. */
export interface FetchAnswerOptions {
  /** Dialects that recognize an error in the first event. Such an error is retried like an HTTP error status. */
  readonly dialects: readonly Dialect[]
  /** Maximum size of a first event that can be retried, in bytes (default 16 MiB). */
  readonly maxEventBytes?: number | undefined
  readonly signal: AbortSignal
  readonly connections: Connections
  readonly limits?: Timeouts | undefined
  readonly retry?: RetryPolicy | undefined
  /** Receives every response as it arrives. */
  readonly observer?: ResponseObserver | undefined
  /** Called with the head of each response. */
  onResponse?(response: HttpResponse): void
  /** Called with a message for each failure that is retried. */
  onRetry?(message: string): void
}

/** An answer in progress. */
export interface FetchedAnswer {
  /** The bytes of the event stream as they arrive. Throws `StreamError` if the request is refused or the stream breaks off. */
  readonly bytes: AsyncGenerator<Uint8Array>
  /** The stage passed to `fetchAnswer`. Push all bytes into it. */
  readonly answers: Stage<Uint8Array, AnswerEvent>
  /** Returns the generation ID once it is known. */
  generation(): string | undefined
  /** Aborts the request. The bytes end without a failure. */
  stop(): void
}

/** Sends a request. Retries it, or tries the next of `routes`, until its answer starts. `answers` parses and judges the bytes. */
export async function fetchAnswer(
  routes: readonly [RequestRoute, ...RequestRoute[]],
  answers: Stage<Uint8Array, AnswerEvent>,
  { dialects, maxEventBytes, onResponse, onRetry, ...sending }: FetchAnswerOptions,
): Promise<FetchedAnswer> {
  // Loaded on demand, because undici takes longer to load than everything else.
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
      onResponse(response) {
        header = response.headers.get('x-generation-id')
        onResponse?.(response)
      },
      onRetry: (message) => onRetry?.(message),
    }),
    answers: { push: (bytes) => observed(answers.push(bytes)), end: () => observed(answers.end()) },
    generation: () => header ?? id,
    stop: () => enough.abort(),
  }
}
