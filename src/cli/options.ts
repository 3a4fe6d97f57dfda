import type { OptionTable } from './argv.js'

/** What every reader of streams takes. */
export const reading = {
  'max-event-bytes': { type: 'size', value: 'SIZE', what: 'the largest event that is read (default 16M)' },
} as const satisfies OptionTable
