/** @type {import('../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'merge.ts',
    what: 'an empty value takes the place of one that says something',
    from: 'return known === undefined || !isEmpty(value) ? value : known',
    to: 'return value',
    tests: ['dialects/merge', 'filters/fold/fold'],
  },
  {
    file: 'merge.ts',
    what: 'a member changes what an object is',
    from: "names.includes('__proto__') ? names.filter((name) => name !== '__proto__') : names",
    to: 'names',
  },
]
