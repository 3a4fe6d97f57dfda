/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'fold-lines.ts',
    what: 'a call whose arguments are cut is handed on',
    from: 'const isTold = isWhole ? value !== undefined : isObject(value)',
    to: 'const isTold = true',
    tests: ['bin/sse-fold'],
  },
  {
    file: 'fold-lines.ts',
    what: 'the message of half an answer is handed on',
    from: 'else if (folded.isUsable)',
    to: 'else',
    tests: ['bin/sse-fold'],
  },
]
