import { StreamError } from '../../core/errors/error.js'
import type { Dialect } from '../../core/answer/dialect.js'
import type { ParseOptions } from '../../core/answer/answers.js'
import type { OptionTable, Values } from '../../cli/argv.js'

/** What every reader of answers takes. */
export const ANSWER_OPTIONS = {
  dialect: {
    type: 'text',
    placeholder: 'NAME',
    description: 'read every chunk as this API sends it, instead of telling from the data',
  },
  'max-event-bytes': { type: 'size', placeholder: 'SIZE', description: 'the largest event that is read (default 16M)' },
  'fail-on': {
    type: 'text',
    placeholder: 'WHAT',
    description: 'fail also where a whole answer ended so: length, filtered, or both with a comma',
  },
  'allow-truncated': {
    type: 'flag',
    description: 'take an answer without its end mark, unless a tool call is open in it',
  },
} as const satisfies OptionTable

/** What the options of a reader ask for. Throws `usage`. */
export function answerOptions(values: Omit<Values<typeof ANSWER_OPTIONS>, 'dialect'>): ParseOptions {
  return {
    maxEventBytes: values['max-event-bytes'],
    allowTruncated: values['allow-truncated'],
    failOn: values['fail-on']?.split(',').map(failingVerdict),
  }
}

function failingVerdict(name: string): 'length' | 'filtered' {
  if (name === 'length' || name === 'filtered') return name
  throw new StreamError('usage', `--fail-on takes length, filtered, or both with a comma, not "${name}"`)
}

/** The choice that is meant. Throws `usage`. */
export function parseChoice(typed = '0'): number | 'all' {
  if (typed === 'all') return typed
  if (!/^\d+$/.test(typed))
    throw new StreamError('usage', `--choice takes a number from 0 on, or "all", not "${typed}"`)
  return Number(typed)
}

/** The one choice that is meant. Throws `usage`. */
export function parseChoiceIndex(typed: string | undefined): number {
  const choice = parseChoice(typed)
  if (choice === 'all') throw new StreamError('usage', '--choice takes a number from 0 on, not "all"')
  return choice
}

/** The dialects that are tried: the whole table, or the one of a name. Throws `usage` for a name that isn't in it. */
export function dialectsFor(dialects: readonly Dialect[], name: string | undefined): readonly Dialect[] {
  if (name === undefined) return dialects
  const found = dialects.filter((dialect) => dialect.name === name)
  if (found.length === 0) {
    throw new StreamError(
      'usage',
      `--dialect takes ${dialects.map((dialect) => dialect.name).join(', ')}, not "${name}"`,
    )
  }
  return found
}
