import { formatDuration } from '../core/text/duration.js'
import { StreamError } from '../core/errors/error.js'
import type { ErrorCode } from '../core/errors/codes.js'

/** How long is waited for what, in milliseconds; 0 is without limit. */
export interface Timeouts {
  readonly connect: number
  /** From the request to the head of the answer. */
  readonly firstByte: number
  /** Without a byte of the answer. */
  readonly idle: number
  /** Without a data event: comments show that the connection lives, not that the model does. */
  readonly data: number
}

/** The default limits in milliseconds. */
export const DEFAULT_TIMEOUTS: Timeouts = { connect: 10_000, firstByte: 120_000, idle: 120_000, data: 300_000 }

/** The limits that are given, and the default of each that isn't. */
export function timeoutsFrom(given: { readonly [Limit in keyof Timeouts]?: number | undefined }): Timeouts {
  const {
    connect = DEFAULT_TIMEOUTS.connect,
    firstByte = DEFAULT_TIMEOUTS.firstByte,
    idle = DEFAULT_TIMEOUTS.idle,
    data = DEFAULT_TIMEOUTS.data,
  } = given
  return { connect, firstByte, idle, data }
}

const OVER: Record<keyof Timeouts, readonly [code: ErrorCode, what: string, option: string]> = {
  connect: ['timeout_connect', 'no connection within', '--connect-timeout'],
  firstByte: ['timeout_first_byte', 'no answer within', '--first-byte-timeout'],
  idle: ['timeout_idle', 'not a byte within', '--idle-timeout'],
  data: ['timeout_data', 'no data event within', '--data-timeout'],
}

/** The failure that a limit is. */
export function timeoutError(limit: keyof Timeouts, limits: Timeouts, host: string): StreamError {
  const [code, what, option] = OVER[limit]
  return new StreamError(code, `${host}: ${what} ${formatDuration(limits[limit])} (${option})`)
}

/** Counts the time in which something is waited for. */
export interface PausableTimer {
  restart(): void
  pause(): void
  resume(): void
  stop(): void
}

const TICK = 250
/** A gap of this length between two beats means that the process was stopped, or the machine asleep. */
const SUSPENDED = 1000

/** Calls `over` once the time is up. A process that was stopped begins anew, for nothing could reach it. 0 counts nothing. */
export function pausableTimer(milliseconds: number, onTimeout: () => void): PausableTimer {
  let left = milliseconds
  let isPaused = false
  let last = performance.now()
  let timer: NodeJS.Timeout | undefined

  function count() {
    const now = performance.now()
    const gone = now - last
    last = now
    if (gone > TICK + SUSPENDED) left = milliseconds
    else if (!isPaused) left -= Math.min(gone, 2 * TICK)
  }

  function beat() {
    count()
    if (left > 0) wait()
    else onTimeout()
  }

  function wait() {
    timer = setTimeout(beat, Math.min(TICK, left))
  }

  if (milliseconds > 0) wait()
  return {
    restart() {
      count()
      left = milliseconds
    },
    pause() {
      count()
      isPaused = true
    },
    resume() {
      count()
      isPaused = false
    },
    stop: () => clearTimeout(timer),
  }
}
