import type { StreamError } from '../core/errors/error.js'
import type { HttpRequest } from '../core/http/http-request.js'
import { statusOf } from '../core/errors/codes.js'
import type { Upstream } from './error-response.js'
import { decideRetry, type RetryPolicy } from './retry.js'

/** A request, and the provider that it goes to. */
export interface RequestRoute {
  readonly call: HttpRequest
  readonly upstream: Upstream
}

/** The attempts so far. */
export interface Progress {
  /** The index of the route that failed. */
  readonly route: number
  readonly routes: number
  /** The number of failed attempts on that route. */
  readonly attempts: number
  /** Milliseconds since the first attempt. */
  readonly elapsed: number
}

/**
 * The route of the next attempt and the delay before it in milliseconds, or the reason why there is none (empty if the failure itself is
 * enough).
 */
export type NextAttempt = { readonly route: number; readonly wait: number } | { readonly giveUp: string }

/**
 * Chooses the route of the next attempt after a failure: the same route while a retry may help, otherwise the next route at once. There is
 * no next route for an invalid request, because every provider would refuse it. `jitter` is a random number from 0 to 1.
 */
export function nextRoute(
  failure: StreamError,
  { route, routes, attempts, elapsed }: Progress,
  policy: RetryPolicy,
  jitter: number,
): NextAttempt {
  const decision = decideRetry(failure, attempts, elapsed, policy, jitter)
  if ('wait' in decision) return { route, wait: decision.wait }
  const isInvalid = failure.status === statusOf('bad_request')
  return route + 1 < routes && !isInvalid ? { route: route + 1, wait: 0 } : decision
}
