import type { StreamError } from '../core/errors/error.js'
import type { HttpRequest } from '../core/http/request.js'
import { statusOf } from '../core/errors/codes.js'
import type { Upstream } from './error-response.js'
import { decideRetry, type RetryPolicy } from './retry.js'

/** One way to get an answer: a request, and who answers it. */
export interface RequestRoute {
  readonly call: HttpRequest
  readonly upstream: Upstream
}

/** The attempts so far. */
export interface Progress {
  /** The index of the route that failed. */
  readonly route: number
  readonly routes: number
  /** How many attempts on that route have failed. */
  readonly tries: number
  /** Milliseconds since the first attempt. */
  readonly elapsed: number
}

/** The route of the next attempt, and the delay before it in milliseconds; or why there is none, empty if the failure says it all. */
export type NextAttempt = { readonly route: number; readonly wait: number } | { readonly giveUp: string }

/**
 * Decides where the next attempt goes after a failure: to the same route while a retry may help, else to the next route at once. A request
 * that is refused as invalid would be refused everywhere. `chance` is a random number from 0 to 1.
 */
export function nextRoute(
  failure: StreamError,
  { route, routes, tries, elapsed }: Progress,
  policy: RetryPolicy,
  chance: number,
): NextAttempt {
  const decision = decideRetry(failure, tries, elapsed, policy, chance)
  if ('wait' in decision) return { route, wait: decision.wait }
  const isInvalid = failure.status === statusOf('bad_request')
  return route + 1 < routes && !isInvalid ? { route: route + 1, wait: 0 } : decision
}
