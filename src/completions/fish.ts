import type { Command, CommandOption } from './command.js'

/** Writes a completion script for fish. */
export function fishCompletion({ name, options, takesFiles }: Command): string {
  const operands = takesFiles ? [] : [`complete -c ${name} -f`]
  return `${[`# fish completion of ${name}`, ...operands, ...options.map((option) => line(name, option))].join('\n')}\n`
}

function line(name: string, { long, short, description, value }: CommandOption): string {
  const kind = {
    none: [],
    text: ['-x'],
    file: ['-r', '-F'],
    words: value.kind === 'words' ? ['-x', '-a', quotedForFish(value.words.join(' '))] : [],
  }[value.kind]
  const names = [...(short === undefined ? [] : ['-s', short]), '-l', long]
  return ['complete', '-c', name, ...names, ...kind, '-d', quotedForFish(description)].join(' ')
}

/** In the single quotes of fish, a backslash and a quote are escaped. */
function quotedForFish(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`
}
