import { expect, test } from 'vitest'
import { StreamError } from '../../../src/core/errors/error.js'
import type { SseItem } from '../../../src/core/sse/item.js'
import { sse } from '../../../src/core/sse/parser.js'
import { chain, type Stage } from '../../../src/core/stream/stage.js'
import { utf8 } from '../../../src/core/text/utf8.js'
import { SSE_CASES, type SseCase } from '../../support/corpus.js'
import { everyCut, inPieces, run, utf8Bytes } from '../../support/feed.js'

function message(data: string): SseItem {
  return { kind: 'event', event: 'message', data }
}

/** Returns the items, and the code of the error that ended them. */
function outcome<In>(stage: Stage<In, SseItem>, inputs: Iterable<In>) {
  const items: SseItem[] = []
  try {
    for (const input of inputs) for (const item of stage.push(input)) items.push(item)
    for (const item of stage.end()) items.push(item)
  } catch (error) {
    return { items, error: error instanceof StreamError ? error.code : error }
  }
  return { items }
}

const ok = { items: [message('ok')] }

test.each<[string, string, SseItem[]]>([
  ['nothing', '', []],
  ['blank lines only', '\n\r\n\r', []],
  ['LF', 'data: a\n\ndata: b\n\n', [message('a'), message('b')]],
  ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', [message('a'), message('b')]],
  ['CR', 'data: a\r\rdata: b\r\r', [message('a'), message('b')]],
  ['mixed line ends', 'data: a\r\n\ndata: b\n\rdata: c\r\r\ndata: d\n\r\n', ['a', 'b', 'c', 'd'].map(message)],
  [
    'no line end at U+2028, U+2029, U+0085, VT, FF',
    'data: a\u2028b\u2029c\u0085d\ve\ff\n\n',
    [message('a\u2028b\u2029c\u0085d\ve\ff')],
  ],
  [
    'a BOM at the start is stripped once',
    '\ufeff\ufeffdata: a\n\ndata: b\n\n',
    [{ kind: 'unknown-field', field: '\ufeffdata', value: 'a' }, message('b')],
  ],
  [
    'three characters that are a BOM in Latin-1 are kept',
    'data: a\n\nï»¿: b\n\n',
    [message('a'), { kind: 'unknown-field', field: 'ï»¿', value: 'b' }],
  ],
  ['no space after the colon', 'data:a\n\n', [message('a')]],
  ['one space is stripped, not two', 'data:  a \n\n', [message(' a ')]],
  ['a tab is kept', 'data:\ta\n\n', [message('\ta')]],
  ['colons in the value', 'data: a: b:c\n\n', [message('a: b:c')]],
  ['multi-byte characters', 'data: Ä€豆🐟\n\n', [message('Ä€豆🐟')]],
  ['NUL in data', 'data: \0\n\n', [message('\0')]],
  ['several data lines', 'data: a\ndata\ndata: b\n\n', [message('a\n\nb')]],
  ['empty data', 'data:\n\ndata\n\ndata\ndata\n\n', ['', '', '\n'].map(message)],
  ['a block without data is not an event', 'event: x\nid: 1\n\ndata: a\n\n', [message('a')]],
  [
    'an event name applies to one block only',
    'event: x\ndata: a\n\ndata: b\n\n',
    [{ kind: 'event', event: 'x', data: 'a' }, message('b')],
  ],
  ['an empty event name is message', 'event: x\nevent:\ndata: a\n\n', [message('a')]],
  ['the last event name counts', 'event: x\nevent: y \ndata: a\n\n', [{ kind: 'event', event: 'y ', data: 'a' }]],
  ['an id', 'id: 7\ndata: a\n\ndata: b\n\n', [{ kind: 'event', event: 'message', data: 'a', id: '7' }, message('b')]],
  [
    'an empty id is kept',
    'id\ndata: a\n\nid:\ndata: b\n\n',
    ['a', 'b'].map((data) => ({ kind: 'event', event: 'message', data, id: '' })),
  ],
  ['an id with NUL is ignored', 'id: 1\0\ndata: a\n\n', [message('a')]],
  [
    'retry',
    'retry: 03000\n\nretry:5\n\n',
    [
      { kind: 'retry', retry: 3000 },
      { kind: 'retry', retry: 5 },
    ],
  ],
  ['invalid retry values', 'retry: 1.5\nretry: -1\nretry: 1e3\nretry: 5s\nretry\nretry: 99999999999999999999\n\n', []],
  [
    'comments',
    ': a\n:b\n:\n:  c\ndata: d\n: e\ndata: f\n\n',
    [...['a', 'b', '', ' c', 'e'].map((comment) => ({ kind: 'comment', comment }) as const), message('d\nf')],
  ],
  ['a comment that looks like data', ':data: a\n\n', [{ kind: 'comment', comment: 'data: a' }]],
  [
    'unknown fields',
    'Data: a\nfoo: b\n data: c\ndata : d\ndata: e\n\n',
    [
      { kind: 'unknown-field', field: 'Data', value: 'a' },
      { kind: 'unknown-field', field: 'foo', value: 'b' },
      { kind: 'unknown-field', field: ' data', value: 'c' },
      { kind: 'unknown-field', field: 'data ', value: 'd' },
      message('e'),
    ],
  ],
  [
    'an error line',
    'error: {"message":"x"}\n\n',
    [{ kind: 'unknown-field', field: 'error', value: '{"message":"x"}' }],
  ],
  [
    'a last block without its blank line',
    'data: a\n\nevent: x\ndata: b\n',
    [message('a'), { kind: 'unterminated', event: 'x', data: 'b' }],
  ],
  [
    'a last line without its end',
    'data: a\n\ndata: {"b":1}',
    [message('a'), { kind: 'unterminated', event: 'message', data: '{"b":1}' }],
  ],
  ['a last line that ends in CR', 'data: a\r', [{ kind: 'unterminated', event: 'message', data: 'a' }]],
  ['half a field name', 'data: a\n\ndat', [message('a')]],
  ['half a comment, id, retry', ': a\n: b', [{ kind: 'comment', comment: 'a' }]],
  ['half an id', 'data: a\nid: 1', [{ kind: 'unterminated', event: 'message', data: 'a' }]],
  ['half a retry', 'retry: 30', []],
  [
    'a web page',
    '<html>\n<p>a: b\n',
    [
      { kind: 'unknown-field', field: '<html>', value: '' },
      { kind: 'unknown-field', field: '<p>a', value: 'b' },
      { kind: 'invalid', why: 'this is not an event stream: <html>' },
    ],
  ],
  [
    'a word without a line end',
    'hello',
    [
      { kind: 'unknown-field', field: 'hello', value: '' },
      { kind: 'invalid', why: 'this is not an event stream: hello' },
    ],
  ],
])('%s', (_, input, items) => {
  for (const [cut, pieces] of everyCut(utf8Bytes(input)))
    expect({ cut, ...outcome(chain(utf8(), sse()), pieces) }).toEqual({ cut, items })
})

const latin1 = (text: string) => Buffer.from(text, 'latin1')
const utf16 = (text: string) => Buffer.from(text, 'utf16le')

/** Returns the last item of some bytes, which must not depend on how they are split. */
function endOf(bytes: Uint8Array) {
  const ends = Array.from(everyCut(bytes), ([, pieces]) => outcome(chain(utf8(), sse()), pieces).items.at(-1))
  expect(new Set(ends.map((end) => JSON.stringify(end))).size).toBe(1)
  return ends[0]
}

test.each([
  ['zeros', latin1('\0'.repeat(20))],
  ['gzip', latin1('\u001f\u008b\b\0\0\0\0\0\0\u0003KI,\u0001\0')],
  ['a PNG', latin1('\u0089PNG\r\n\u001a\n\0\0\0\rIHDR')],
  ['a ZIP', latin1('PK\u0003\u0004\u0014\0')],
  ['a program', latin1('\u007fELF\u0002\u0001\u0001\0')],
  ['binary data after a line of text', latin1('%PDF-1.4\n\u0001\u0002: \0\n')],
])('%s is binary data', (_, bytes) => {
  expect(endOf(bytes)).toEqual({ kind: 'invalid', why: 'this is not an event stream: it is binary data' })
})

test.each([
  ['Latin-1', latin1('Gr\u00fc\u00dfe\n'), 'Gr\ufffd\ufffde'],
  ['a BOM', utf8Bytes('\ufeffhello\n'), 'hello'],
  ['colours', latin1('\u001b[31mred\u001b[0m\n'), '\u001b[31mred\u001b[0m'],
  ['tabs, form feeds and bells', latin1('a\tb\f\u0007\n'), 'a b \u0007'],
  ['UTF-16', utf16('data: a\n\n'), 'd\0a\0t\0a\0'],
  ['UTF-16 with a BOM', utf16('\ufeffdata: a\n\n'), '\ufffd\ufffdd\0a\0t\0a\0'],
  ['UTF-16 in the other byte order', Buffer.from(utf16('\ufeffdata: a\n\n')).swap16(), '\ufffd\ufffd\0d\0a\0t\0a\0'],
])('%s is text', (_, bytes, begins) => {
  expect(endOf(bytes)).toEqual({ kind: 'invalid', why: `this is not an event stream: ${begins}` })
})

test.each([
  ['a NUL in JSON', 'data: {"a":"\0"}\n\n', [message('{"a":"\0"}')]],
  [
    'an unknown field with a NUL',
    'x\0\ndata: a\n\n',
    [{ kind: 'unknown-field', field: 'x\0', value: '' }, message('a')],
  ],
])('%s in a stream is not binary data', (_, input, items) => {
  expect(outcome(chain(utf8(), sse()), [utf8Bytes(input)])).toEqual({ items })
})

const long = 'x'.repeat(100)
const tooLarge = { items: [message('ok')], error: 'too_large' }

test.each<[string, string, ReturnType<typeof outcome>]>([
  ['data of exactly the limit', `data: ${'x'.repeat(16)}\n\n`, { items: [message('x'.repeat(16))] }],
  ['one byte more', `data: ok\n\ndata: ${'x'.repeat(17)}\n\ndata: never\n\n`, tooLarge],
  ['one byte more, in three-byte characters', `data: ok\n\ndata: 豆豆豆豆豆xx\n\n`, tooLarge],
  ['data far over the limit', `data: ok\n\ndata: ${long}\n\n`, tooLarge],
  ['data far over the limit without a line end', `data: ok\n\ndata: ${long}`, tooLarge],
  ['many data lines', `data: ok\n\n${'data: xxxxxxx\n'.repeat(3)}\n`, tooLarge],
  ['many data lines without a blank line', `data: ok\n\n${'data: xxxxxxx\n'.repeat(9)}`, tooLarge],
  ['empty data lines count too', `data: ok\n\n${'data\n'.repeat(18)}\n`, tooLarge],
  ['an endless comment', `:${long}\ndata: ok\n\n`, ok],
  ['an endless comment before a CRLF', `: ${long}\r\ndata: o\r\n:${long}\r\n\r\n`, { items: [message('o')] }],
  ['an endless comment at the end', `data: ok\n\n:${long}`, ok],
])('with a limit of 16 bytes: %s', (_, input, expected) => {
  for (const [cut, pieces] of everyCut(utf8Bytes(input)))
    expect({ cut, ...outcome(chain(utf8(), sse(16)), pieces) }).toEqual({ cut, ...expected })
})

test('with a limit of 16 bytes an endless line of an unknown field is not held in memory', () => {
  const pieces = [...Array.from({ length: 50 }, () => long), '\ndata: ok\n\n']
  const stray = { kind: 'unknown-field', field: long.slice(0, 60), value: '' }
  expect(outcome(sse(16), pieces)).toEqual({ items: [stray, ...ok.items] })
})

test.each([
  ['two data lines, the second unfinished', 'data: 0123456789\ndata: 0123456789'],
  ['an unfinished line over the limit', `data: ${'x'.repeat(17)}`],
  ['an unfinished line over the limit including its field name', 'data: short and now'],
])('with a limit of 16 bytes the unfinished event is too large: %s', (_, input) => {
  for (const size of [1, 7, 100]) {
    const pieces = inPieces(utf8Bytes(input), size).map((piece) => new TextDecoder().decode(piece))
    expect(() => run(sse(16), pieces)).toThrow(
      new StreamError('too_large', 'an event has more than 16 bytes; raise --max-event-bytes'),
    )
  }
})

test.each(['id', 'event', 'retry'])(
  'with a limit of 16 bytes an overlong %s is dropped, however it is split',
  (field) => {
    for (const size of [1, 7, 100]) {
      const pieces = inPieces(utf8Bytes(`${field}: ${'1'.repeat(40)}\ndata: a\n\n`), size)
      expect(
        run(
          sse(16),
          pieces.map((piece) => new TextDecoder().decode(piece)),
        ),
      ).toEqual([{ kind: 'event', event: 'message', data: 'a' }])
    }
  },
)

test('an error line without a line end at the end of the stream is read', () => {
  expect(run(sse(), ['data: a\n\nerror: {"code":429}'])).toEqual([
    { kind: 'event', event: 'message', data: 'a' },
    { kind: 'unknown-field', field: 'error', value: '{"code":429}' },
  ])
})

const TRAILER = 'or-stream status=75 verdict=error code=connection told=1'
const trailer: SseItem = {
  kind: 'trailer',
  comment: TRAILER,
  trailer: { status: 75, verdict: 'error', code: 'connection', reported: true },
}

test.each<[string, string, SseItem[]]>([
  ['alone', `: ${TRAILER}\n`, [trailer]],
  ['without the space after its colon', `:${TRAILER}\n`, [trailer]],
  ['between events', `data: a\n\n: ${TRAILER}\ndata: b\n\n`, [message('a'), trailer, message('b')]],
  ['after an unfinished block', `data: a\n\ndata: b\n: ${TRAILER}\n`, [message('a'), trailer]],
  ['after an unfinished block in CRLF', `data: a\r\n\r\ndata: b\r\n: ${TRAILER}\r\n`, [message('a'), trailer]],
  ['after an unfinished block that is JSON', `data: {"whole":1}\n: ${TRAILER}\n`, [trailer]],
  ['after an unfinished block with the end marker', `data: [DONE]\n: ${TRAILER}\n`, [trailer]],
  ['after an unfinished JSON line', `event: x\ndata: {"ha\n: ${TRAILER}\n`, [trailer]],
  ['before the next answer', `data: ha\n: ${TRAILER}\ndata: b\n\n`, [trailer, message('b')]],
  ['and the event name and id before it', `event: x\nid: 1\n: ${TRAILER}\ndata: b\n\n`, [trailer, message('b')]],
  ['twice', `data: a\n: ${TRAILER}\ndata: b\n: ${TRAILER}\ndata: c\n\n`, [trailer, trailer, message('c')]],
  ['twice in a row', `: ${TRAILER}\n: ${TRAILER}\n`, [trailer, trailer]],
  ['after a BOM', `\ufeff: ${TRAILER}\ndata: a\n\n`, [trailer, message('a')]],
  [
    'before characters that are a BOM in Latin-1',
    `data: x\n: ${TRAILER}\nï»¿data: a\ndata: b\n\n`,
    [trailer, { kind: 'unknown-field', field: 'ï»¿data', value: 'a' }, message('b')],
  ],
  [
    'before a BOM, which is not at the start',
    `: ${TRAILER}\n\ufeffdata: a\ndata: b\n\n`,
    [trailer, { kind: 'unknown-field', field: '\ufeffdata', value: 'a' }, message('b')],
  ],
  ['without its line end', `data: a\n: ${TRAILER}`, [{ kind: 'unterminated', event: 'message', data: 'a' }]],
])('a trailer drops the unfinished block before it: %s', (_, input, items) => {
  for (const [cut, pieces] of everyCut(utf8Bytes(input)))
    expect({ cut, ...outcome(chain(utf8(), sse()), pieces) }).toEqual({ cut, items })
})

test.each([
  ['of a success', ': or-stream status=0 verdict=complete\n'],
  ['of an unknown status', ': or-stream status=256 verdict=error\n'],
  ['with text after it', ': or-stream status=75 and so on\n'],
  ['with two spaces before it', `:  ${TRAILER}\n`],
  ['in data', `data: ${TRAILER}\n`],
  ['in data, as a comment', `data: : ${TRAILER}\n`],
  ['after U+2028 in data', `data: \u2028: ${TRAILER}\n`],
  ['after U+2029 in data', `data: \u2029: ${TRAILER}\n`],
  ['after U+0085, VT and FF in data', `data: \u0085: ${TRAILER}\v: ${TRAILER}\f: ${TRAILER}\n`],
  ['with U+2028 in it', ': or-stream status=75\u2028\n'],
])('a comment that only looks like a trailer drops nothing: %s', (_, line) => {
  for (const size of [1, 5, 1000]) {
    const pieces = inPieces(utf8Bytes(`data: a\n${line}data: b\n\n`), size)
    const event = run(chain(utf8(), sse()), pieces).find(({ kind }) => kind === 'event')
    expect({ size, data: event?.kind === 'event' && /^a\n(.*\n)?b$/su.test(event.data) }).toEqual({ size, data: true })
  }
})

test('a trailer is found after a line that is too long to hold', () => {
  const pieces = [`: ${'x'.repeat(100)}`, '\ndata: a\n', `: ${TRAILER}\n`]
  expect(outcome(sse(60), pieces)).toEqual({ items: [trailer] })
})

test('the time for a thousand trailers is proportional to their lines', () => {
  const items = run(sse(), [`data: a\n: ${TRAILER}\n`.repeat(1000)])
  expect(items).toEqual(Array.from({ length: 1000 }, () => trailer))
})

function cutsOf({ input, chunks, chunks_base64 }: SseCase): [string, Uint8Array[]][] {
  const bytes = utf8Bytes(input)
  const chunked = chunks_base64?.map((chunk) => Buffer.from(chunk, 'base64')) ?? chunks?.map(utf8Bytes)
  return [
    ['in one piece', [bytes]],
    ...(chunked ? [['as recorded', chunked] satisfies [string, Uint8Array[]]] : []),
    ...[1, 2, 3, 7].map((size) => [`in pieces of ${size}`, inPieces(bytes, size)] satisfies [string, Uint8Array[]]),
  ]
}

/** Returns the events as the standard dispatches them, each with the last event id. */
function dispatched(items: readonly SseItem[]) {
  let id = ''
  return items.flatMap((item) => {
    if (item.kind !== 'event') return []
    id = item.id ?? id
    return [{ event: item.event, data: item.data, id }]
  })
}

function boundOf({ buffer_limit, event_limit }: SseCase): number | undefined {
  return buffer_limit ?? event_limit
}

test.skipIf(SSE_CASES.isMissing).each(SSE_CASES.named())('%s', (_, one) => {
  for (const [cut, pieces] of cutsOf(one)) {
    const { items, error } = outcome(chain(utf8(), sse(boundOf(one))), pieces)
    const retry = items.flatMap((item) => (item.kind === 'retry' ? [item.retry] : []))
    expect({ cut, events: dispatched(items), retry, error }).toEqual({
      cut,
      events: one.expected,
      retry: one.expected_retry ?? [],
      error: one.expected_error === undefined ? undefined : 'too_large',
    })
  }
})
