/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'duration.ts',
    what: 'a number without a unit is milliseconds',
    from: "['', 1000],",
    to: "['', 1],",
  },
  {
    file: 'lines.ts',
    what: 'CR is not a line end',
    from: "normal = start.includes('\\r') ? start.replace(/\\r\\n?/g, '\\n') : start",
    to: "normal = start.replaceAll('\\r\\n', '\\n')",
    tests: ['core/sse/parser'],
  },
  {
    file: 'lines.ts',
    what: 'a CRLF split between reads is two line ends',
    from: "afterCr && text.startsWith('\\n') ? text.slice(1) : text",
    to: 'text',
    tests: ['core/sse/parser'],
  },
  {
    file: 'lines.ts',
    what: 'an endless line is buffered without limit',
    from: 'if (length <= bound) return undefined',
    to: 'return undefined',
  },
  {
    file: 'utf8.ts',
    what: 'an unfinished character is overwritten by the next read',
    from: 'half = new Uint8Array(all.subarray(end))',
    to: 'half = all.subarray(end)',
  },
  {
    file: 'utf8.ts',
    what: 'a character split between reads is invalid',
    from: 'return needed > length ? length : 0',
    to: 'return 0',
  },
  {
    file: 'utf8.ts',
    what: 'an invalid lead byte before an unfinished character is held back',
    from: 'isAscii || !isClean ?',
    to: 'isAscii ?',
  },
  {
    file: 'size.ts',
    what: 'a limit in bytes counts characters',
    from: 'new TextEncoder().encode(text).length > bytes',
    to: 'text.length > bytes',
    tests: ['core/sse/parser', 'core/sse/detect', 'core/sse/ndjson'],
  },
  {
    file: 'decimal.ts',
    what: 'costs are summed as binary fractions',
    from: 'total: () => Number(`${units}e${-places}`)',
    to: 'total: () => Number(units) * 10 ** -places',
  },
  {
    file: 'plural.ts',
    what: 'the plural is used for 1',
    from: "count === 1 ? '' : 's'",
    to: "'s'",
  },
  {
    file: 'terminal.ts',
    what: 'C1 control characters reach the terminal',
    from: '\\u007f-\\u009f',
    to: '\\u007f',
  },
  {
    file: 'terminal.ts',
    what: 'bidirectional overrides reach the terminal',
    from: '\\u202a-\\u202e',
    to: '',
  },
]
