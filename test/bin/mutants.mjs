/** @type {import('../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'sse-fold.ts',
    what: 'arguments that are not JSON do not fail',
    from: 'heavier(failure(), broken())',
    to: 'failure()',
  },
  {
    file: 'sse-text.ts',
    what: '--newline does nothing',
    from: 'newline ? endLine(shown) : shown',
    to: 'shown',
  },
  {
    file: 'sse-usage.ts',
    what: '--require-usage does nothing',
    from: 'requires ? unusable() : undefined',
    to: 'undefined',
  },
]
