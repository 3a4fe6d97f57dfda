import { expect, test } from 'vitest'
import { events } from '../../src/core/events.js'
import { blocks } from '../../src/recordings/blocks.js'
import { run, utf8Bytes } from '../support/feed.js'
import { cases } from '../support/fixtures.js'

test.each<[string, string[]]>([
  ['nothing', []],
  ['LF', ['data: a\n\n', 'data: b\n\n']],
  ['CRLF', ['data: a\r\n\r\n', 'data: b\r\n\r\n']],
  ['CR', ['data: a\r\r', 'data: b\r\r']],
  ['mixed', ['data: a\r\n\n', 'data: b\n\r', 'data: c\n\r\n', 'data: d\r\r\n', 'data: e\n\n']],
  ['several lines', ['event: x\nid: 1\ndata: a\ndata: b\n\n', ': c\n\n']],
  ['no blank line at the end', ['data: a\n\n', 'data: b\n']],
  ['half a line at the end', ['data: a\n\n', 'data: b']],
  ['more than one blank line', ['data: a\n\n', '\ndata: b\n\n', '\n\n', '\n']],
  ['blank lines first', ['\n\n', '\ndata: a\n\n']],
])('%s', (_, pieces) => {
  const found = blocks(utf8Bytes(pieces.join('')))
  expect(found.map((block) => new TextDecoder().decode(block))).toEqual(pieces)
})

const styled = cases().flatMap(({ name, stream }) =>
  ['\n', '\r\n', '\r'].map(
    (end) => [name, JSON.stringify(end), utf8Bytes(stream.toString().replace(/\r\n|\r|\n/g, end))] as const,
  ),
)

test.each([...styled, ...cases().map(({ name, stream }) => [name, 'its own line ends', stream] as const)])(
  '%s with %s: the blocks are the stream, and each says what it says there',
  (_, _end, stream) => {
    const found = blocks(stream)
    expect(Buffer.concat(found).equals(stream)).toBe(true)
    expect(found.flatMap((block) => run(events(), [block]))).toEqual(run(events(), [stream]))
    expect(found.filter((block) => run(events(), [block]).filter(({ kind }) => kind === 'event').length > 1)).toEqual(
      [],
    )
  },
)
