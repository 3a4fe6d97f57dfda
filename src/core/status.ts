import type { ErrorCode } from './errors.js'

/** The exit statuses, after sysexits.h; the one place that knows a number. */
export const EXIT_STATUSES = [
  [0, 'the whole answer: its end mark was seen and all of it was written'],
  [64, 'wrong usage'],
  [65, 'bad data: the request was refused as invalid, or the input is not what the program reads'],
  [66, 'an input file is missing or unreadable'],
  [69, 'unavailable: no such host, connection refused, no such model, port taken'],
  [70, 'a bug of ours'],
  [74, 'a write or a read failed (disk full, I/O error)'],
  [75, 'temporary: rate limit, overload, time-out, reset before the answer; trying again may help'],
  [76, 'the answer is not whole: truncated, empty, not an event stream, or an error event without a code'],
  [77, 'not allowed: key, credits, permission, moderation'],
  [78, 'no key, a bad base URL, or a bad setting in the environment'],
  [129, 'hung up; 130 interrupted; 143 terminated'],
  [141, 'the reader went away'],
] as const

export type ExitStatus = (typeof EXIT_STATUSES)[number][0] | 130 | 143

const STATUS: Record<ErrorCode, ExitStatus> = {
  usage: 64,
  no_input: 66,
  no_key: 78,
  bad_config: 78,
  bad_data: 65,
  too_large: 65,
  bad_request: 65,
  context_length: 65,
  auth: 77,
  credits: 77,
  forbidden: 77,
  moderation: 77,
  unreachable: 69,
  port_taken: 69,
  not_found: 69,
  rate_limited: 75,
  overloaded: 75,
  server_error: 75,
  timeout: 75,
  connection: 75,
  not_sse: 76,
  stream_error: 76,
  truncated: 76,
  no_usage: 76,
  empty: 76,
  write_failed: 74,
  read_failed: 74,
  internal: 70,
}

/** The exit status of a failure. */
export function statusOf(code: ErrorCode): ExitStatus {
  return STATUS[code]
}

const LIGHTEST_FIRST: readonly ExitStatus[] = [0, 76, 65, 75, 69, 77, 66, 78, 64, 74, 70, 141, 129, 143, 130]

/** Of two statuses the one that weighs more: what failed here, then the answer's error, then bad data, then an answer that isn't whole. */
export function worse(a: ExitStatus, b: ExitStatus): ExitStatus {
  return LIGHTEST_FIRST.indexOf(a) >= LIGHTEST_FIRST.indexOf(b) ? a : b
}
