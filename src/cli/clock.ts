import type { Clock } from '../core/sse/timestamps.js'

/** Returns the milliseconds since the program started, rounded to tenths: a pipe is not more precise. */
export const clock: Clock = () => Math.round(performance.now() * 10) / 10
