import { StreamError } from '../../core/errors/error.js'
import { parseDuration } from '../../core/text/duration.js'
import { parseSize } from '../../core/text/size.js'

/** Headings that group the options in the help of a program with many options. */
export const GROUPS = ['Request', 'Model', 'Output', 'Network', 'Diagnostics'] as const

/**
 * One option, used by the parser, the help and the documentation. A `size` takes k, M or G. A `duration` takes ms, s, m or h; a bare
 * number is seconds. `milliseconds` takes the same units; a bare number is milliseconds. A `list` is an option that can be repeated.
 */
export interface Option {
  readonly type: 'flag' | 'text' | 'number' | 'size' | 'duration' | 'milliseconds' | 'list'
  readonly short?: string
  /** Name of the value in help. */
  readonly placeholder?: string
  readonly description: string
  /** Allowed values. */
  readonly choices?: readonly string[]
  /** Default value, as it is typed on the command line. */
  readonly default?: string
  readonly group?: (typeof GROUPS)[number]
  /** True if the short help (`-h`) lists this option. */
  readonly isBasic?: boolean
}

export type OptionTable = { readonly [name: string]: Option }

interface ValueOf {
  flag: boolean
  text: string | undefined
  number: number | undefined
  size: number | undefined
  /** Milliseconds. */
  duration: number | undefined
  milliseconds: number | undefined
  list: readonly string[]
}

/** The option values by name. Their syntax has been checked, but not their meaning. */
export type Values<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends { choices: readonly (infer Word)[] }
    ? Word | undefined
    : ValueOf[Table[Name]['type']]
}

/** Returns the value of an option; `raw` is the output of the parser. Throws `usage`. */
export function parseValue(name: string, { type, choices }: Option, raw: unknown): ValueOf[Option['type']] {
  if (type === 'list') return raw === undefined ? [] : [raw].flat().map(String)
  // If the option is repeated, the last value wins.
  const last: unknown = Array.isArray(raw) ? raw.at(-1) : raw
  if (type === 'flag') return last === true
  if (choices && last !== undefined && !choices.includes(String(last))) {
    throw new StreamError('usage', `--${name} takes ${choices.join(', ')}, not "${String(last)}"`)
  }
  if (last === undefined || type === 'text') return last as string | undefined
  const typed = String(last)
  const [parse, kind] = VALUE_PARSERS[type]
  const number = parse(typed)
  if (typed.trim() === '' || number === undefined || !Number.isFinite(number))
    throw new StreamError('usage', `--${name} takes ${kind}, not "${typed}"`)
  return number
}

const VALUE_PARSERS = {
  number: [Number, 'a number'],
  size: [parseSize, 'a size such as 4096 or 64M'],
  duration: [parseDuration, 'a duration such as 500ms, 30s or 5m'],
  milliseconds: [
    (typed: string) => parseDuration(/[a-z]/.test(typed) ? typed : `${typed}ms`),
    'a time such as 500 (milliseconds), 30s or 5m',
  ],
} as const
