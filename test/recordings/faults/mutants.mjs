/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'cuts.ts',
    what: 'a size begins anew with each read',
    from: 'missing -= bytes.length - from',
    to: '',
  },
  {
    file: 'stream-faults.ts',
    what: 'half an event stands before the error',
    from: 'if (!isLast(rest) && endsBlank(rest)) yield rest',
    to: 'if (!isLast(rest)) yield rest',
  },
  {
    file: 'stall.ts',
    what: 'the silence parts CR from LF',
    from: 'if (isDue && !(afterCr && byte === LF)) return at',
    to: 'if (isDue) return at',
  },
  {
    file: 'random.ts',
    what: 'every seed gives the same',
    from: 'let state = seed | 0',
    to: 'let state = seed & 0',
  },
]
