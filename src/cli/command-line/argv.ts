import { splitArguments, type AbsentOptions, type ParsedOption } from './arguments.js'
import { parseValue, type OptionTable, type Values } from './option.js'

export interface CommandLine<Table extends OptionTable> {
  readonly values: Values<Table>
  readonly operands: readonly string[]
}

/** Parses a command line. Throws `usage`. */
export async function parse<Table extends OptionTable>(
  table: Table,
  args: readonly string[],
  absent?: AbsentOptions,
): Promise<CommandLine<Table>> {
  const { options, operands } = splitArguments(table, args, absent)
  const isFlagsOnly = options.every(([, value]) => typeof value === 'boolean')
  // Loading yargs takes longer than the rest of a filter, and flags need no parsing.
  const found: Readonly<Record<string, unknown>> = isFlagsOnly
    ? Object.fromEntries(options)
    : await parseWithYargs(table, options)
  const values = Object.entries(table).map(([name, option]) => [name, parseValue(name, option, found[name])])
  return { values: Object.fromEntries(values) as Values<Table>, operands }
}

/** Returns the values by name, as an array if an option is repeated. yargs takes a value literally only if `=` joins it to the name. */
async function parseWithYargs(
  table: OptionTable,
  options: readonly ParsedOption[],
): Promise<Readonly<Record<string, unknown>>> {
  const { default: yargs } = await import('yargs')
  const parser = yargs(options.map(([name, value]) => `--${name}=${value}`))
    .parserConfiguration({ 'boolean-negation': false, 'camel-case-expansion': false, 'dot-notation': false })
    .help(false)
    .version(false)
    .exitProcess(false)
  for (const [name, { type }] of Object.entries(table)) {
    // Without requiresArg, yargs strips quotes around a value.
    parser.option(name, type === 'flag' ? { boolean: true } : { string: true, requiresArg: true })
  }
  return parser.parseSync()
}
