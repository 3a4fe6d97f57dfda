import { EXIT_STATUSES } from '../../core/errors/exit-status.js'
import { GROUPS, type Option, type OptionTable } from './option.js'
import type { Synopsis } from './synopsis.js'

export interface HelpOptions {
  /** Maximum line length, in characters. */
  readonly width: number
  /** True for the short help: basic options and three examples only. */
  readonly isShort: boolean
}

type Row = readonly [left: string, right: string]

/** Maximum width of the left column, in characters. A longer entry gets its own line. */
const MAX_LEFT = 24
const MAX_SHORT_HELP_EXAMPLES = 3
export const END_OF_OPTIONS = 'Arguments after -- are operands, even if they begin with a dash.'

/** Returns the text of `--help` or `-h`, generated from the table that the parser uses. */
export function help(program: Synopsis<OptionTable>, { width, isShort }: HelpOptions): string {
  const { name, summary, operands, options, examples, environment = [] } = program
  const table = Object.entries(options)
  const rows = isShort ? basicOptions(table) : table
  const sections = [
    `Usage: ${name} [option…] ${operands}`,
    wrap(summary, width, ''),
    ...(isShort
      ? [`Options:\n${optionRows(rows, width)}`]
      : [
          ...optionGroups(rows).map((group) => `${group.title}:\n${optionRows(group.rows, width)}`),
          wrap(END_OF_OPTIONS, width, ''),
        ]),
    `Examples:\n${examples
      .slice(0, isShort ? MAX_SHORT_HELP_EXAMPLES : undefined)
      .map(example(width))
      .join('\n')}`,
    ...(isShort || environment.length === 0 ? [] : [`Environment:\n${columns(environment, width)}`]),
    isShort
      ? wrap(`${name} --help lists all options and explains the exit statuses.`, width, '')
      : `Exit status:\n${columns(
          EXIT_STATUSES.map(([status, when]) => [String(status), when]),
          width,
        )}`,
  ]
  return `${sections.join('\n\n')}\n`
}

/**
 * Returns the options that the short help lists: those marked as basic. If only `--help` is marked, returns the options without a group,
 * which are the program's own; a program that has none of these gets all options.
 */
function basicOptions(table: readonly [string, Option][]): readonly [string, Option][] {
  const basic = table.filter(([, { isBasic }]) => isBasic)
  if (basic.length > 1) return basic
  const own = table.filter(([, { group }]) => group === undefined)
  return own.length > 0 ? [...own, ...basic] : table
}

/** Options under one heading. */
interface OptionGroup {
  readonly title: string
  readonly rows: readonly [string, Option][]
}

/** Returns the options under their group headings, in the order of `GROUPS`, or one group if a program does not group them. */
export function optionGroups(table: readonly [string, Option][]): OptionGroup[] {
  const headings = GROUPS.filter((group) => table.some(([, option]) => option.group === group))
  const others = table.filter(([, { group }]) => group === undefined)
  if (others.length > 0 || headings.length < 2) return [{ title: 'Options', rows: table }]
  return headings.map((title) => ({ title, rows: table.filter(([, { group }]) => group === title) }))
}

function optionRows(table: readonly [string, Option][], width: number): string {
  return columns(
    table.map(([long, option]) => [optionText(long, option), describe(option)]),
    width,
  )
}

/** Formats an option as it is typed, for example `-m, --model MODEL`. */
function optionText(long: string, { short, placeholder }: Option): string {
  return `${short === undefined ? '   ' : `-${short},`} --${long}${placeholder === undefined ? '' : ` ${placeholder}`}`
}

/** Returns the description of an option, with its choices and its default. */
export function describe({ description, choices, default: defaultValue }: Option): string {
  if (choices) {
    const words = choices.map((choice) => (choice === defaultValue ? `${choice} (default)` : choice))
    return `${description}: ${words.join(', ')}`
  }
  return defaultValue === undefined ? description : `${description} (default ${defaultValue})`
}

function example(width: number): (example: Row) => string {
  return ([command, description]) => `  ${command}\n${wrap(description, width, '      ')}`
}

function columns(rows: readonly Row[], width: number): string {
  const left = Math.min(MAX_LEFT, Math.max(...rows.map(([text]) => text.length)))
  const indent = ' '.repeat(left + 4)
  return rows
    .map(([text, description]) => {
      const right = wrap(description, width, indent)
      return text.length > left ? `  ${text}\n${right}` : `  ${text.padEnd(left)}${right.slice(left + 2)}`
    })
    .join('\n')
}

/** Wraps text between words and indents each line with `indent`. A word longer than a line is not broken. */
function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = []
  let line = indent
  for (const word of text.split(' ')) {
    const isFirst = line === indent
    if (!isFirst && line.length + 1 + word.length > width) {
      lines.push(line)
      line = indent + word
    } else line += isFirst ? word : ` ${word}`
  }
  return [...lines, line].join('\n')
}
