/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'replay.ts',
    what: 'a truncated recording ends like a whole one',
    from: 'body: wasCut ? cutAfter(body) : body',
    to: 'body',
    row: 112,
  },
  {
    file: 'record.ts',
    what: 'a recorded failure is replayed instead of requested again',
    from: 'meta?.status !== 200 || isCut(meta) || failure !== undefined',
    to: 'false',
    tests: ['bin/or-serve-record'],
    only: 'requested again',
  },
]
