import { StreamError } from '../../core/errors/error.js'
import { parseDuration } from '../../core/text/duration.js'
import { parseSize } from '../../core/text/size.js'

/** The headings under which help lists the options of a program that has many. */
export const GROUPS = ['Request', 'Model', 'Output', 'Network', 'Diagnostics'] as const

/**
 * One option, declared once: the parser, help and the documentation read it. A `size` takes k, M or G; a `duration` takes ms, s, m or h
 * (a bare number is seconds); `milliseconds` takes the same, but a bare number is milliseconds; a `list` is given by repeating.
 */
export interface Option {
  readonly type: 'flag' | 'text' | 'number' | 'size' | 'duration' | 'milliseconds' | 'list'
  readonly short?: string
  /** The name of the value in help. */
  readonly placeholder?: string
  readonly description: string
  /** The only words that the value can be. */
  readonly choices?: readonly string[]
  /** The value if the option is not given, as one would type it. */
  readonly default?: string
  readonly group?: (typeof GROUPS)[number]
  /** Whether the short help (`-h`) lists it. */
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

/** The values of the options, checked for their form and nothing more. */
export type Values<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends { choices: readonly (infer Word)[] }
    ? Word | undefined
    : ValueOf[Table[Name]['type']]
}

/** Returns the value of an option; `given` is what the parser found. Throws `usage`. */
export function parseValue(name: string, { type, choices }: Option, given: unknown): ValueOf[Option['type']] {
  if (type === 'list') return given === undefined ? [] : [given].flat().map(String)
  // If it is given twice, the last one counts.
  const last: unknown = Array.isArray(given) ? given.at(-1) : given
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
