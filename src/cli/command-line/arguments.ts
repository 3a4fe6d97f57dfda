import { closestMatch } from 'leven'
import { StreamError } from '../../core/errors/error.js'
import type { OptionTable } from './option.js'

/** An option as it was given; a flag is true, or false if it was given as `--name=false`. */
export type GivenOption = readonly [name: string, value: string | boolean]

export interface SplitArguments {
  /** In their order, by their long names. */
  readonly options: readonly GivenOption[]
  readonly operands: readonly string[]
}

/** What to use instead of options that do not exist but are often tried, by their names. */
export type AbsentOptions = Readonly<Record<string, string>>

/** `getopt` takes it for an option, but it is more likely text. */
const NEGATIVE_NUMBER = /^-(?:\d+(?:\.\d+)?|\.\d+)$/

/**
 * Splits arguments into options and operands as `getopt_long` does: `-abc` can be three flags, `-mX` and `--model=X` attach a value, a
 * value may begin with a dash, and `--` ends the options. Names are not abbreviated. An argument that has a blank in it and is not an
 * option is an operand. Throws `usage`; the message never repeats a value.
 */
export function splitArguments(
  table: OptionTable,
  args: readonly string[],
  absent: AbsentOptions = {},
): SplitArguments {
  const shorts = new Map(Object.entries(table).map(([name, { short }]) => [short, name]))
  const options: GivenOption[] = []
  const operands: string[] = []
  const rest = args.values()

  /** The value that is attached, else the next argument. */
  function valueOf(typed: string, attached: string | undefined): string {
    const value = attached ?? rest.next().value
    if (value === undefined) throw new StreamError('usage', `${typed} needs a value (see --help)`)
    return value
  }

  function longOption(arg: string): GivenOption | undefined {
    const [, name = '', attached] = /^--([^=]*)(?:=(.*))?$/s.exec(arg) ?? []
    const option = Object.hasOwn(table, name) ? table[name] : undefined
    if (option === undefined) {
      if (/\s/.test(name)) return undefined
      throw new StreamError('usage', `unknown option --${name} (${hintFor(name, table, absent)})`)
    }
    if (option.type !== 'flag') return [name, valueOf(`--${name}`, attached)]
    if (attached !== undefined && attached !== 'true' && attached !== 'false')
      throw new StreamError('usage', `--${name} takes no value (see --help)`)
    return [name, attached !== 'false']
  }

  function shortOptions(arg: string): readonly GivenOption[] | undefined {
    const given: GivenOption[] = []
    let at = 1
    for (const letter of arg.slice(1)) {
      at += letter.length
      const name = shorts.get(letter)
      if (name === undefined) {
        if (/\s/.test(arg) || NEGATIVE_NUMBER.test(arg)) return undefined
        throw new StreamError('usage', `unknown option -${letter} (see --help)`)
      }
      if (table[name]?.type !== 'flag') return [...given, [name, valueOf(`-${letter}`, arg.slice(at) || undefined)]]
      given.push([name, true])
    }
    return given
  }

  for (const arg of rest) {
    if (arg === '--') for (const operand of rest) operands.push(operand)
    else if (arg === '-' || !arg.startsWith('-')) operands.push(arg)
    else if (arg.startsWith('--')) {
      const option = longOption(arg)
      if (option) options.push(option)
      else operands.push(arg)
    } else {
      const cluster = shortOptions(arg)
      if (cluster) options.push(...cluster)
      else operands.push(arg)
    }
  }
  return { options, operands }
}

function hintFor(name: string, table: OptionTable, absent: AbsentOptions): string {
  if (Object.hasOwn(absent, name) && absent[name] !== undefined) return absent[name]
  const near = name.length === 1 ? undefined : closestMatch(name, Object.keys(table), { maxDistance: 3 })
  return near === undefined ? 'see --help' : `did you mean --${near}?`
}
