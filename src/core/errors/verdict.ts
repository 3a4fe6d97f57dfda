/** How an answer ended, from best to worst. One definition for every program that judges one. */
export const VERDICTS = ['complete', 'length', 'filtered', 'truncated', 'empty', 'error'] as const

export type Verdict = (typeof VERDICTS)[number]

/** The verdict of a name. */
export function verdictNamed(name: string | undefined): Verdict | undefined {
  return VERDICTS.find((verdict) => verdict === name)
}

/** Of two verdicts the worse. */
export function worseVerdict(a: Verdict, b: Verdict): Verdict {
  return VERDICTS.indexOf(a) >= VERDICTS.indexOf(b) ? a : b
}

/** Whether all of an answer has come, though it may be short of what was asked for. */
export function isWhole(verdict: Verdict): boolean {
  return verdict === 'complete' || verdict === 'length' || verdict === 'filtered'
}
