import { setTimeout as wait } from 'node:timers/promises'
import { StreamError } from '../core/errors/error.js'
import type { HttpRequest } from '../core/http/request.js'
import { formatDuration } from '../core/text/duration.js'
import { openStream, type HttpResponse, type SendOptions } from './http.js'
import type { RetryBuffer } from './retry-buffer.js'
import { DEFAULT_RETRY, type RetryPolicy } from './retry.js'
import { nextRoute, type NextAttempt, type RequestRoute } from './route.js'

/** How an answer is fetched until it begins. */
export interface AttemptOptions extends SendOptions {
  readonly retry?: RetryPolicy | undefined
  /** Makes the buffer that holds back the beginning of each attempt. */
  buffer(): RetryBuffer
  /** Called with the head of each response. */
  onResponse(response: HttpResponse): void
  /** Called with a message for each failure that is not the last. */
  onRetry(sentence: string): void
}

/**
 * Yields the bytes of an event stream, and retries until its first data event came: bytes that were given are never taken back, and no
 * half of one answer is followed by another. Throws as `openStream` and its body do, of the last attempt.
 */
export async function* fetchStream(
  routes: readonly [RequestRoute, ...RequestRoute[]],
  { retry = DEFAULT_RETRY, buffer, onResponse, onRetry, ...sending }: AttemptOptions,
): AsyncGenerator<Uint8Array> {
  const began = performance.now()
  // The same for each attempt, so that a server can tell a retry from another request.
  const id = crypto.randomUUID()
  let at = 0

  for (let tries = 1; ; tries++) {
    const { call, upstream } = routes[at] ?? routes[0]
    const held = buffer()
    const next = (failure: StreamError): NextAttempt => {
      const progress = { route: at, routes: routes.length, tries, elapsed: performance.now() - began }
      return nextRoute(failure, progress, retry, Math.random())
    }
    let failed: { readonly failure: StreamError; readonly next: NextAttempt } | undefined
    try {
      const response = await openStream(withRequestId(call, id), upstream, { ...sending, coalesce: true })
      onResponse(response)
      for await (const bytes of response.body()) {
        const { ready, failure } = held.push(bytes)
        yield* ready
        if (!failure) continue
        const decision = next(failure)
        if ('wait' in decision) {
          failed = { failure, next: decision }
          break
        }
        yield* held.open()
      }
    } catch (error) {
      if (!(error instanceof StreamError) || held.isOpen() || sending.signal.aborted) {
        yield* held.open()
        throw error
      }
      failed = { failure: error, next: next(error) }
    }
    if (!failed || 'giveUp' in failed.next) yield* held.open()
    if (!failed) return
    const { failure, next: decision } = failed
    if ('giveUp' in decision)
      throw decision.giveUp === '' ? failure : failure.withMessage(`${failure.message}; ${decision.giveUp}`)
    const isSame = decision.route === at
    const how = isSame
      ? `trying again in ${formatDuration(decision.wait)} (${tries} of ${retry.times})`
      : `asking ${routes[decision.route]?.upstream.name ?? 'another'} instead`
    onRetry(`${failure.code}: ${failure.message}; ${how}`)
    if (!isSame) tries = 0
    at = decision.route
    await wait(decision.wait, undefined, { signal: sending.signal }).catch(() => sending.signal.throwIfAborted())
  }
}

function withRequestId(call: HttpRequest, id: string): HttpRequest {
  return { ...call, headers: { 'x-request-id': id, ...call.headers } }
}
