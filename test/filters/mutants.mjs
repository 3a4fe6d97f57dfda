/** @type {import('../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'usage/sum-usage.ts',
    what: 'a count that no summary has is 0',
    from: 'if (numbers.length === 0) return null',
    to: '',
  },
  {
    file: 'usage/usage-summary.ts',
    what: 'a partial usage replaces the one before',
    from: 'delta.partial ? { ...usage, ...delta.usage } : delta.usage',
    to: 'delta.usage',
  },
  {
    file: 'usage/usage-summary.ts',
    what: 'tokens of the cache are not counted as input',
    from: 'uncachedTokens + cachedTokens + cacheWriteTokens',
    to: 'uncachedTokens',
  },
  {
    file: 'convert/convert.ts',
    what: 'the failure of a trailer is ignored',
    from: 'addFailure(failureFromTrailer(item.trailer))',
    to: '',
    tests: ['core/sse/comment'],
  },
  {
    file: 'convert/to-ndjson.ts',
    what: 'decoded data contains half a surrogate pair',
    from: "escape.length === 6 ? '\\\\ufffd' : escape",
    to: 'escape',
  },
  {
    file: 'text/text.ts',
    what: 'no empty line separates reasoning from text',
    from: 'isSwitch ? `\\n\\n${piece}` : piece',
    to: 'piece',
  },
  {
    file: 'text/chat-transcript.ts',
    what: 'the footer follows the text on the same line',
    from: "last === '\\n' ? '' : '\\n'",
    to: "last === '\\n' ? '' : ''",
  },
  {
    file: 'json/answer-json.ts',
    what: 'the last number of a cut answer counts as complete',
    from: "if (verdict === 'complete') yield* read(() => tokens.end())",
    to: 'yield* read(() => tokens.end())',
    tests: ['filters/json/json-lines'],
  },
  {
    file: 'json/json-lines.ts',
    what: 'a value that violates the schema is printed',
    from: 'if (isValid(partSchema, part)) yield',
    to: 'if (isValid(partSchema, part) || true) yield',
  },
]
