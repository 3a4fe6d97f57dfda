import type { OptionTable } from './option.js'
import type { Synopsis } from './synopsis.js'

/** The shells that the programs have completion scripts for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof SHELLS)[number]

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
  completion: {
    type: 'text',
    placeholder: 'SHELL',
    description: 'print a completion script',
    choices: SHELLS,
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

/** Returns all that a program can be asked: its own options, and those of every program. */
export function withCommonOptions<Table extends OptionTable>(
  program: Synopsis<Table>,
): Synopsis<Table & typeof COMMON_OPTIONS> {
  return { ...program, options: { ...program.options, ...COMMON_OPTIONS } }
}
