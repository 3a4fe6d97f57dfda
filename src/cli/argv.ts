import { closestMatch } from 'leven'
import { StreamError } from '../core/errors.js'
import { EXIT_STATUSES } from '../core/status.js'

/** One option, declared once: parsing, help and README come from it. A `size` takes k, M or G; a list is given by repeating. */
export interface Option {
  readonly type: 'flag' | 'text' | 'number' | 'size' | 'list'
  readonly short?: string
  /** What the value is called in the help. */
  readonly value?: string
  readonly what: string
}

export type OptionTable = { readonly [name: string]: Option }

interface ValueOf {
  flag: boolean
  text: string | undefined
  number: number | undefined
  size: number | undefined
  list: readonly string[]
}

/** What was typed, checked for its form and nothing more. */
export type Values<Table extends OptionTable> = { readonly [Name in keyof Table]: ValueOf[Table[Name]['type']] }

/** What a program says of itself. */
export interface Synopsis<Table extends OptionTable> {
  readonly name: string
  readonly summary: string
  readonly operands: string
  readonly options: Table
  /** Command lines and what each does. */
  readonly examples: readonly (readonly [string, string])[]
  /** Environment variables and what each sets. */
  readonly environment?: readonly (readonly [string, string])[]
}

export interface CommandLine<Table extends OptionTable> {
  readonly values: Values<Table>
  readonly operands: readonly string[]
}

/** The command line of a bare call, known without loading the option parser. */
export function bareCall<Table extends OptionTable>(options: Table): CommandLine<Table> {
  const blank = { flag: false, text: undefined, number: undefined, size: undefined, list: [] }
  const values = Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, blank[type]]))
  return { values: values as Values<Table>, operands: [] }
}

/** Parses a command line. Throws `usage` with one sentence, and the nearest name where one is misspelled. */
export async function parse<Table extends OptionTable>(
  synopsis: Synopsis<Table>,
  args: readonly string[],
): Promise<CommandLine<Table>> {
  const { _: operands, ...given } = (await parser(synopsis, args)).parseSync()
  const values = Object.entries(synopsis.options).map(([name, option]) => [name, valueOf(name, option, given[name])])
  return { values: Object.fromEntries(values) as Values<Table>, operands: operands.map(String) }
}

/** The text of `--help`. */
export async function help(synopsis: Synopsis<OptionTable>): Promise<string> {
  return `${await (await parser(synopsis, [])).getHelp()}\n`
}

async function parser(synopsis: Synopsis<OptionTable>, args: readonly string[]) {
  // Loaded on demand, for it takes longer than all the rest of a filter.
  const { default: yargs } = await import('yargs')
  const instance = yargs([...args])
    .scriptName(synopsis.name)
    .usage(`${synopsis.summary}\n\nUsage: $0 [option…] ${synopsis.operands}`)
    .locale('en')
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'duplicate-arguments-array': false,
      'greedy-arrays': false,
      'parse-positional-numbers': false,
    })
    .help(false)
    .version(false)
    .exitProcess(false)
    .strictOptions()
    .wrap(null)
    .epilogue(sections(synopsis).join('\n\n'))
    .fail((message, error) => {
      throw error ?? new StreamError('usage', explained(message, synopsis.options))
    })
  for (const [name, option] of Object.entries(synopsis.options)) {
    instance.option(name, {
      describe: option.what,
      ...(option.short === undefined ? {} : { alias: option.short }),
      ...(option.type === 'flag' ? { boolean: true } : { string: true, requiresArg: true }),
      ...(option.type === 'list' ? { array: true } : {}),
    })
  }
  return instance
}

function sections({ examples, environment = [] }: Synopsis<OptionTable>): string[] {
  const columns = (rows: readonly (readonly [string, string])[]) => {
    const width = Math.max(...rows.map(([left]) => left.length))
    return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
  }
  const statuses = EXIT_STATUSES.map(([status, when]) => [String(status), when] as const)
  return [
    `Examples:\n${examples.map(([command, what]) => `  ${command}\n      ${what}`).join('\n')}`,
    ...(environment.length > 0 ? [`Environment:\n${columns(environment)}`] : []),
    `Exit status:\n${columns(statuses)}`,
  ]
}

function valueOf(name: string, { type }: Option, given: unknown): ValueOf[Option['type']] {
  if (type === 'flag') return given === true
  if (type === 'list') return Array.isArray(given) ? given.map(String) : []
  if (given === undefined || type === 'text') return given as string | undefined
  const number = type === 'size' ? bytesOf(String(given)) : Number(given)
  if (String(given).trim() === '' || !Number.isFinite(number)) {
    throw new StreamError('usage', `--${name} takes ${type === 'size' ? 'a size such as 4096 or 64M' : 'a number'}, not "${String(given)}"`)
  }
  return number
}

function bytesOf(size: string): number {
  const [, digits, unit = ''] = /^(\d+)([kMG]?)(?:i?B)?$/i.exec(size) ?? []
  const power = ['', 'k', 'm', 'g'].indexOf(unit.toLowerCase())
  return digits === undefined ? Number.NaN : Number(digits) * 1024 ** power
}

/** yargs' complaint in our words. */
function explained(message: string, options: OptionTable): string {
  const unknown = /^Unknown arguments?: ([^,]+)/.exec(message)?.[1]
  if (unknown !== undefined) {
    const near = closestMatch(unknown, Object.keys(options), { maxDistance: 3 })
    return `unknown option ${dashed(unknown)} (${near === undefined ? 'see --help' : `did you mean ${dashed(near)}?`})`
  }
  const missing = /^Not enough arguments following: (.+)$/.exec(message)?.[1]
  if (missing !== undefined) return `${dashed(missing)} needs a value (see --help)`
  return message
}

function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`
}
