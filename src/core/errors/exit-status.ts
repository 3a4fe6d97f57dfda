/** The exit statuses, after sysexits.h; the one place that knows a number. */
export const EXIT_STATUSES = [
  [0, 'the whole answer: its end mark was seen and all of it was written'],
  [64, 'wrong usage'],
  [65, 'bad data: the request was refused as invalid, or the input is not what the program reads'],
  [66, 'an input file is missing or unreadable'],
  [69, 'unavailable: no such host, connection refused, no such model, port taken'],
  [70, 'a bug of ours'],
  [73, 'an output file cannot be made'],
  [74, 'a write or a read failed (disk full, I/O error)'],
  [75, 'temporary: rate limit, overload, time-out, reset before the answer; trying again may help'],
  [76, 'the answer is not whole: truncated, empty, not an event stream, or an error event without a code'],
  [77, 'not allowed: key, credits, permission, moderation'],
  [78, 'no key, a bad base URL, or a bad setting in the environment'],
  [129, 'hung up; 130 interrupted; 143 terminated'],
  [141, 'the reader went away'],
] as const

export type ExitStatus = (typeof EXIT_STATUSES)[number][0] | 130 | 143

/** The exit status that a shell tells of a program that died of a signal. */
export const SIGNALLED = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

const LIGHTEST_FIRST: readonly ExitStatus[] = [0, 76, 65, 75, 69, 77, 66, 78, 64, 73, 74, 70, 141, 129, 143, 130]

/** The exit status that a number is, where it is one. */
export function exitStatus(number: number): ExitStatus | undefined {
  return LIGHTEST_FIRST.find((status) => status === number)
}

/** Of two statuses the one that weighs more: what failed here, then the answer's error, then bad data, then an answer that isn't whole. */
export function worseStatus(a: ExitStatus, b: ExitStatus): ExitStatus {
  return LIGHTEST_FIRST.indexOf(a) >= LIGHTEST_FIRST.indexOf(b) ? a : b
}
