/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'redact.ts',
    what: 'only a whole key is masked',
    from: 'const SHORTEST = 8',
    to: 'const SHORTEST = 20',
  },
  {
    file: 'mask.ts',
    what: 'text is split before it is masked',
    from: 'if (known < end && to > end) end = known',
    to: ';',
  },
  {
    file: 'shapes.ts',
    what: 'a secret cut off by an excerpt stays visible',
    from: ".replace(anyCut, '[secret]…')",
    to: '',
  },
]
