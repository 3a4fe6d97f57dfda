import { splitArguments, type AbsentOptions, type GivenOption } from './arguments.js'
import { parseValue, type OptionTable, type Values } from './option.js'

export interface CommandLine<Table extends OptionTable> {
  readonly values: Values<Table>
  readonly operands: readonly string[]
}

/** Parses a command line. Throws `usage` with one sentence. */
export async function parse<Table extends OptionTable>(
  table: Table,
  args: readonly string[],
  absent?: AbsentOptions,
): Promise<CommandLine<Table>> {
  const { options, operands } = splitArguments(table, args, absent)
  const isFlagsOnly = options.every(([, value]) => typeof value === 'boolean')
  // yargs takes longer to load than all the rest of a filter, and flags leave nothing to parse.
  const given: Readonly<Record<string, unknown>> = isFlagsOnly
    ? Object.fromEntries(options)
    : await parsed(table, options)
  const values = Object.entries(table).map(([name, option]) => [name, parseValue(name, option, given[name])])
  return { values: Object.fromEntries(values) as Values<Table>, operands }
}

/** The values by name, an array for an option that is repeated. yargs reads each as it stands only if it is bound to its name by `=`. */
async function parsed(table: OptionTable, options: readonly GivenOption[]): Promise<Readonly<Record<string, unknown>>> {
  const { default: yargs } = await import('yargs')
  const parser = yargs(options.map(([name, value]) => `--${name}=${value}`))
    .parserConfiguration({ 'boolean-negation': false, 'camel-case-expansion': false, 'dot-notation': false })
    .help(false)
    .version(false)
    .exitProcess(false)
  for (const [name, { type }] of Object.entries(table)) {
    // Without requiresArg, yargs takes off quotes that enclose a value.
    parser.option(name, type === 'flag' ? { boolean: true } : { string: true, requiresArg: true })
  }
  return parser.parseSync()
}
