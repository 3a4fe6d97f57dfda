/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'redact.ts',
    what: 'only a whole key is hidden',
    from: 'const SHORTEST = 8',
    to: 'const SHORTEST = 20',
  },
  {
    file: 'mask.ts',
    what: 'a piece may be cut before it is masked',
    from: 'if (known < end && to > end) end = known',
    to: ';',
  },
  {
    file: 'shapes.ts',
    what: 'the rest of a secret that an excerpt has cut stays',
    from: ".replace(anyCut, '[secret]…')",
    to: '',
  },
]
