/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'stage.ts',
    what: 'what the first stage yields at its end is lost',
    from: 'yield* through(first.end())',
    to: '',
  },
  {
    file: 'tee.ts',
    what: 'a stage that fails stops the bytes',
    from: 'failure = { error }\n',
    to: 'throw error\n',
  },
  {
    file: 'tee.ts',
    what: 'an empty text at the end hides the missing newline',
    from: 'last = output.at(-1) ?? last',
    to: "last = output.at(-1) ?? '\\n'",
  },
]
