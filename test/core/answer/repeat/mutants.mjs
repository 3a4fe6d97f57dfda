/** @type {import('../../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'template.ts',
    what: 'a zero may begin a number',
    from: '(?:0|[1-9]\\d*)(?:\\.',
    to: '\\d+(?:\\.',
  },
  {
    file: 'template.ts',
    what: 'words may be empty',
    from: 'if (end <= from) return -1',
    to: 'if (end < from) return -1',
    tests: ['core/answer/repeat/template', 'core/answer/repeat/repeats'],
  },
  {
    file: 'infer-template.ts',
    what: 'what is asked for may differ',
    from: 'changed.filter((one) => !asked.has(one))',
    to: 'changed.filter((one) => one !== leaf)',
    tests: ['core/answer/repeat/repeats'],
  },
  {
    file: 'infer-template.ts',
    what: 'words that make another chunk are words',
    from: 'if (!again || !isSame(again, expected)) continue',
    to: 'if (!again) continue',
    tests: ['core/answer/repeat/repeats'],
  },
  {
    file: 'infer-template.ts',
    what: 'a line behind the data may be as the data',
    from: String.raw`&& /^(?:event:[^\n]*\n)?data: ?$/.test(text.slice(0, -data.length - 2))`,
    to: '',
    tests: ['core/answer/repeat/repeats'],
    only: 'tricky',
  },
  {
    file: 'text-chunk.ts',
    what: 'a chunk that ends the answer says only words',
    from: '|| reading.ends ||',
    to: '||',
    tests: ['core/answer/repeat/repeats'],
  },
  {
    file: 'repeats.ts',
    what: 'a block may begin within another',
    from: 'const row = isAtStart ? known',
    to: 'const row = isAtStart || known ? known',
  },
  {
    file: 'repeats.ts',
    what: 'of several chunks only one is counted',
    from: 'count: row.count } }',
    to: 'count: 1 } }',
  },
]
