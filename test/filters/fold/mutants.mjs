/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'fold-lines.ts',
    what: 'a tool call with unfinished arguments is printed',
    from: 'const isPrintable = isWhole ? value !== undefined : isObject(value)',
    to: 'const isPrintable = true',
    tests: ['bin/sse-fold'],
  },
  {
    file: 'fold-lines.ts',
    what: 'the message of an unfinished answer is printed',
    from: 'if (!folded.isUsable && !partial) return',
    to: '',
    tests: ['bin/sse-fold'],
  },
]
