/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'usage-and-error.ts',
    what: 'an error next to the choices is ignored',
    from: 'if (error) deltas.push',
    to: 'if (error === 0) deltas.push',
  },
  {
    file: 'finish.ts',
    what: 'an error inside a choice is ignored',
    from: "choice['error'] ? [",
    to: "choice['error'] === 0 ? [",
    tests: ['dialects/openai/chat'],
  },
]
