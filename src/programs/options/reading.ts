import type { OptionTable, Values } from '../../cli/command-line/option.js'
import type { ParseOptions } from '../../core/answer/answers.js'
import type { Dialect } from '../../core/answer/dialect.js'
import { StreamError } from '../../core/errors/error.js'
import { MAX_EVENT_BYTES, sizeText } from '../../core/text/size.js'
import { dialects } from '../../dialects/index.js'

/** Option of all programs that read events. */
export const MAX_EVENT_BYTES_OPTION = {
  'max-event-bytes': {
    type: 'size',
    placeholder: 'SIZE',
    description: 'fail if an event is larger than this',
    default: sizeText(MAX_EVENT_BYTES),
    group: 'Output',
  },
} as const satisfies OptionTable

/** Options that decide which answers count as failures. */
export const POLICY_OPTIONS = {
  'fail-on': {
    type: 'text',
    placeholder: 'LIST',
    description: 'also fail if the answer ended by length or filtered (comma-separated)',
    group: 'Output',
  },
  'allow-truncated': {
    type: 'flag',
    description: 'accept an answer without an end marker (never with an unfinished tool call)',
    group: 'Output',
  },
} as const satisfies OptionTable

/** Options of all programs that read answers. */
export const ANSWER_OPTIONS = {
  dialect: {
    type: 'text',
    placeholder: 'NAME',
    description: 'parse every chunk as this dialect instead of detecting it',
    choices: dialects.map(({ name }) => name),
  },
  ...MAX_EVENT_BYTES_OPTION,
  ...POLICY_OPTIONS,
} as const satisfies OptionTable

/** Returns the parser options for the option values. Throws `usage`. */
export function answerOptions(
  values: Values<typeof MAX_EVENT_BYTES_OPTION> & Values<typeof POLICY_OPTIONS>,
): Omit<ParseOptions, 'clock'> {
  return {
    maxEventBytes: values['max-event-bytes'],
    allowTruncated: values['allow-truncated'],
    failOn: values['fail-on']?.split(',').map(parseFailOn),
  }
}

function parseFailOn(name: string): 'length' | 'filtered' {
  if (name === 'length' || name === 'filtered') return name
  throw new StreamError('usage', `--fail-on takes length, filtered, or both separated by a comma, not "${name}"`)
}

/** Parses the value of `--choice`. Throws `usage`. */
export function parseChoice(typed = '0'): number | 'all' {
  if (typed === 'all') return typed
  if (!/^\d+$/.test(typed)) throw new StreamError('usage', `--choice takes a number from 0 or "all", not "${typed}"`)
  return Number(typed)
}

/** Parses the value of a `--choice` that does not accept `all`. Throws `usage`. */
export function parseChoiceIndex(typed: string | undefined): number {
  const choice = parseChoice(typed)
  if (choice === 'all') throw new StreamError('usage', '--choice takes a number from 0, not "all"')
  return choice
}

/** Returns the dialects to try: all, or only the one named by `--dialect`. */
export function dialectsFor(name: string | undefined): readonly Dialect[] {
  return name === undefined ? dialects : dialects.filter((dialect) => dialect.name === name)
}
