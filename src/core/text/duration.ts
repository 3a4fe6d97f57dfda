const UNITS = new Map([
  ['ms', 1],
  ['s', 1000],
  ['', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
])

/** The longest duration of a timer in whole days: 24 days, in milliseconds. */
const MAX_DURATION = 24 * 24 * 3_600_000

/** Parses a duration such as `500ms`, `30s`, `1.5m` into milliseconds. A bare number is seconds. Undefined if invalid or over 24 days. */
export function parseDuration(duration: string): number | undefined {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?) ?([a-z]*)$/.exec(duration.trim()) ?? []
  const milliseconds = Number(digits) * (UNITS.get(unit) ?? Number.NaN)
  return milliseconds <= MAX_DURATION ? milliseconds : undefined
}

/** Formats milliseconds for a message: `500 ms`, `1.2 s`, `120 s`. */
export function formatDuration(milliseconds: number): string {
  const whole = Math.round(milliseconds)
  return whole < 1000 ? `${whole} ms` : `${Math.round(whole / 100) / 10} s`
}

/** Formats milliseconds as `parseDuration` reads them: `500ms`, `120s`. */
export function durationText(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`
}
