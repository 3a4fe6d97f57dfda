import { setTimeout as wait } from 'node:timers/promises'
import { StreamError } from '../core/errors/error.js'
import type { HttpRequest } from '../core/http/http-request.js'
import { formatDuration } from '../core/text/duration.js'
import { openStream, type HttpResponse, type SendOptions } from './http.js'
import type { RetryBuffer } from './retry-buffer.js'
import { DEFAULT_RETRY, type RetryPolicy } from './retry.js'
import { nextRoute, type NextAttempt, type RequestRoute } from './route.js'

/** Options of `fetchStream`. */
export interface AttemptOptions extends SendOptions {
  readonly retry?: RetryPolicy | undefined
  /** Creates the buffer that holds back the start of each attempt. */
  buffer(): RetryBuffer
  /** Called with the head of each response. */
  onResponse(response: HttpResponse): void
  /** Called with a message for each failure that is followed by another attempt. */
  onRetry(message: string): void
}

/**
 * Yields the bytes of an event stream. Retries until the first data event has arrived, and never after it: bytes that were yielded cannot
 * be taken back, and half of one answer must not be followed by another. Throws as `openStream` and its body do for the last attempt.
 */
export async function* fetchStream(
  routes: readonly [RequestRoute, ...RequestRoute[]],
  { retry = DEFAULT_RETRY, buffer, onResponse, onRetry, ...sending }: AttemptOptions,
): AsyncGenerator<Uint8Array> {
  const startTime = performance.now()
  // The same ID for each attempt, so that a server can tell a retry from a new request.
  const id = crypto.randomUUID()
  let routeIndex = 0

  for (let attempts = 1; ; attempts++) {
    const { call, upstream } = routes[routeIndex] ?? routes[0]
    const pending = buffer()
    const next = (failure: StreamError): NextAttempt => {
      const progress = { route: routeIndex, routes: routes.length, attempts, elapsed: performance.now() - startTime }
      return nextRoute(failure, progress, retry, Math.random())
    }
    let failedAttempt: { readonly failure: StreamError; readonly next: NextAttempt } | undefined
    try {
      const response = await openStream(withRequestId(call, id), upstream, { ...sending, coalesce: true })
      onResponse(response)
      for await (const bytes of response.body()) {
        const { ready, failure } = pending.push(bytes)
        yield* ready
        if (!failure) continue
        const decision = next(failure)
        if ('wait' in decision) {
          failedAttempt = { failure, next: decision }
          break
        }
        yield* pending.open()
      }
    } catch (error) {
      if (!(error instanceof StreamError) || pending.isOpen() || sending.signal.aborted) {
        yield* pending.open()
        throw error
      }
      failedAttempt = { failure: error, next: next(error) }
    }
    if (!failedAttempt || 'giveUp' in failedAttempt.next) yield* pending.open()
    if (!failedAttempt) return
    const { failure, next: decision } = failedAttempt
    if ('giveUp' in decision)
      throw decision.giveUp === '' ? failure : failure.withMessage(`${failure.message}; ${decision.giveUp}`)
    const isSameRoute = decision.route === routeIndex
    const nextStep = isSameRoute
      ? `retrying in ${formatDuration(decision.wait)} (${attempts} of ${retry.times})`
      : `trying ${routes[decision.route]?.upstream.name ?? 'another provider'} instead`
    onRetry(`${failure.code}: ${failure.message}; ${nextStep}`)
    if (!isSameRoute) attempts = 0
    routeIndex = decision.route
    await wait(decision.wait, undefined, { signal: sending.signal }).catch(() => sending.signal.throwIfAborted())
  }
}

function withRequestId(call: HttpRequest, id: string): HttpRequest {
  return { ...call, headers: { 'x-request-id': id, ...call.headers } }
}
