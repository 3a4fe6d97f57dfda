import type { OptionTable } from './option.js'

/** Options of all programs. */
export const COMMON_OPTIONS = {
  quiet: { type: 'flag', short: 'q', description: 'do not print warnings', group: 'Diagnostics' },
  verbose: { type: 'flag', short: 'v', description: 'print more messages on stderr', group: 'Diagnostics' },
  errors: {
    type: 'text',
    placeholder: 'FORMAT',
    description: 'format of messages on stderr; json prints one object per line',
    choices: ['text', 'json'],
    default: 'text',
    group: 'Diagnostics',
  },
  help: {
    type: 'flag',
    short: 'h',
    description: 'print this help; -h prints a short one',
    group: 'Diagnostics',
    isBasic: true,
  },
  version: { type: 'flag', short: 'V', description: 'print the version', group: 'Diagnostics' },
} as const satisfies OptionTable
