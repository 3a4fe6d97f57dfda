/** @type {import('../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'stream-chat.ts',
    what: 'usage is yielded whenever it arrives',
    from: "delta.type === 'usage' || delta.type === 'finish'",
    to: "delta.type === 'finish'",
    tests: ['library/index'],
  },
  {
    file: 'stream-chat.ts',
    what: 'an error contains a key that the server echoes',
    from: "throw redactError(error, key ?? '')",
    to: 'throw error',
    tests: ['library/index'],
  },
  {
    file: 'stream-json.ts',
    what: 'tokens that only the end completes are lost',
    from: 'yield reader.end()',
    to: '',
    tests: ['library/index'],
  },
]
