/** @type {import('../../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'template.ts',
    what: 'a number may have a leading zero',
    from: '(?:0|[1-9]\\d*)(?:\\.',
    to: '\\d+(?:\\.',
  },
  {
    file: 'template.ts',
    what: 'a text may be empty',
    from: 'if (end <= from) return -1',
    to: 'if (end < from) return -1',
    tests: ['core/answer/repeat/template', 'core/answer/repeat/repeats'],
  },
  {
    file: 'infer-template.ts',
    what: 'fields that the dialect reads may differ',
    from: 'changed.filter((one) => !asked.has(one))',
    to: 'changed.filter((one) => one !== leaf)',
    tests: ['core/answer/repeat/repeats'],
  },
  {
    file: 'infer-template.ts',
    what: 'text that changes the chunk counts as text',
    from: 'if (!again || !isSame(again, expected)) continue',
    to: 'if (!again) continue',
    tests: ['core/answer/repeat/repeats'],
  },
  {
    file: 'infer-template.ts',
    what: 'a line after the data may repeat the data',
    from: String.raw`&& /^(?:event:[^\n]*\n)?data: ?$/.test(text.slice(0, -data.length - 2))`,
    to: '',
    tests: ['core/answer/repeat/repeats'],
    only: 'tricky',
  },
  {
    file: 'text-chunk.ts',
    what: 'a chunk that ends the answer counts as a text chunk',
    from: '|| reading.ends ||',
    to: '||',
    tests: ['core/answer/repeat/repeats'],
  },
  {
    file: 'repeats.ts',
    what: 'a block may start inside another',
    from: 'const row = isAtStart ? known',
    to: 'const row = isAtStart || known ? known',
  },
  {
    file: 'repeats.ts',
    what: 'a run of chunks is counted as one',
    from: 'count: row.count } }',
    to: 'count: 1 } }',
  },
]
