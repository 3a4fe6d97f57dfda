/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'media-type.ts',
    what: 'a media type that starts with text/event-stream counts as one',
    from: 'named.trim().toLowerCase() === type',
    to: 'named.trim().toLowerCase().startsWith(type)',
  },
]
