/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'redact.ts',
    what: 'only a whole key is masked',
    from: 'const MIN_MATCH = 8',
    to: 'const MIN_MATCH = 20',
  },
  {
    file: 'mask.ts',
    what: 'text is split before it is masked',
    from: 'if (matchStart < end && to > end) end = matchStart',
    to: ';',
  },
  {
    file: 'shapes.ts',
    what: 'a secret cut off by an excerpt stays visible',
    from: ".replace(ANY_CUT, '[secret]…')",
    to: '',
  },
]
