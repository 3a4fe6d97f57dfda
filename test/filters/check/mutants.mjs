/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'check.ts',
    what: 'a message repeats a secret',
    from: 'item : redact(item)',
    to: 'item : item',
  },
  {
    file: 'check.ts',
    what: 'a web page is checked like a stream',
    from: 'if (heldFindings && ends.at(-1)?.formatError) return',
    to: '',
  },
  {
    file: 'rule.ts',
    what: 'a rule keeps its state from the previous answer',
    from: '        visitor = create()\n',
    to: '',
    tests: ['filters/check/check'],
  },
  {
    file: 'open-calls.ts',
    what: 'tool call arguments are buffered without limit',
    from: 'keptSize > bound || ',
    to: '',
    tests: ['filters/check/check'],
  },
  {
    file: 'check-report.ts',
    what: '--expect accepts any verdict',
    from: 'const isExpected = verdict === expect',
    to: 'const isExpected = expect !== undefined',
  },
]
