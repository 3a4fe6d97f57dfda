/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'usage-and-error.ts',
    what: 'an error beside the choices is not read',
    from: 'if (error) deltas.push',
    to: 'if (error === 0) deltas.push',
  },
  {
    file: 'finish.ts',
    what: 'an error put on a choice is not read',
    from: "choice['error'] ? [",
    to: "choice['error'] === 0 ? [",
    tests: ['dialects/openai/chat'],
  },
]
