import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { pausableTimer, DEFAULT_TIMEOUTS, timeoutsFrom, timeoutError } from '../../src/client/timeouts.js'

const none = { connect: undefined, firstByte: undefined, idle: undefined, data: undefined }

test('the defaults: 10 s, two minutes, two minutes, five minutes', () => {
  expect(timeoutsFrom(none)).toEqual({ connect: 10_000, firstByte: 120_000, idle: 120_000, data: 300_000 })
  expect(timeoutsFrom({ ...none, idle: 0, data: 1 })).toEqual({ ...DEFAULT_TIMEOUTS, idle: 0, data: 1 })
})

test.each([
  ['connect', 'timeout_connect', 'host: no connection within 10 s (--connect-timeout)'],
  ['firstByte', 'timeout_first_byte', 'host: no response headers within 120 s (--first-byte-timeout)'],
  ['idle', 'timeout_idle', 'host: no bytes received within 120 s (--idle-timeout)'],
  ['data', 'timeout_data', 'host: no data event within 300 s (--data-timeout)'],
] as const)('over the limit of %s', (limit, code, message) => {
  expect(timeoutError(limit, DEFAULT_TIMEOUTS, 'host')).toMatchObject({ code, message, status: 75, retryable: true })
})

/** So much longer than its timers know has the process been there. */
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

/** A countdown, and when it was over, in milliseconds from now. */
function counting(milliseconds: number) {
  const began = performance.now()
  const overs: number[] = []
  return { ...pausableTimer(milliseconds, () => overs.push(performance.now() - began)), overs }
}

const pass = (milliseconds: number) => void vi.advanceTimersByTime(milliseconds)

/** The clock goes on, but nothing of the process does: its next timer comes so much later. */
function stand(milliseconds: number) {
  missed += milliseconds
  vi.advanceTimersToNextTimer()
}

test.each([1, 100, 250, 251, 999, 1000, 60_000])('%i ms are over when they are over, and once', (milliseconds) => {
  const { overs } = counting(milliseconds)
  pass(10 * milliseconds + 10_000)
  expect(overs).toEqual([milliseconds])
})

test('0 counts nothing', () => {
  const { overs } = counting(0)
  pass(10_000_000)
  expect([overs, vi.getTimerCount()]).toEqual([[], 0])
})

test('stopped, it is never over', () => {
  const { overs, stop } = counting(1000)
  pass(999)
  stop()
  pass(10_000)
  expect([overs, vi.getTimerCount()]).toEqual([[], 0])
})

test.each([200, 250, 300, 1000])('a sign of life well within %i ms keeps it going', (milliseconds) => {
  const { overs, restart } = counting(milliseconds)
  for (let times = 0; times < 40; times++) {
    pass(0.75 * milliseconds)
    restart()
  }
  expect(overs).toEqual([])
})

test.each([1, 100, 249, 250, 400, 999])('begun anew after %i ms it takes its whole time from there', (after) => {
  const { overs, restart } = counting(1000)
  pass(after)
  restart()
  pass(10_000)
  // Never before, and at most one beat later.
  expect(overs.map((over) => over >= after + 1000 && over <= after + 1250)).toEqual([true])
})

test('paused, it does not count', () => {
  const { overs, pause, resume } = counting(1000)
  pass(500)
  pause()
  pass(100_000)
  expect(overs).toEqual([])
  resume()
  pass(499)
  expect(overs).toEqual([])
  pass(251)
  expect(overs.length).toBe(1)
})

test('paused for most of the time, for a reader that is slow, it does not count that time', () => {
  const { overs, pause, resume } = counting(1000)
  // The reader takes 240 ms for a piece, and the next comes 10 ms later.
  for (let times = 0; times < 90; times++) {
    pause()
    pass(240)
    resume()
    pass(10)
  }
  expect(overs).toEqual([])
})

test.each([1300, 60_000, 86_400_000])('a process that was stopped for %i ms begins anew', (stopped) => {
  const { overs } = counting(1000)
  pass(600)
  stand(stopped)
  pass(900)
  expect(overs).toEqual([])
  pass(400)
  expect(overs.length).toBe(1)
})

test('one that was only busy goes on counting', () => {
  const { overs } = counting(1000)
  for (let times = 0; times < 8; times++) stand(900)
  expect(overs.length).toBe(1)
})
