/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'parser.ts',
    what: 'an unfinished event before a trailer is dispatched',
    from: 'parser.reset()',
    to: '',
  },
  {
    file: 'parser.ts',
    what: 'an unfinished block is dispatched',
    from: "if (atEnd) items.push({ kind: 'pending', event: named, data })",
    to: "if (atEnd) items.push({ kind: 'event', event: named, data })",
  },
  {
    file: 'parser.ts',
    what: 'a web page counts as an empty stream',
    from: 'if (!isStream && stray !== undefined)',
    to: 'if (stray === null)',
  },
  {
    file: 'boundaries.ts',
    what: 'a comment counts as part of a block',
    from: 'if (byte !== COLON) isPending = true',
    to: 'isPending = true',
  },
  {
    file: 'boundaries.ts',
    what: 'CRLF counts as two line ends',
    from: 'if (byte === CR || !isAfterCr) endLine()',
    to: 'endLine()',
  },
  {
    file: 'boundaries.ts',
    what: 'an event without data is counted',
    from: 'if (hasData) events++',
    to: 'events++',
  },
  {
    file: 'serialize.ts',
    what: 'a carriage return in data is written',
    from: "carried('data', data, CARRIAGE_RETURN)",
    to: 'data',
  },
  {
    file: 'serialize.ts',
    what: 'a blank line follows a trailer',
    from: 'return readTrailer(item.comment) ? line : `${line}\\n`',
    to: 'return `${line}\\n`',
  },
  {
    file: 'blocks.ts',
    what: 'buffered bytes are overwritten by the next read',
    from: 'held.push(Buffer.from(bytes.subarray(from)))',
    to: 'held.push(bytes.subarray(from))',
  },
  {
    file: 'ndjson.ts',
    what: 'a whole chat.completion counts as an empty answer',
    from: "return { kind: 'unreadable', why: `line ${line} is ${nameOf(value)}, not a line of sse-parse` }",
    to: "return { kind: 'comment', comment: '' }",
  },
  {
    file: 'detect.ts',
    what: 'an array is taken for SSE',
    from: "first === '{' || first === '['",
    to: "first === '{'",
  },
  {
    file: 'detect.ts',
    what: 'blank lines before the first event are not counted',
    from: "linesBefore += text.slice(0, lineStart).split('\\n').length - 1",
    to: '',
  },
  {
    file: 'positions.ts',
    what: 'a CRLF split between reads counts as two lines',
    from: "if (piece === '\\n') return",
    to: '',
  },
  {
    file: 'positions.ts',
    what: 'an event is located at its last line',
    from: '(block ?? line) : line',
    to: 'line : line',
  },
  {
    file: 'positions.ts',
    what: 'an unfinished block before a trailer belongs to the next',
    from: 'readTrailer(item.comment)) block = undefined',
    to: 'readTrailer(item.comment)) block = line',
  },
]
