/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'cuts.ts',
    what: 'the size of a piece starts over with each read',
    from: 'missing -= bytes.length - from',
    to: '',
  },
  {
    file: 'stream-faults.ts',
    what: 'half an event is written before the error',
    from: 'if (!isLast(rest) && endsWithBlankLine(rest)) yield rest',
    to: 'if (!isLast(rest)) yield rest',
  },
  {
    file: 'stall.ts',
    what: 'a stall splits CR from LF',
    from: 'if (isDue && !(afterCr && byte === LF)) return at',
    to: 'if (isDue) return at',
  },
  {
    file: 'random.ts',
    what: 'every seed gives the same numbers',
    from: 'let state = seed | 0',
    to: 'let state = seed & 0',
  },
]
