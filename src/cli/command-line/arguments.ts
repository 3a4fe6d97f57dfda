import { closestMatch } from 'leven'
import { StreamError } from '../../core/errors/error.js'
import type { OptionTable } from './option.js'

/** An option and its value. The value of a flag is true, or false for `--name=false`. */
export type ParsedOption = readonly [name: string, value: string | boolean]

export interface SplitArguments {
  /** In the order of the command line, with long names. */
  readonly options: readonly ParsedOption[]
  readonly operands: readonly string[]
}

/** Hints for options that do not exist but are often tried: option name to hint. */
export type AbsentOptions = Readonly<Record<string, string>>

/** `getopt` would read this as options, but it is more likely text. */
const NEGATIVE_NUMBER = /^-(?:\d+(?:\.\d+)?|\.\d+)$/

/**
 * Splits arguments into options and operands as `getopt_long` does: `-abc` can be three flags, `-mX` and `--model=X` attach a value, a
 * value may begin with a dash, and `--` ends the options. Names cannot be abbreviated. An argument that contains white space and is not an
 * option is an operand. Throws `usage`. The message never repeats a value, which could be a secret.
 */
export function splitArguments(
  table: OptionTable,
  args: readonly string[],
  absent: AbsentOptions = {},
): SplitArguments {
  const shorts = new Map(Object.entries(table).map(([name, { short }]) => [short, name]))
  const options: ParsedOption[] = []
  const operands: string[] = []
  const rest = args.values()

  /** Returns the attached value, or else the next argument. */
  function valueOf(label: string, attached: string | undefined): string {
    const value = attached ?? rest.next().value
    if (value === undefined) throw new StreamError('usage', `${label} needs a value (see --help)`)
    return value
  }

  function longOption(arg: string): ParsedOption | undefined {
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

  function shortOptions(arg: string): readonly ParsedOption[] | undefined {
    const parsed: ParsedOption[] = []
    let at = 1
    for (const letter of arg.slice(1)) {
      at += letter.length
      const name = shorts.get(letter)
      if (name === undefined) {
        if (/\s/.test(arg) || NEGATIVE_NUMBER.test(arg)) return undefined
        throw new StreamError('usage', `unknown option -${letter} (${NO_HINT})`)
      }
      if (table[name]?.type !== 'flag') {
        // getopt would take "=X" as the value. It is never meant.
        if (arg[at] === '=')
          throw new StreamError('usage', `-${letter}=… is not valid; write -${letter} VALUE or --${name}=VALUE`)
        return [...parsed, [name, valueOf(`-${letter}`, arg.slice(at) || undefined)]]
      }
      parsed.push([name, true])
    }
    return parsed
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

/** The hint for an unknown option that resembles none. */
const NO_HINT = 'see --help; write -- before an operand that begins with a dash'

function hintFor(name: string, table: OptionTable, absent: AbsentOptions): string {
  if (Object.hasOwn(absent, name) && absent[name] !== undefined) return absent[name]
  const near =
    name.length === 1 ? undefined : closestMatch(name, Object.keys(table), { maxDistance: name.length < 5 ? 2 : 3 })
  return near === undefined ? NO_HINT : `did you mean --${near}?`
}
