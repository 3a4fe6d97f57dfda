import { EXIT_STATUSES } from '../../core/errors/exit-status.js'
import { GROUPS, type Option, type OptionTable } from './option.js'
import type { Synopsis } from './synopsis.js'

export interface HelpOptions {
  /** The width of a line, in characters. */
  readonly width: number
  /** Only the options that most people need, and three examples. */
  readonly isShort: boolean
}

type Row = readonly [left: string, right: string]

/** How far the right column can be to the right; a longer left one has a line of its own. */
const MAX_LEFT = 24
const EXAMPLES_OF_SHORT_HELP = 3
export const END_OF_OPTIONS = 'Arguments after -- are operands, even if they begin with a dash.'

/** Returns the text of `--help` or `-h`, printed from the same table that the parser reads. */
export function help(program: Synopsis<OptionTable>, { width, isShort }: HelpOptions): string {
  const { name, summary, operands, options, examples, environment = [] } = program
  const table = Object.entries(options)
  const basic = table.filter(([, { isBasic }]) => isBasic)
  // A program with few options has no basic ones but --help.
  const shown = isShort && basic.length > 1 ? basic : table
  const sections = [
    `Usage: ${name} [option…] ${operands}`,
    wrap(summary, width, ''),
    ...(isShort
      ? [`Options:\n${optionRows(shown, width)}`]
      : [
          ...optionGroups(shown).map(({ title, rows }) => `${title}:\n${optionRows(rows, width)}`),
          wrap(END_OF_OPTIONS, width, ''),
        ]),
    `Examples:\n${examples
      .slice(0, isShort ? EXAMPLES_OF_SHORT_HELP : undefined)
      .map(example(width))
      .join('\n')}`,
    ...(isShort || environment.length === 0 ? [] : [`Environment:\n${columns(environment, width)}`]),
    isShort
      ? wrap(`${name} --help lists all options, and what the exit statuses mean.`, width, '')
      : `Exit status:\n${columns(
          EXIT_STATUSES.map(([status, when]) => [String(status), when]),
          width,
        )}`,
  ]
  return `${sections.join('\n\n')}\n`
}

/** Options that are listed together. */
interface OptionGroup {
  readonly title: string
  readonly rows: readonly [string, Option][]
}

/** The options under their headings, in the order of the headings; one group if there is only one heading. */
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

/** An option as one would type it. */
function optionText(long: string, { short, placeholder }: Option): string {
  return `${short === undefined ? '   ' : `-${short},`} --${long}${placeholder === undefined ? '' : ` ${placeholder}`}`
}

/** The description of an option with its choices and its default. */
export function describe({ description, choices, default: byDefault }: Option): string {
  if (choices) {
    const words = choices.map((choice) => (choice === byDefault ? `${choice} (default)` : choice))
    return `${description}: ${words.join(', ')}`
  }
  return byDefault === undefined ? description : `${description} (default ${byDefault})`
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

/** Wraps a text between words; `indent` begins each line. A word that is longer than a line is not broken. */
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
