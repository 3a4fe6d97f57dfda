/** The exit statuses and their meanings. The numbers follow sysexits.h; no other file defines one. */
export const EXIT_STATUSES = [
  [0, 'complete answer: the end marker was seen and everything was written'],
  [64, 'usage error: the command line is invalid'],
  [65, 'bad data: the server rejected the request as invalid, or the input has the wrong format'],
  [66, 'an input file is missing or unreadable'],
  [69, 'unavailable: host not found, connection refused, no such model, port in use'],
  [70, 'internal error (a bug)'],
  [73, 'an output file cannot be created'],
  [74, 'a read or a write failed (disk full, I/O error)'],
  [75, 'temporary failure: rate limit, overload, timeout, connection lost before the answer; try again'],
  [76, 'incomplete answer: truncated, empty, not an event stream, or an error event without a code'],
  [77, 'not allowed: key, credits, permission, moderation'],
  [78, 'configuration error: no key, or an invalid base URL or environment variable'],
  [129, 'hung up (SIGHUP); 130 interrupted (SIGINT); 143 terminated (SIGTERM)'],
  [141, 'broken pipe: the reader closed the output'],
] as const

/** An exit status of the programs. */
export type ExitStatus = (typeof EXIT_STATUSES)[number][0] | 130 | 143

/** The exit status that a shell reports for a program that was killed by a signal: 128 plus the signal number. */
export const SIGNALLED = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

const BY_SEVERITY: readonly ExitStatus[] = [0, 76, 65, 75, 69, 77, 66, 78, 64, 73, 74, 70, 141, 129, 143, 130]

/** Returns the number as an exit status, or undefined if it is not one of ours. */
export function exitStatus(number: number): ExitStatus | undefined {
  return BY_SEVERITY.find((status) => status === number)
}

/**
 * Returns the more severe of two exit statuses. Local failures are the most severe, then errors of the answer, then bad data, then an
 * incomplete answer.
 */
export function worseStatus(a: ExitStatus, b: ExitStatus): ExitStatus {
  return BY_SEVERITY.indexOf(a) >= BY_SEVERITY.indexOf(b) ? a : b
}
