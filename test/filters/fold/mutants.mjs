/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'fold-lines.ts',
    what: 'a tool call with unfinished arguments is printed',
    from: 'const isTold = isWhole ? value !== undefined : isObject(value)',
    to: 'const isTold = true',
    tests: ['bin/sse-fold'],
  },
  {
    file: 'fold-lines.ts',
    what: 'the message of an unfinished answer is printed',
    from: 'else if (folded.isUsable)',
    to: 'else',
    tests: ['bin/sse-fold'],
  },
]
