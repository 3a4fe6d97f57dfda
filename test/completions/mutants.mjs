/** @type {import('../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'bash.ts',
    what: 'options are offered after --',
    from: '[[ $current == -* && $option != -- ]]',
    to: '[[ $current == -* ]]',
    tests: ['completions/index'],
    only: '^bash:',
  },
  {
    file: 'zsh.ts',
    what: 'files are offered for an operand that is text',
    from: "takesFiles ? quoted('*:file:_files') : quoted('*: :')",
    to: "quoted('*:file:_files')",
    tests: ['completions/index'],
    only: '^zsh',
  },
  {
    file: 'fish.ts',
    what: 'files are offered for an option whose value is text',
    from: "text: ['-x'],",
    to: "text: ['-r'],",
    tests: ['completions/index'],
    only: '^fish:',
  },
  {
    file: 'command.ts',
    what: 'an option with choices takes any text',
    from: "if (choices) return { kind: 'words', placeholder, words: choices }",
    to: '',
    tests: ['completions/index'],
    only: '^bash:',
  },
]
