import { closestMatch } from 'leven'
import { parseDuration } from '../core/text/duration.js'
import { StreamError } from '../core/errors/error.js'

/** One option, declared once: parsing, help and README come from it. A `size` takes k, M or G, a `duration` ms, s, m or h (of `milliseconds` a bare number is that); a list is given by repeating. */
export interface Option {
  readonly type: 'flag' | 'text' | 'number' | 'size' | 'duration' | 'milliseconds' | 'list'
  readonly short?: string
  /** What the value is called in the help. */
  readonly placeholder?: string
  readonly description: string
  /** The only words that the value can be. */
  readonly choices?: readonly string[]
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

/** What was typed, checked for its form and nothing more. */
export type Values<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends { choices: readonly (infer Word)[] }
    ? Word | undefined
    : ValueOf[Table[Name]['type']]
}

export interface CommandLine<Table extends OptionTable> {
  readonly values: Values<Table>
  readonly operands: readonly string[]
}

/** A command line of operands and whole names of flags, known without loading the option parser; undefined of any other. */
export function parseFlagsOnly<Table extends OptionTable>(
  options: Table,
  args: readonly string[],
): CommandLine<Table> | undefined {
  const flags = new Map<string, string>()
  for (const [name, { type, short }] of Object.entries(options)) {
    if (type !== 'flag') continue
    flags.set(`--${name}`, name)
    if (short !== undefined) flags.set(`-${short}`, name)
  }
  const given = new Set(args.map((arg) => flags.get(arg)))
  const operands = args.filter((arg) => !flags.has(arg))
  if (!operands.every(isOperand)) return undefined
  const values = Object.entries(options).map(([name, { type }]) => [
    name,
    type === 'flag' ? given.has(name) : type === 'list' ? [] : undefined,
  ])
  return { values: Object.fromEntries(values) as Values<Table>, operands }
}

/** Whether an argument is an operand, whatever stands before it; a flag would take `true` and `false` for its value. */
function isOperand(arg: string): boolean {
  return arg === '-' || !(arg.startsWith('-') || arg === 'true' || arg === 'false')
}

/** Parses a command line. Throws `usage` with one sentence, and the nearest name where one is misspelled. */
export async function parse<Table extends OptionTable>(
  options: Table,
  args: readonly string[],
): Promise<CommandLine<Table>> {
  // Loaded on demand, for it takes longer than all the rest of a filter.
  const { default: yargs } = await import('yargs')
  const parser = yargs(dashesBound(args, options))
    .locale('en')
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'greedy-arrays': false,
      'parse-positional-numbers': false,
    })
    .help(false)
    .version(false)
    .exitProcess(false)
    .strictOptions()
    .fail((message, error) => {
      throw new StreamError('usage', explained(message ?? error.message, options))
    })
  for (const [name, { type, short }] of Object.entries(options)) {
    parser.option(name, {
      ...(short === undefined ? {} : { alias: short }),
      ...(type === 'flag' ? { boolean: true } : { string: true, array: type === 'list', requiresArg: true }),
    })
  }
  const { _: operands, ...given } = parser.parseSync()
  const values = Object.entries(options).map(([name, option]) => [name, valueOf(name, option, given[name])])
  return { values: Object.fromEntries(values) as Values<Table>, operands: operands.map(String) }
}

/** A list takes `-` for a value like any other option; yargs would see the end of it. */
function dashesBound(args: readonly string[], options: OptionTable): string[] {
  const lists = Object.entries(options).filter(([, { type }]) => type === 'list')
  const names = new Set(lists.flatMap(([name, { short }]) => [`--${name}`, `-${short}`]))
  const bound: string[] = []
  for (const arg of args) {
    const last = bound.at(-1)
    if (arg === '-' && last !== undefined && names.has(last)) bound[bound.length - 1] = `${last}=-`
    else bound.push(arg)
  }
  return bound
}

function valueOf(name: string, { type, choices: oneOf }: Option, given: unknown): ValueOf[Option['type']] {
  if (type === 'list') return Array.isArray(given) ? given.map(String) : []
  // Given twice, the last counts.
  const last: unknown = Array.isArray(given) ? given.at(-1) : given
  if (type === 'flag') return last === true
  if (oneOf && last !== undefined && !oneOf.includes(String(last))) {
    throw new StreamError('usage', `--${name} takes ${oneOf.join(', ')}, not "${String(last)}"`)
  }
  if (last === undefined || type === 'text') return last as string | undefined
  const typed = String(last)
  const [read, kind] = VALUE_PARSERS[type]
  const number = read(typed)
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

function parseSize(size: string): number {
  const [, digits, unit = ''] = /^(\d+)([kMG]?)(?:i?B)?$/i.exec(size) ?? []
  const power = ['', 'k', 'm', 'g'].indexOf(unit.toLowerCase())
  return digits === undefined ? Number.NaN : Number(digits) * 1024 ** power
}

/** yargs' complaint in our words. */
function explained(message: string, options: OptionTable): string {
  const unknown = /^Unknown arguments?: ([^,]+)/.exec(message)?.[1]
  if (unknown !== undefined) {
    const near = unknown.length === 1 ? undefined : closestMatch(unknown, Object.keys(options), { maxDistance: 3 })
    return `unknown option ${dashed(unknown)} (${near === undefined ? 'see --help' : `did you mean ${dashed(near)}?`})`
  }
  const missing = /^Not enough arguments following: (.+)$/.exec(message)?.[1]
  if (missing !== undefined) return `${dashed(missing)} needs a value (see --help)`
  return message
}

function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`
}
