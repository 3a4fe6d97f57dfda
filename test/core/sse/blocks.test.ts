import { expect, test } from 'vitest'
import { events } from '../../../src/core/sse/detect.js'
import { blocks, blockwise } from '../../../src/core/sse/blocks.js'
import { everyCut, inOneBuffer, run, utf8Bytes } from '../../support/feed.js'
import { cases } from '../../support/fixtures.js'

const asText = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

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
  expect(found.map(asText)).toEqual(pieces)
})

test.each([
  'data: a\r\n\n: c\n\r\nevent: x\rdata: d\r\r\n\r\r\r\ndata: é\n\n\n\ndata: f',
  'data: a\r\r: c\r\rdata: b\r\r',
  '\ndata: a\r\n\r\ndata: b\r\n\r\n',
])('the blocks do not depend on how the bytes are split: %j', (text) => {
  const bytes = utf8Bytes(text)
  const whole = blocks(bytes)
  for (const [name, pieces] of everyCut(bytes)) {
    // A block is valid only until the next push.
    const step = blockwise()
    const found: Buffer[] = []
    for (const piece of inOneBuffer(pieces)) for (const block of step.push(piece)) found.push(Buffer.from(block))
    expect([name, [...found, ...step.end()].map(asText)]).toEqual([name, whole.map(asText)])
  }
})

test('a block is returned as soon as it is complete', () => {
  const step = blockwise()
  const returned = ['data: a\n', '\n', 'data: b\r\n\r', '\n', 'data: c\r\r', 'x'].map((text) =>
    [...step.push(utf8Bytes(text))].map((block) => Buffer.from(block).toString()),
  )
  expect(returned).toEqual([[], ['data: a\n\n'], [], ['data: b\r\n\r\n'], [], ['data: c\r\r']])
})

test('a block that never ends is returned in parts', () => {
  const megabyte = new Uint8Array(1024 * 1024).fill(97)
  const step = blockwise()
  const sizes = Array.from({ length: 20 }, () => [...step.push(megabyte)].map((part) => part.length / megabyte.length))
  expect([sizes.flat(), [...step.end()].map((part) => part.length / megabyte.length)]).toEqual([[17], [3]])
})

const styled = cases().flatMap(({ name, stream }) =>
  ['\n', '\r\n', '\r'].map(
    (end) => [name, JSON.stringify(end), utf8Bytes(stream.toString().replace(/\r\n|\r|\n/g, end))] as const,
  ),
)

test.each([...styled, ...cases().map(({ name, stream }) => [name, 'its own line ends', stream] as const)])(
  '%s with %s: the blocks concatenate to the stream, and each parses to the same items',
  (_, _end, stream) => {
    const found = blocks(stream)
    expect(Buffer.concat(found).equals(stream)).toBe(true)
    expect(found.flatMap((block) => run(events(), [block]))).toEqual(run(events(), [stream]))
    expect(found.filter((block) => run(events(), [block]).filter(({ kind }) => kind === 'event').length > 1)).toEqual(
      [],
    )
  },
)
