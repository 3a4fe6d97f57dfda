import { formatDuration } from '../core/text/duration.js'
import { StreamError } from '../core/errors/error.js'
import type { ErrorCode } from '../core/errors/codes.js'

/** Timeouts in milliseconds; 0 disables one. */
export interface Timeouts {
  /** For the connection to be established (default 10,000). */
  readonly connect: number
  /** From the request to the response headers (default 120,000). */
  readonly firstByte: number
  /** Without a byte of the response (default 120,000). */
  readonly idle: number
  /** Without a data event (default 300,000). Comments only show that the connection is alive, not the model. */
  readonly data: number
}

/** The default limits in milliseconds. */
export const DEFAULT_TIMEOUTS: Timeouts = { connect: 10_000, firstByte: 120_000, idle: 120_000, data: 300_000 }

/** Returns the timeouts with defaults for the undefined values. */
export function timeoutsFrom(values: { readonly [Limit in keyof Timeouts]?: number | undefined }): Timeouts {
  const {
    connect = DEFAULT_TIMEOUTS.connect,
    firstByte = DEFAULT_TIMEOUTS.firstByte,
    idle = DEFAULT_TIMEOUTS.idle,
    data = DEFAULT_TIMEOUTS.data,
  } = values
  return { connect, firstByte, idle, data }
}

const ERRORS: Record<keyof Timeouts, readonly [code: ErrorCode, detail: string, option: string]> = {
  connect: ['timeout_connect', 'no connection within', '--connect-timeout'],
  firstByte: ['timeout_first_byte', 'no response headers within', '--first-byte-timeout'],
  idle: ['timeout_idle', 'no bytes received within', '--idle-timeout'],
  data: ['timeout_data', 'no data event within', '--data-timeout'],
}

/** Returns the failure for a timeout that has elapsed. */
export function timeoutError(limit: keyof Timeouts, limits: Timeouts, host: string): StreamError {
  const [code, detail, option] = ERRORS[limit]
  return new StreamError(code, `${host}: ${detail} ${formatDuration(limits[limit])} (${option})`)
}

/** A timer for a wait that can be interrupted. */
export interface PausableTimer {
  restart(): void
  pause(): void
  resume(): void
  stop(): void
}

/** Interval at which the timer looks at the clock, in milliseconds. */
const TICK = 250
/** A tick that is this many milliseconds late means that the process was stopped or the machine asleep. */
const SUSPENDED = 1000

/**
 * Calls `onTimeout` once, after `milliseconds`; never if that is 0. The time starts again after the process was stopped, because nothing
 * could arrive meanwhile.
 */
export function pausableTimer(milliseconds: number, onTimeout: () => void): PausableTimer {
  let remaining = milliseconds
  let isPaused = false
  let last = performance.now()
  let timer: NodeJS.Timeout | undefined

  function count() {
    const now = performance.now()
    const passed = now - last
    last = now
    if (passed > TICK + SUSPENDED) remaining = milliseconds
    else if (!isPaused) remaining -= Math.min(passed, 2 * TICK)
  }

  function tick() {
    count()
    if (remaining > 0) wait()
    else onTimeout()
  }

  function wait() {
    timer = setTimeout(tick, Math.min(TICK, remaining))
  }

  if (milliseconds > 0) wait()
  return {
    restart() {
      count()
      remaining = milliseconds
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
