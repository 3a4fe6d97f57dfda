import { expect, test } from 'vitest'
import { StreamError } from '../../../src/core/errors/error.js'
import { events } from '../../../src/core/sse/detect.js'
import type { SseItem } from '../../../src/core/sse/item.js'
import { everyCut, run, utf8Bytes } from '../../support/feed.js'

const a: SseItem = { kind: 'event', event: 'message', data: 'a' }
/** The trailer `or-stream status=75`, without further fields. */
const trailer: SseItem = {
  kind: 'trailer',
  comment: 'or-stream status=75',
  trailer: { status: 75, verdict: 'error', code: 'stream_error', reported: false },
}
const line = '{"event":"message","data":"a"}\n'

test.each<[string, string, SseItem[]]>([
  ['nothing', '', []],
  ['white space only', ' \t\r\n\n ', []],
  ['SSE', 'data: a\n\n', [a]],
  ['SSE after blank lines', '\n\r\n\r\rdata: a\n\n', [a]],
  ['SSE after a BOM', '\ufeffdata: a\n\n', [a]],
  ['SSE after a BOM and blank lines', '\ufeff\n\ndata: a\n\n', [a]],
  ['SSE that begins with a comment', ': {\n\ndata: a\n\n', [{ kind: 'comment', comment: '{' }, a]],
  [
    'a space before a field name makes it another field',
    '\n data: a\ndata: a\n\n',
    [{ kind: 'unknown-field', field: ' data', value: 'a' }, a],
  ],
  [
    'a brace after an SSE event is not detected',
    'data: a\n\n{"event":"message","data":"a"}\n',
    [a, { kind: 'unknown-field', field: '{"event"', value: '"message","data":"a"}' }],
  ],
  ['the lines of sse-parse', line + line, [a, a]],
  ['the lines of sse-parse after white space', ` \t\r\n \n${line}\n${line}`, [a, a]],
  ['the lines of sse-parse after a BOM', `\ufeff${line}`, [a]],
  ['a trailer drops half a block of SSE', 'data: a\n\ndata: b\n: or-stream status=75\n', [a, trailer]],
  ['a trailer among the lines of sse-parse', `${line}{"comment":"or-stream status=75"}\n${line}`, [a, trailer, a]],
  [
    'an error body',
    '{"error":{"code":401}}',
    [{ kind: 'invalid', why: 'line 1 is an error body ({"code":401}), not a line of sse-parse' }],
  ],
  ['another line after blank lines', ' \t\r\n \n\n[1]', [{ kind: 'invalid', why: 'line 4 is not a JSON object: [1]' }]],
  ['a JSON array', '[1]', [{ kind: 'invalid', why: 'line 1 is not a JSON object: [1]' }]],
  [
    'a web page',
    '\n<html>\n',
    [
      { kind: 'unknown-field', field: '<html>', value: '' },
      { kind: 'invalid', why: 'this is not an event stream: <html>' },
    ],
  ],
])('%s', (_, input, items) => {
  for (const [cut, pieces] of everyCut(utf8Bytes(input))) expect([cut, run(events(), pieces)]).toEqual([cut, items])
})

test('the limit applies to both formats', () => {
  const long = 'x'.repeat(2000)
  const errors = [`data: ${long}\n\n`, `{"event":"message","data":"${long}`].map((input) =>
    outcome([utf8Bytes(input)], 50),
  )
  expect(errors).toEqual([
    { items: [], error: 'too_large' },
    { items: [], error: 'too_large' },
  ])
})

/** Returns the items, and the code of the error that ended them. */
function outcome(pieces: Iterable<Uint8Array>, maxEventBytes?: number) {
  const stage = events(maxEventBytes)
  const items: SseItem[] = []
  try {
    for (const piece of pieces) for (const item of stage.push(piece)) items.push(item)
    for (const item of stage.end()) items.push(item)
  } catch (error) {
    return { items, error: error instanceof StreamError ? error.code : error }
  }
  return { items }
}
