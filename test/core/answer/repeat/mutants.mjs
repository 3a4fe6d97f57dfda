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
    from: 'changed.filter((one) => !accessed.has(one))',
    to: 'changed.filter((one) => one !== leaf)',
    tests: ['core/answer/repeat/repeats'],
  },
  {
    file: 'infer-template.ts',
    what: 'text that changes the chunk counts as text',
    from: 'if (!reparsed || !isSame(reparsed, expected)) continue',
    to: 'if (!reparsed) continue',
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
    from: '|| event.isFinal ||',
    to: '||',
    tests: ['core/answer/repeat/repeats'],
  },
  {
    file: 'repeats.ts',
    what: 'a template may match inside a block',
    from: 'isAtStart ? cached?.runAt(text, at) : undefined',
    to: 'cached?.runAt(text, at)',
  },
  {
    file: 'repeats.ts',
    what: 'a run of chunks is counted as one',
    from: 'run.words), count: run.count }',
    to: 'run.words), count: 1 }',
  },
  {
    file: 'coalesced-answers.ts',
    what: 'the event size limit does not apply to the fast path',
    from: 'detectFormat(maxEventBytes)',
    to: 'detectFormat(MAX_EVENT_BYTES)',
    tests: ['core/answer/answers'],
  },
]
