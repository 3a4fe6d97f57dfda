/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'media-type.ts',
    what: 'a media type that starts with text/event-stream counts as one',
    from: 'mediaType.trim().toLowerCase() === type',
    to: 'mediaType.trim().toLowerCase().startsWith(type)',
  },
]
