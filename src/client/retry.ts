import { formatDuration } from '../core/text/duration.js'
import { StreamError } from '../core/errors/error.js'

/** How a request that failed is made again. Times are in milliseconds. */
export interface RetryPolicy {
  /** How many times at most, after the first. */
  readonly times: number
  /** The longest wait before the first of them; it doubles from one to the next. */
  readonly delay: number
  /** How long after the beginning the last may begin. */
  readonly maxTime: number
}

/** The default policy: up to 2 retries, 500 ms before the first, none later than 60 s. */
export const DEFAULT_RETRY: RetryPolicy = { times: 2, delay: 500, maxTime: 60_000 }

/** The policy that is given, and the default of each part that isn't, within the time that there is for all. Throws `usage`. */
export function retryFrom(
  given: { readonly [Part in keyof RetryPolicy]?: number | undefined },
  all = Number.POSITIVE_INFINITY,
): RetryPolicy {
  const { times = DEFAULT_RETRY.times, delay = DEFAULT_RETRY.delay, maxTime = DEFAULT_RETRY.maxTime } = given
  if (!Number.isInteger(times) || times < 0)
    throw new StreamError('usage', `--retry takes a whole number from 0 on, not ${times}`)
  return { times, delay, maxTime: Math.min(maxTime, all) }
}

const LONGEST_WAIT = 8000

/**
 * The wait that a response asks for, in milliseconds: `retry-after-ms`, or `retry-after` in seconds or as a date (RFC 9110,
 * section 10.2.3). `now` is the wall clock; a date that is past is 0, what is neither is undefined.
 */
export function retryAfter(headers: ReadonlyMap<string, string>, now: number): number | undefined {
  const milliseconds = numberIn(headers.get('retry-after-ms'))
  if (milliseconds !== undefined) return milliseconds
  const wait = headers.get('retry-after')
  const seconds = numberIn(wait)
  if (seconds !== undefined) return seconds * 1000
  // Date.parse finds a month in any words with a number.
  const date = /\d:\d\d:\d\d/.test(wait ?? '') ? Date.parse(wait ?? '') : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

function numberIn(text = ''): number | undefined {
  return /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined
}

/** Whether a response itself says that the request may be made again. */
export function shouldRetry(headers: ReadonlyMap<string, string>): boolean | undefined {
  const said = headers.get('x-should-retry')?.toLowerCase()
  return said === 'true' ? true : said === 'false' ? false : undefined
}

/** The wait before the next try, in milliseconds; or why there is none, empty where nothing need be said. */
export type RetryDecision = { readonly wait: number } | { readonly giveUp: string }

/**
 * Whether and when a request is made again that has failed for the `tries`th time, so many milliseconds after it was first made.
 * What the other side asks for is obeyed; otherwise full jitter (AWS Architecture Blog, "Exponential Backoff and Jitter"):
 * a `chance` between 0 and 1 of a span that doubles up to 8 s, so that clients that failed together come back apart.
 */
export function decideRetry(
  { retryable, retryAfter: asked }: Pick<StreamError, 'retryable' | 'retryAfter'>,
  tries: number,
  elapsed: number,
  { times, delay, maxTime }: RetryPolicy,
  chance: number,
): RetryDecision {
  if (!retryable || times === 0) return { giveUp: '' }
  if (tries > times) return { giveUp: `given up after ${tries} tries` }
  const wait = asked ?? chance * Math.min(Math.max(LONGEST_WAIT, delay), delay * 2 ** (tries - 1))
  if (elapsed + wait <= maxTime) return { wait }
  const bound = `no try may begin later than ${formatDuration(maxTime)} after the first (--retry-max-time, --max-time)`
  return { giveUp: asked === undefined ? bound : `it asks for ${formatDuration(asked)}, but ${bound}` }
}
