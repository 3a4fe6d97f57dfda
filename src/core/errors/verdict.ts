/** The ways in which an answer can end, from best to worst. */
export const VERDICTS = ['complete', 'length', 'filtered', 'truncated', 'empty', 'error'] as const

/** How an answer ended. */
export type Verdict = (typeof VERDICTS)[number]

/** Returns the verdict with this name, or undefined if there is none. */
export function verdictNamed(name: string | undefined): Verdict | undefined {
  return VERDICTS.find((verdict) => verdict === name)
}

/** Returns the worse of two verdicts. */
export function worseVerdict(a: Verdict, b: Verdict): Verdict {
  return VERDICTS.indexOf(a) >= VERDICTS.indexOf(b) ? a : b
}

/** Returns true if the answer arrived completely, even if the token limit or a filter shortened it. */
export function isWhole(verdict: Verdict): boolean {
  return verdict === 'complete' || verdict === 'length' || verdict === 'filtered'
}
