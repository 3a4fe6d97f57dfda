/** @type {import('../../../.scripts/mutation/tables.mjs').Mutant[]} */
export const MUTANTS = [
  {
    file: 'parser.ts',
    what: 'half an event before a trailer is one',
    from: 'parser.reset()',
    to: '',
  },
  {
    file: 'parser.ts',
    what: 'an unfinished block is an event',
    from: "if (atEnd) items.push({ kind: 'pending', event: named, data })",
    to: "if (atEnd) items.push({ kind: 'event', event: named, data })",
  },
  {
    file: 'parser.ts',
    what: 'a web page is an empty stream',
    from: 'if (!isStream && stray !== undefined)',
    to: 'if (stray === null)',
  },
  {
    file: 'boundaries.ts',
    what: 'a comment is part of a block',
    from: 'if (byte !== COLON) isPending = true',
    to: 'isPending = true',
  },
  {
    file: 'boundaries.ts',
    what: 'CRLF is two line ends',
    from: 'if (byte === CR || !isAfterCr) endLine()',
    to: 'endLine()',
  },
  {
    file: 'boundaries.ts',
    what: 'an event without data is one',
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
    what: 'a trailer is a block',
    from: 'return readTrailer(item.comment) ? line : `${line}\\n`',
    to: 'return `${line}\\n`',
  },
  {
    file: 'blocks.ts',
    what: 'what is held is overwritten',
    from: 'held.push(Buffer.from(bytes.subarray(from)))',
    to: 'held.push(bytes.subarray(from))',
  },
  {
    file: 'ndjson.ts',
    what: 'a whole chat.completion is an empty answer',
    from: "return { kind: 'unreadable', why: `line ${line} is ${nameOf(value)}, not a line of sse-parse` }",
    to: "return { kind: 'comment', comment: '' }",
  },
  {
    file: 'detect.ts',
    what: 'a bracket begins SSE',
    from: "first === '{' || first === '['",
    to: "first === '{'",
  },
  {
    file: 'detect.ts',
    what: 'blanks before the first line are not counted',
    from: "linesBefore += text.slice(0, lineStart).split('\\n').length - 1",
    to: '',
  },
  {
    file: 'positions.ts',
    what: 'a CRLF counts for two lines where it is cut',
    from: "if (piece === '\\n') return",
    to: '',
  },
  {
    file: 'positions.ts',
    what: 'an event has the line on which it ends',
    from: '(block ?? line) : line',
    to: 'line : line',
  },
  {
    file: 'positions.ts',
    what: 'half a block before a trailer is a part of the next',
    from: 'readTrailer(item.comment)) block = undefined',
    to: 'readTrailer(item.comment)) block = line',
  },
]
