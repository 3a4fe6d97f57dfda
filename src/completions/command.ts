import type { Option, OptionTable } from '../cli/command-line/option.js'
import type { Synopsis } from '../cli/command-line/synopsis.js'

/** A program as a shell completes it. */
export interface Command {
  readonly name: string
  readonly options: readonly CommandOption[]
  /** True if operands are files; the operands of `or-stream` are text. */
  readonly takesFiles: boolean
}

export interface CommandOption {
  readonly long: string
  readonly short: string | undefined
  readonly description: string
  readonly value: OptionValue
}

/** The value of an option: nothing, one of some words, a file, or text that no shell can complete. */
export type OptionValue =
  | { readonly kind: 'none' | 'text' }
  | { readonly kind: 'file'; readonly placeholder: string }
  | { readonly kind: 'words'; readonly placeholder: string; readonly words: readonly string[] }

/** Writes the completion script of one shell. */
export type CompletionWriter = (command: Command) => string

/** Reads what completion needs from the table that the parser and help read. */
export function commandOf({ name, options, operands }: Synopsis<OptionTable>): Command {
  return {
    name,
    options: Object.entries(options).map(([long, option]) => ({
      long,
      short: option.short,
      description: option.description,
      value: valueOf(option),
    })),
    takesFiles: operands.includes('file'),
  }
}

function valueOf({ type, choices, placeholder = 'VALUE' }: Option): OptionValue {
  if (type === 'flag') return { kind: 'none' }
  if (choices) return { kind: 'words', placeholder, words: choices }
  return placeholder.includes('FILE') ? { kind: 'file', placeholder } : { kind: 'text' }
}

/** Quotes a text for a shell: single quotes, in which nothing is special. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
