import { expect, test } from 'vitest'
import { statusOf, type ErrorCode } from '../../../src/core/errors/codes.js'
import { EXIT_STATUSES, worseStatus, type ExitStatus } from '../../../src/core/errors/exit-status.js'

/** The exit status of every code, from DESIGN 4.5. The compiler ensures that none is missing. */
const STATUSES: Record<ErrorCode, ExitStatus> = {
  usage: 64,
  bad_data: 65,
  too_large: 65,
  bad_request: 65,
  context_length: 65,
  no_input: 66,
  no_output: 73,
  unreachable: 69,
  tls: 69,
  port_taken: 69,
  not_found: 69,
  internal: 70,
  write_failed: 74,
  read_failed: 74,
  rate_limited: 75,
  overloaded: 75,
  server_error: 75,
  timeout: 75,
  timeout_connect: 75,
  timeout_first_byte: 75,
  timeout_idle: 75,
  timeout_data: 75,
  timeout_total: 75,
  connection: 75,
  not_sse: 76,
  stream_error: 76,
  truncated: 76,
  no_usage: 76,
  length: 76,
  filtered: 76,
  empty: 76,
  auth: 77,
  credits: 77,
  forbidden: 77,
  moderation: 77,
  no_key: 78,
  bad_config: 78,
  interrupted: 130,
}

const codes = Object.keys(STATUSES) as ErrorCode[]

test('every code has its exit status', () => {
  expect(Object.fromEntries(codes.map((code) => [code, statusOf(code)]))).toEqual(STATUSES)
})

test('EXIT_STATUSES lists every exit status once, in ascending order', () => {
  const listed = EXIT_STATUSES.map(([status]) => status)
  expect(listed).toEqual([...new Set(listed)].toSorted((a, b) => a - b))
  expect(codes.filter((code) => !listed.some((status) => status === statusOf(code)))).toEqual(['interrupted'])
})

/** From DESIGN 4.3: 74, then errors of the answer, then 65, then 76; any failure is more severe than 0. */
test.each<[ExitStatus, ExitStatus]>([
  [74, 77],
  [74, 73],
  [73, 77],
  [74, 65],
  [77, 65],
  [75, 65],
  [69, 65],
  [65, 76],
  [66, 76],
  [70, 0],
  [64, 0],
  [76, 0],
  [0, 0],
])('%i is at least as severe as %i', (heavy, light) => {
  expect([worseStatus(heavy, light), worseStatus(light, heavy)]).toEqual([heavy, heavy])
})

test('worseStatus does not depend on the order of its arguments', () => {
  const all = [...new Set(codes.map(statusOf)), 0] satisfies ExitStatus[]
  for (const a of all) for (const b of all) expect([a, b, worseStatus(a, b)]).toEqual([a, b, worseStatus(b, a)])
})
