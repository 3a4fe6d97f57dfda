import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { pausableTimer, DEFAULT_TIMEOUTS, timeoutsFrom, timeoutError } from '../../src/client/timeouts.js'

const none = { connect: undefined, firstByte: undefined, idle: undefined, data: undefined }

test('the default timeouts are 10 s, 120 s, 120 s and 300 s', () => {
  expect(timeoutsFrom(none)).toEqual({ connect: 10_000, firstByte: 120_000, idle: 120_000, data: 300_000 })
  expect(timeoutsFrom({ ...none, idle: 0, data: 1 })).toEqual({ ...DEFAULT_TIMEOUTS, idle: 0, data: 1 })
})

test.each([
  ['connect', 'timeout_connect', 'host: no connection within 10 s (--connect-timeout)'],
  ['firstByte', 'timeout_first_byte', 'host: no response headers within 120 s (--first-byte-timeout)'],
  ['idle', 'timeout_idle', 'host: no bytes received within 120 s (--idle-timeout)'],
  ['data', 'timeout_data', 'host: no data event within 300 s (--data-timeout)'],
] as const)('the failure of the %s timeout', (limit, code, message) => {
  expect(timeoutError(limit, DEFAULT_TIMEOUTS, 'host')).toMatchObject({ code, message, status: 75, retryable: true })
})

/** Milliseconds that have passed on the clock, but not for the timers. */
let missed = 0

beforeEach(() => {
  missed = 0
  vi.useFakeTimers()
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + missed)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** Starts a timer and records when it calls `onTimeout`, in milliseconds from now. */
function startTimer(milliseconds: number) {
  const startTime = performance.now()
  const timeouts: number[] = []
  return { ...pausableTimer(milliseconds, () => timeouts.push(performance.now() - startTime)), timeouts }
}

const pass = (milliseconds: number) => void vi.advanceTimersByTime(milliseconds)

/** Stops the process for `milliseconds`: the clock goes on, and the next timer is late. */
function suspend(milliseconds: number) {
  missed += milliseconds
  vi.advanceTimersToNextTimer()
}

test.each([1, 100, 250, 251, 999, 1000, 60_000])(
  'a timer of %i ms calls onTimeout once, after that time',
  (milliseconds) => {
    const { timeouts } = startTimer(milliseconds)
    pass(10 * milliseconds + 10_000)
    expect(timeouts).toEqual([milliseconds])
  },
)

test('0 disables the timer', () => {
  const { timeouts } = startTimer(0)
  pass(10_000_000)
  expect([timeouts, vi.getTimerCount()]).toEqual([[], 0])
})

test('a stopped timer never calls onTimeout', () => {
  const { timeouts, stop } = startTimer(1000)
  pass(999)
  stop()
  pass(10_000)
  expect([timeouts, vi.getTimerCount()]).toEqual([[], 0])
})

test.each([200, 250, 300, 1000])('a timer of %i ms that is restarted in time never calls onTimeout', (milliseconds) => {
  const { timeouts, restart } = startTimer(milliseconds)
  for (let times = 0; times < 40; times++) {
    pass(0.75 * milliseconds)
    restart()
  }
  expect(timeouts).toEqual([])
})

test.each([1, 100, 249, 250, 400, 999])('a timer that is restarted after %i ms runs for its whole time', (after) => {
  const { timeouts, restart } = startTimer(1000)
  pass(after)
  restart()
  pass(10_000)
  // Never too early, and at most one tick late.
  expect(timeouts.map((time) => time >= after + 1000 && time <= after + 1250)).toEqual([true])
})

test('a paused timer does not count', () => {
  const { timeouts, pause, resume } = startTimer(1000)
  pass(500)
  pause()
  pass(100_000)
  expect(timeouts).toEqual([])
  resume()
  pass(499)
  expect(timeouts).toEqual([])
  pass(251)
  expect(timeouts.length).toBe(1)
})

test('the time that a slow reader takes does not count', () => {
  const { timeouts, pause, resume } = startTimer(1000)
  // The reader takes 240 ms for a piece, and the next comes 10 ms later.
  for (let times = 0; times < 90; times++) {
    pause()
    pass(240)
    resume()
    pass(10)
  }
  expect(timeouts).toEqual([])
})

test.each([1300, 60_000, 86_400_000])('the timer starts again if the process was stopped for %i ms', (stopped) => {
  const { timeouts } = startTimer(1000)
  pass(600)
  suspend(stopped)
  pass(900)
  expect(timeouts).toEqual([])
  pass(400)
  expect(timeouts.length).toBe(1)
})

test('the timer goes on counting if the process was only busy', () => {
  const { timeouts } = startTimer(1000)
  for (let times = 0; times < 8; times++) suspend(900)
  expect(timeouts.length).toBe(1)
})
