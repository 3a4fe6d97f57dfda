/** @type {import('../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'merge.ts',
    what: 'an empty value replaces one with content',
    from: 'return known === undefined || !isEmpty(value) ? value : known',
    to: 'return value',
    tests: ['dialects/merge', 'filters/fold/fold'],
  },
  {
    file: 'merge.ts',
    what: '__proto__ changes the prototype',
    from: "names.includes('__proto__') ? names.filter((name) => name !== '__proto__') : names",
    to: 'names',
  },
]
