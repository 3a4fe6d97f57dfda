/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'apis.ts',
    what: 'served at any base',
    from: 'place === base + end',
    to: 'place.endsWith(end)',
  },
  {
    file: 'media-type.ts',
    what: 'a type that begins like an event stream is one',
    from: 'named.trim().toLowerCase() === type',
    to: 'named.trim().toLowerCase().startsWith(type)',
  },
]
