import { closestMatch } from 'leven'
import { StreamError } from '../../core/errors/error.js'
import { parseValue, type OptionTable, type Values } from './option.js'

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
  const values = Object.entries(options).map(([name, option]) => [name, parseValue(name, option, given[name])])
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
