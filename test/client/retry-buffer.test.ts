import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { blockScanner } from '../../src/core/sse/boundaries.js'
import { retryBuffer, type RetryBuffer } from '../../src/client/retry-buffer.js'
import { dialects } from '../../src/dialects/index.js'
import { everyCut, inPieces, utf8Bytes } from '../support/feed.js'
import { ANSWER, chunk, DONE, errorEvent, event } from '../support/wire.js'

const textOf = (pieces: readonly Uint8Array[]) => Buffer.concat(pieces).toString()

/** Pushes pieces until a failure. Returns the released text, the failure, and the text that is still buffered at the end. */
function held(pieces: Iterable<Uint8Array>, buffer: RetryBuffer = retryBuffer(dialects)) {
  const out: Uint8Array[] = []
  let failure: string | undefined
  for (const piece of pieces) {
    const found = buffer.push(piece)
    out.push(...found.ready)
    failure = found.failure && `${found.failure.code}: ${found.failure.message}`
    if (failure !== undefined) break
  }
  const isOpen = buffer.isOpen()
  return { out: textOf(out), failure, isOpen, rest: textOf(buffer.open()) }
}

const PROCESSING = ': OPENROUTER PROCESSING\n\n'

test.each([
  ['nothing', '', ''],
  ['a comment', PROCESSING, ''],
  ['comments and half of one', `${PROCESSING}${PROCESSING}`, ': OPENROUTER'],
  ['a block without data', 'id: 1\nretry: 5\n\n', ''],
  ['half a block', PROCESSING, 'event: x\ndata: {"id":"gen-1"'],
  ['a comment inside half a block', '', 'event: x\n: a\n'],
  ['an error line that is no event', 'error: {"code":429}\n\n', ''],
])('closed before the first data event: %s', (_, out, rest) => {
  for (const [cut, pieces] of everyCut(utf8Bytes(out + rest)))
    expect({ cut, ...held(pieces) }).toEqual({ cut, out, failure: undefined, isOpen: false, rest })
})

test.each([
  ['the first event of an answer', chunk('Blue is ')],
  ['comments before it', `${PROCESSING}${chunk('Blue is ')}`],
  ['half of the next', `${chunk('Blue is ')}data: {"id"`],
  ['a whole answer', ANSWER],
  ['the end marker alone', DONE],
  ['a keep-alive as data', 'data: : OPENROUTER PROCESSING\n\n'],
  ['empty data', 'data:\n\n'],
  ['data that is not JSON', 'data: oops\n\n'],
  ['an event of no known form', 'data: {"hello":1}\n\n'],
  ['an error after the first event', `${chunk('Blue is ')}${errorEvent(502, 'gone')}`],
  ['an error that is not retryable', errorEvent(400, 'bad')],
  ['an error without a code', errorEvent(undefined, 'it broke')],
  ['an error in CRLF', errorEvent(401, 'no').replaceAll('\n', '\r\n')],
])('opens at the first data event and releases everything: %s', (_, stream) => {
  for (const [cut, pieces] of everyCut(utf8Bytes(stream)))
    expect({ cut, ...held(pieces) }).toEqual({ cut, out: stream, failure: undefined, isOpen: true, rest: '' })
})

const responsesError = `event: error\ndata: {"type":"error","code":"server_error","message":"oops","param":null,"sequence_number":0}\n\n`
const messagesError = `event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}\n\n`

test.each([
  ['502', errorEvent(502, 'gone'), 'server_error: gone (502)'],
  ['429', errorEvent(429, 'slow down'), 'rate_limited: slow down (429)'],
  ['408', errorEvent(408, 'slow'), 'timeout: slow (408)'],
  ['a code in words', errorEvent('server_error', 'oops'), 'server_error: oops (server_error)'],
  ['a bare error', event({ error: { code: 503, message: 'none' } }), 'overloaded: none (503)'],
  ['an error of the Responses API', responsesError, 'server_error: oops (server_error)'],
  ['an error of the Messages API', messagesError, 'overloaded: busy (overloaded_error)'],
  ['an error that the provider calls retryable', retryable(true), 'not_found: m (404, no_endpoints)'],
])('stays closed for a retryable error: %s', (_, stream, failure) => {
  for (const [cut, pieces] of everyCut(utf8Bytes(stream)))
    expect({ cut, ...held(pieces) }).toEqual({ cut, out: '', failure, isOpen: false, rest: stream })
  for (const size of [1, 7, 1000]) {
    const pieces = inPieces(utf8Bytes(`${PROCESSING}${stream}`), size)
    expect({ size, ...held(pieces) }).toMatchObject({ size, failure, isOpen: false })
  }
})

function retryable(isRetryable: boolean): string {
  return event({
    error: { message: 'm', http_status: 404, availability: { code: 'no_endpoints', retryable: isRetryable } },
  })
}

test('opens at an error that the provider calls not retryable', () => {
  const stream = event({ error: { message: 'm', http_status: 503, availability: { retryable: false } } })
  expect(held([utf8Bytes(stream)])).toMatchObject({ out: stream, isOpen: true })
})

test('an open buffer passes everything on, errors too', () => {
  const buffer = retryBuffer(dialects)
  expect(textOf(buffer.open())).toBe('')
  expect(held([errorEvent(502, 'gone'), 'data: half'].map(utf8Bytes), buffer)).toEqual({
    out: `${errorEvent(502, 'gone')}data: half`,
    failure: undefined,
    isOpen: true,
    rest: '',
  })
})

test('buffered bytes are released once', () => {
  const buffer = retryBuffer(dialects)
  buffer.push(utf8Bytes('data: half'))
  expect([textOf(buffer.open()), textOf(buffer.open())]).toEqual(['data: half', ''])
})

test('after a BOM nothing is released before the first event, because a second BOM would corrupt a field name', () => {
  const comments = `\ufeff${PROCESSING}`
  expect(held([utf8Bytes(comments)])).toMatchObject({ out: '', isOpen: false, rest: comments })
  const bytes = utf8Bytes(`${comments}${ANSWER}`)
  for (const [cut, pieces] of everyCut(bytes))
    expect({ cut, ...held(pieces) }).toMatchObject({ cut, out: `${comments}${ANSWER}`, isOpen: true })
})

test('opens at a block that is larger than the maximum event size', () => {
  const buffer = retryBuffer(dialects)
  const piece = new Uint8Array(1024 * 1024).fill(120)
  let pieces = 0
  while (!buffer.isOpen() && pieces < 100) {
    buffer.push(piece)
    pieces++
  }
  expect([pieces, textOf(buffer.push(utf8Bytes('more')).ready)]).toEqual([17, 'more'])
})

test.each([
  ['smaller than the default', 100],
  ['larger than the default', 20 * 1024 * 1024],
])('the maximum event size can be %s', (_, bound) => {
  const buffer = retryBuffer(dialects, bound)
  const block = new Uint8Array(bound).fill(120)
  // Only lengths: Vitest would compare and print so many bytes one by one.
  const lengths = (bytes: Uint8Array) => buffer.push(bytes).ready.map(({ length }) => length)
  expect([lengths(block), buffer.isOpen()]).toEqual([[], false])
  expect([lengths(utf8Bytes('x')), buffer.isOpen()]).toEqual([[bound, 1], true])
})

test('opens at a retryable error if its data exceeds the maximum event size', () => {
  const stream = errorEvent(429, 'slow down')
  const [size, bytes] = [stream.length - 'data: \n\n'.length, utf8Bytes(stream)]
  expect(held([bytes], retryBuffer(dialects, size))).toMatchObject({
    failure: 'rate_limited: slow down (429)',
    out: '',
  })
  for (const [cut, pieces] of everyCut(bytes))
    expect({ cut, ...held(pieces, retryBuffer(dialects, size - 1)) }).toEqual({
      cut,
      out: stream,
      failure: undefined,
      isOpen: true,
      rest: '',
    })
})

test('opens at an event that exceeds the maximum event size by its number of lines', () => {
  const stream = 'data\n'.repeat(1001) + '\n'
  expect(held([utf8Bytes(stream)], retryBuffer(dialects, stream.length))).toEqual({
    out: stream,
    failure: undefined,
    isOpen: true,
    rest: '',
  })
})

test('released comments do not count towards the maximum event size', () => {
  const error = errorEvent(429, 'slow down')
  for (const [cut, pieces] of everyCut(utf8Bytes(PROCESSING.repeat(20) + error)))
    expect({ cut, ...held(pieces, retryBuffer(dialects, error.length)) }).toMatchObject({
      cut,
      failure: 'rate_limited: slow down (429)',
      isOpen: false,
    })
})

test('finds an error that exceeds the default size if the maximum is raised', () => {
  const stream = errorEvent(429, 'x'.repeat(17 * 1024 * 1024))
  const pieces = inPieces(utf8Bytes(stream), 1024 * 1024)
  const { failure, isOpen } = held(pieces, retryBuffer(dialects, 18 * 1024 * 1024))
  expect([failure?.slice(0, 20), isOpen]).toEqual(['rate_limited: xxxxxx', false])
})

/** Parts from which the start of a stream is generated. */
const PARTS = ['data', ': a\n', ': b\n\n', ':', '\n', '\r\n', '\r', 'event: x\n', 'id: 1\n\n', 'data: {"id"', 'x']
const EVENTS = [chunk('a'), errorEvent(429, 'slow'), errorEvent(400, 'bad'), 'data: {\n\n', 'data:\n\n', DONE]
const streams = fc
  .tuple(fc.constantFrom('', '\ufeff'), fc.array(fc.constantFrom(...PARTS, ...EVENTS), { maxLength: 12 }))
  .map(([beginning, parts]) => utf8Bytes(beginning + parts.join('')))

test('for any cuts: no byte is lost or reordered, and only complete blocks are released before the first event', () => {
  const isSame = fc.property(streams, fc.array(fc.nat({ max: 1000 }), { maxLength: 6 }), (bytes, cuts) => {
    const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
    const pieces = at.slice(1).map((to, index) => bytes.subarray(at[index], to))
    const [whole, cut] = [held([bytes]), held(pieces.filter(({ length }) => length > 0))]
    expect({ failure: cut.failure, isOpen: cut.isOpen }).toEqual({ failure: whole.failure, isOpen: whole.isOpen })

    const [all, seen] = [Buffer.from(bytes).toString(), cut.out + cut.rest]
    // After a failure the remaining pieces are not pushed.
    expect(cut.failure === undefined ? seen : all.slice(0, seen.length)).toBe(cut.failure === undefined ? all : seen)
    if (cut.isOpen) return
    const [scanner, before] = [blockScanner(), utf8Bytes(cut.out)]
    expect({ place: scanner.push(before), events: scanner.events() }).toEqual({ place: before.length, events: 0 })
    // Cut pieces release as much as the whole stream at once.
    expect(cut.failure === undefined ? cut.out : whole.out).toBe(whole.out)
  })
  fc.assert(isSame, { numRuns: 3000, seed: 7 })
})
