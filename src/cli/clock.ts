import type { Clock } from '../core/sse/timestamps.js'

/** Milliseconds since the program started. Tenths are as fine as a pipe lets one tell. */
export const clock: Clock = () => Math.round(performance.now() * 10) / 10
