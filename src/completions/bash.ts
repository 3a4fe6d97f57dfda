import type { Command, CommandOption } from './command.js'

/**
 * Writes a completion script for bash, which needs no bash-completion. `COMP_WORDBREAKS` has `=` in it, so that bash splits `--name=value`
 * into three words. An empty reply makes readline complete file names, blanks and all; bash 3.2 has no `compopt` to turn that off.
 */
export function bashCompletion({ name, options, takesFiles }: Command): string {
  const self = `_${name.replaceAll('-', '_')}`
  const words = options.flatMap(({ long, short }) => [`--${long}`, ...(short === undefined ? [] : [`-${short}`])])
  return `# bash completion of ${name}
${self}() {
  local current=\${COMP_WORDS[COMP_CWORD]} option=\${COMP_WORDS[COMP_CWORD-1]} i
  if [[ $current == = ]]; then
    current=
  elif [[ $option == = ]]; then
    option=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ \${COMP_WORDS[i]} == -- ]] && option=-- && break
  done
  case $option in
${options.flatMap(valueCase).join('\n')}
  esac
  if [[ $current == -* && $option != -- ]]; then
    COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$current"))
    return
  fi
${takesFiles ? '' : `  ${NO_FILES}\n`}}
complete -o default -F ${self} ${name}
`
}

const NO_FILES = 'compopt +o default 2> /dev/null'

function valueCase({ long, short, value }: CommandOption): string[] {
  if (value.kind === 'none') return []
  const pattern = short === undefined ? `--${long}` : `-${short} | --${long}`
  const reply = {
    text: `${NO_FILES}; return`,
    file: 'return',
    words: `${NO_FILES}; COMPREPLY=($(compgen -W '${value.kind === 'words' ? value.words.join(' ') : ''}' -- "$current")); return`,
  }[value.kind]
  return [`    ${pattern}) ${reply} ;;`]
}
