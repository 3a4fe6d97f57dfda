/** @type {import('../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'sse-fold.ts',
    what: '--partial does nothing',
    from: 'choice: parseChoice(choice), partial }',
    to: 'choice: parseChoice(choice) }',
    tests: ['bin/sse-fold'],
    only: '--partial',
  },
  {
    file: 'sse-text.ts',
    what: '--newline does nothing',
    from: 'newline ? withFinalNewline(output) : output',
    to: 'output',
    tests: ['bin/sse-text'],
    only: '--newline',
  },
  {
    file: 'sse-usage.ts',
    what: '--require-usage does nothing',
    from: 'usageReport({ json, several, by, requireUsage })',
    to: 'usageReport({ json, several, by })',
    tests: ['bin/sse-usage'],
    only: '--require-usage',
  },
]
