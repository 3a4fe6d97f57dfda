/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'duration.ts',
    what: 'a bare number is milliseconds',
    from: "['', 1000],",
    to: "['', 1],",
  },
  {
    file: 'lines.ts',
    what: 'CR is no line end',
    from: "normal = start.includes('\\r') ? start.replace(/\\r\\n?/g, '\\n') : start",
    to: "normal = start.replaceAll('\\r\\n', '\\n')",
    tests: ['core/sse/parser'],
  },
  {
    file: 'lines.ts',
    what: 'CRLF that is cut in two is two line ends',
    from: "afterCr && text.startsWith('\\n') ? text.slice(1) : text",
    to: 'text',
    tests: ['core/sse/parser'],
  },
  {
    file: 'lines.ts',
    what: 'an endless line is held whole',
    from: 'if (length <= bound) return undefined',
    to: 'return undefined',
  },
  {
    file: 'utf8.ts',
    what: 'half a character lies where the next read will be',
    from: 'half = new Uint8Array(all.subarray(end))',
    to: 'half = all.subarray(end)',
  },
  {
    file: 'utf8.ts',
    what: 'a character that is cut between two reads is no UTF-8',
    from: 'return needed > length ? length : 0',
    to: 'return 0',
  },
  {
    file: 'utf8.ts',
    what: 'a lead byte before half a character is held back',
    from: 'isAscii || !isClean ?',
    to: 'isAscii ?',
  },
  {
    file: 'size.ts',
    what: 'a bound of bytes is one of characters',
    from: 'new TextEncoder().encode(text).length > bytes',
    to: 'text.length > bytes',
    tests: ['core/sse/parser', 'core/sse/detect', 'core/sse/ndjson'],
  },
  {
    file: 'decimal.ts',
    what: 'costs are added as binary fractions',
    from: 'total: () => Number(`${units}e${-places}`)',
    to: 'total: () => Number(units) * 10 ** -places',
  },
  {
    file: 'plural.ts',
    what: '1 events',
    from: "count === 1 ? '' : 's'",
    to: "'s'",
  },
  {
    file: 'terminal.ts',
    what: 'C1 controls are sent',
    from: '\\u007f-\\u009f',
    to: '\\u007f',
  },
  {
    file: 'terminal.ts',
    what: 'bidirectional overrides are sent',
    from: '\\u202a-\\u202e',
    to: '',
  },
]
