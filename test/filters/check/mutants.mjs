/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'check.ts',
    what: 'a message repeats a secret',
    from: 'item : withoutIts(item)',
    to: 'item : item',
  },
  {
    file: 'check.ts',
    what: 'a web page has findings',
    from: 'if (waiting && judged.misread()) return',
    to: '',
  },
  {
    file: 'rule.ts',
    what: 'a rule keeps what it knew of the answer before',
    from: '        watch = begin()\n',
    to: '',
    tests: ['filters/check/check'],
  },
  {
    file: 'open-calls.ts',
    what: 'arguments are kept without a bound',
    from: 'kept > bound || ',
    to: '',
    tests: ['filters/check/check'],
  },
  {
    file: 'check-report.ts',
    what: '--expect takes every verdict',
    from: 'checked.verdict() === expect',
    to: 'checked.verdict() !== undefined',
  },
]
