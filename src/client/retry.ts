import { formatDuration } from '../core/text/duration.js'
import { StreamError } from '../core/errors/error.js'

/** When to retry a failed request. Times are in milliseconds. */
export interface RetryPolicy {
  /** Maximum number of retries (default 2, 0 disables). */
  readonly times: number
  /** Maximum delay before the first retry (default 500). It doubles for each further retry. */
  readonly delay: number
  /** No retry starts later than this after the first attempt (default 60,000). */
  readonly maxTime: number
}

/** The default policy: up to 2 retries, 500 ms before the first, none later than 60 s. */
export const DEFAULT_RETRY: RetryPolicy = { times: 2, delay: 500, maxTime: 60_000 }

/** Returns the policy with defaults for the undefined values. `totalTime` limits `maxTime`. Throws `usage`. */
export function retryFrom(
  values: { readonly [Part in keyof RetryPolicy]?: number | undefined },
  totalTime = Number.POSITIVE_INFINITY,
): RetryPolicy {
  const { times = DEFAULT_RETRY.times, delay = DEFAULT_RETRY.delay, maxTime = DEFAULT_RETRY.maxTime } = values
  if (!Number.isInteger(times) || times < 0)
    throw new StreamError('usage', `--retry takes a whole number of 0 or more, not ${times}`)
  return { times, delay, maxTime: Math.min(maxTime, totalTime) }
}

const MAX_DELAY = 8000

/**
 * Returns the delay that a response asks for, in milliseconds: `retry-after-ms`, or `retry-after` in seconds or as a date (RFC 9110,
 * section 10.2.3). `now` is the wall clock. Returns 0 for a date in the past, undefined if neither header is valid.
 */
export function retryAfter(headers: ReadonlyMap<string, string>, now: number): number | undefined {
  const milliseconds = parseNumber(headers.get('retry-after-ms'))
  if (milliseconds !== undefined) return milliseconds
  const wait = headers.get('retry-after')
  const seconds = parseNumber(wait)
  if (seconds !== undefined) return seconds * 1000
  // Date.parse accepts almost any text with a number in it.
  const date = /\d:\d\d:\d\d/.test(wait ?? '') ? Date.parse(wait ?? '') : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

function parseNumber(text = ''): number | undefined {
  return /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined
}

/** Returns the value of `x-should-retry`, or undefined if the response has no valid one. */
export function shouldRetry(headers: ReadonlyMap<string, string>): boolean | undefined {
  const value = headers.get('x-should-retry')?.toLowerCase()
  return value === 'true' ? true : value === 'false' ? false : undefined
}

/** The delay before the next attempt in milliseconds, or the reason why there is none (empty if the failure itself is enough). */
export type RetryDecision = { readonly wait: number } | { readonly giveUp: string }

/**
 * Decides whether and when to retry a request after `attempts` failed attempts, `elapsed` milliseconds after the first one began. Obeys
 * the delay that the response asks for. Otherwise uses full jitter (AWS Architecture Blog, "Exponential Backoff and Jitter"): the fraction
 * `jitter` (0 to 1) of a delay that doubles up to 8 s, so that clients which failed together do not retry together.
 */
export function decideRetry(
  { retryable, retryAfter: requestedDelay }: Pick<StreamError, 'retryable' | 'retryAfter'>,
  attempts: number,
  elapsed: number,
  { times, delay, maxTime }: RetryPolicy,
  jitter: number,
): RetryDecision {
  if (!retryable || times === 0) return { giveUp: '' }
  if (attempts > times) return { giveUp: `gave up after ${attempts} attempts` }
  const wait = requestedDelay ?? jitter * Math.min(Math.max(MAX_DELAY, delay), delay * 2 ** (attempts - 1))
  if (elapsed + wait <= maxTime) return { wait }
  const bound = `no retry may start later than ${formatDuration(maxTime)} after the first attempt (--retry-max-time, --max-time)`
  return {
    giveUp:
      requestedDelay === undefined
        ? bound
        : `the response asks for a delay of ${formatDuration(requestedDelay)}, but ${bound}`,
  }
}
