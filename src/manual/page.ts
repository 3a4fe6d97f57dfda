import { EXIT_STATUSES } from '../core/errors/exit-status.js'
import { withCommonOptions } from '../cli/command-line/common-options.js'
import { describe, END_OF_OPTIONS, optionGroups } from '../cli/command-line/help.js'
import type { Option, OptionTable } from '../cli/command-line/option.js'
import type { Synopsis } from '../cli/command-line/synopsis.js'
import { OVERVIEW, type Block, type Inline, type Prose, type Reference } from './prose.js'

/** A manual page, before it is written in a format. */
export interface Page extends Reference {
  /** Completes the line `name - summary`. */
  readonly summary: string
  readonly blocks: readonly Block[]
}

type Row = readonly [term: string, description: string]

/** Returns the page of a program: what its option table says, and its section of the prose. */
export function programPage(program: Synopsis<OptionTable>, prose: Prose, programs: readonly string[]): Page {
  const { name, summary, operands, options, examples, environment = [], files = [] } = withCommonOptions(program)
  const others = programs.filter((other) => other !== name).toSorted()
  return {
    name,
    section: 1,
    summary: withoutPeriod(summary),
    blocks: [
      ...section('Synopsis', [paragraph(code(name), text(' ['), emphasis('option'), text('…] '), ...usage(operands))]),
      ...section('Description', [paragraph(text(summary)), ...proseOf(prose, name)]),
      ...section('Options', optionBlocks(options)),
      ...exitStatus(),
      ...section('Environment', rows(environment)),
      ...section('Files', rows(files)),
      ...section('Examples', rows(examples)),
      ...seeAlso([OVERVIEW, ...others.map((other) => reference(other))]),
    ],
  }
}

/** Returns the page about all programs: a row for each of them, and the section of the prose that they share. */
export function overviewPage(programs: readonly Synopsis<OptionTable>[], prose: Prose, summary: string): Page {
  return {
    ...OVERVIEW,
    summary,
    blocks: [
      ...section('Description', [
        paragraph(text(`${summary}.`)),
        {
          type: 'definitions',
          entries: programs.map((program) => [[reference(program.name)], [text(program.summary)]]),
        },
      ]),
      ...proseOf(prose, OVERVIEW.name).map((block) =>
        block.type === 'heading' ? { ...block, level: 1 as const } : block,
      ),
      ...exitStatus(),
      ...seeAlso(
        programs
          .map(({ name }) => name)
          .toSorted()
          .map((name) => reference(name)),
      ),
    ],
  }
}

function proseOf(prose: Prose, name: string): readonly Block[] {
  const blocks = prose.get(name)
  if (!blocks) throw new Error(`the prose has no section about ${name}`)
  return blocks
}

/** Returns a heading and what follows it, or nothing if nothing does. */
function section(title: string, blocks: readonly Block[]): Block[] {
  return blocks.length === 0 ? [] : [heading(1, title), ...blocks]
}

function exitStatus(): Block[] {
  return section('Exit status', rows(EXIT_STATUSES.map(([status, when]) => [String(status), when])))
}

function seeAlso(references: readonly Reference[]): Block[] {
  const links = references.flatMap(({ name, section: number }, index): Inline[] => [
    ...(index === 0 ? [] : [text(', ')]),
    { type: 'reference', name, section: number },
  ])
  return section('See also', [paragraph(...links)])
}

/** The options under the headings of `--help`. */
function optionBlocks(options: OptionTable): Block[] {
  const groups = optionGroups(Object.entries(options))
  const lists = groups.flatMap(({ title, rows: table }): Block[] => [
    ...(groups.length > 1 ? [heading(2, title)] : []),
    {
      type: 'definitions',
      entries: table.map(([long, option]) => [optionTerm(long, option), [text(describe(option))]]),
    },
  ])
  return [...lists, paragraph(text(END_OF_OPTIONS))]
}

function optionTerm(long: string, { short, placeholder }: Option): Inline[] {
  return [
    ...(short === undefined ? [] : [code(`-${short}`), text(', ')]),
    code(`--${long}`),
    ...(placeholder === undefined ? [] : [text(' '), emphasis(placeholder)]),
  ]
}

/** The operands, with their names as placeholders. */
function usage(operands: string): Inline[] {
  return operands
    .split(/(\w+)/)
    .filter((part) => part !== '')
    .map((part) => (/\w/.test(part) ? emphasis(part) : text(part)))
}

function rows(table: readonly Row[]): Block[] {
  if (table.length === 0) return []
  return [{ type: 'definitions', entries: table.map(([term, description]) => [[code(term)], [text(description)]]) }]
}

/** The summary as the line of names has it: it is part of a sentence there. */
function withoutPeriod(summary: string): string {
  return summary.charAt(0).toLowerCase() + summary.slice(1).replace(/\.$/, '')
}

function heading(level: 1 | 2, title: string): Block {
  return { type: 'heading', level, content: [text(title)] }
}

function paragraph(...content: Inline[]): Block {
  return { type: 'paragraph', content }
}

function reference(name: string): Inline & Reference {
  return { type: 'reference', name, section: 1 }
}

function text(words: string): Inline {
  return { type: 'text', text: words }
}

function code(words: string): Inline {
  return { type: 'code', text: words }
}

function emphasis(words: string): Inline {
  return { type: 'emphasis', content: [text(words)] }
}
