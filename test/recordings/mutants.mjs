/** @type {import('../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'difference.ts',
    what: 'arrays are compared as a whole',
    from: '(Array.isArray(a) && Array.isArray(b))',
    to: 'false',
  },
  {
    file: 'recorder.ts',
    what: 'the body of a refusal keeps account names',
    from: 'accounts: status !== 200',
    to: 'accounts: false',
  },
  {
    file: 'atomic-file.ts',
    what: 'a recording is readable by everyone',
    from: "'ax', 0o600",
    to: "'ax', 0o644",
    tests: ['recordings/recorder'],
  },
  {
    file: 'recording-index.ts',
    what: 'the last of several recordings is not repeated',
    from: 'exact[Math.min(nextTurn(keyOf(request)), exact.length - 1)]',
    to: 'exact[nextTurn(keyOf(request)) % exact.length]',
  },
  {
    file: 'detect-dialect.ts',
    what: 'the dialect of a recording is not detected',
    from: 'detected ??= dialect.name',
    to: '',
  },
  {
    file: 'detect-dialect.ts',
    what: 'the ID of a recording is not detected',
    from: 'return { dialect: detected, id: parsed.id }',
    to: 'return { dialect: detected, id: undefined }',
  },
]
