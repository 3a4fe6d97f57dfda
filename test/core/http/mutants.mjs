/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'apis.ts',
    what: 'an API is recognized below any base path',
    from: 'place === base + end',
    to: 'place.endsWith(end)',
  },
  {
    file: 'media-type.ts',
    what: 'a media type that starts with text/event-stream counts as one',
    from: 'named.trim().toLowerCase() === type',
    to: 'named.trim().toLowerCase().startsWith(type)',
  },
]
