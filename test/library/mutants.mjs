/** @type {import('../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'stream-chat.ts',
    what: 'an answer that is cut off does not throw',
    from: 'if (finalFailure) throw finalFailure',
    to: '',
    tests: ['docs/library'],
  },
  {
    file: 'stream-json.ts',
    what: 'the elements are lost',
    from: 'yield JSON.parse(text)',
    to: 'JSON.parse(text)',
    tests: ['docs/library'],
  },
]
