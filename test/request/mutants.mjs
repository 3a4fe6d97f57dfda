/** @type {import('../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    of: 78,
    file: 'keys.ts',
    what: 'a request without a key is sent',
    from: "throw new StreamError(\n    'no_key',",
    to: "return undefined\n  throw new StreamError(\n    'no_key',",
    tests: ['request/call'],
  },
  {
    file: 'forward.ts',
    what: 'the key of the client is always sent upstream',
    from: 'clientKey ? keys : []',
    to: 'keys',
    row: 111,
  },
]
