import { quoted, type Command, type CommandOption } from './command.js'

/** Writes a completion script for zsh. It works from a folder of `fpath`, and if it is sourced. */
export function zshCompletion({ name, options, takesFiles }: Command): string {
  // An autoloaded function has the name of its file, which is `_PROGRAM` by convention.
  const self = `_${name}`
  const specs = [...options.flatMap(optionSpecs), takesFiles ? quoted('*:file:_files') : quoted('*: :')]
  return `#compdef ${name}
${self}() {
  _arguments -s -S \\
    ${specs.join(' \\\n    ')}
}
if [ "$funcstack[1]" = ${self} ]; then
  ${self} "$@"
else
  compdef ${self} ${name}
fi
`
}

/** An option may be repeated: the last one counts, or all do. */
function optionSpecs({ long, short, description, value }: CommandOption): string[] {
  const about = `[${escaped(description)}]`
  const action = {
    none: '',
    text: ': :',
    file: `:${value.kind === 'file' ? escaped(value.placeholder) : ''}:_files`,
    words: value.kind === 'words' ? `:${escaped(value.placeholder)}:(${value.words.join(' ')})` : '',
  }[value.kind]
  const separators = value.kind === 'none' ? ['', ''] : ['+', '=']
  return [
    ...(short === undefined ? [] : [quoted(`*-${short}${separators[0]}${about}${action}`)]),
    quoted(`*--${long}${separators[1]}${about}${action}`),
  ]
}

/** In a spec of `_arguments`, a colon and brackets are marks. */
function escaped(text: string): string {
  return text.replaceAll(/[\\:[\]]/g, String.raw`\$&`)
}
