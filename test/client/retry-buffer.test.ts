import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { blockScanner } from '../../src/core/sse/boundaries.js'
import { retryBuffer, type RetryBuffer } from '../../src/client/retry-buffer.js'
import { dialects } from '../../src/dialects/index.js'
import { everyCut, inPieces, utf8Bytes } from '../support/feed.js'
import { ANSWER, chunk, DONE, errorEvent, event } from '../support/wire.js'

const textOf = (pieces: readonly Uint8Array[]) => Buffer.concat(pieces).toString()

/** What a gate lets out, whether and for which failure it stays shut, and what it held in the end. */
function held(pieces: Iterable<Uint8Array>, shut: RetryBuffer = retryBuffer(dialects)) {
  const out: Uint8Array[] = []
  let failure: string | undefined
  for (const piece of pieces) {
    const found = shut.push(piece)
    out.push(...found.ready)
    failure = found.failure && `${found.failure.code}: ${found.failure.message}`
    if (failure !== undefined) break
  }
  const isOpen = shut.isOpen()
  return { out: textOf(out), failure, isOpen, rest: textOf(shut.open()) }
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
])('shut before the first data event: %s', (_, out, rest) => {
  for (const [cut, pieces] of everyCut(utf8Bytes(out + rest)))
    expect({ cut, ...held(pieces) }).toEqual({ cut, out, failure: undefined, isOpen: false, rest })
})

test.each([
  ['the first event of an answer', chunk('Blue is ')],
  ['comments before it', `${PROCESSING}${chunk('Blue is ')}`],
  ['half of the next', `${chunk('Blue is ')}data: {"id"`],
  ['a whole answer', ANSWER],
  ['the end mark alone', DONE],
  ['a sign of life as data', 'data: : OPENROUTER PROCESSING\n\n'],
  ['empty data', 'data:\n\n'],
  ['data that is not JSON', 'data: oops\n\n'],
  ['an event of no known form', 'data: {"hello":1}\n\n'],
  ['an error after the first event', `${chunk('Blue is ')}${errorEvent(502, 'gone')}`],
  ['an error that no other try heals', errorEvent(400, 'bad')],
  ['an error without a code', errorEvent(undefined, 'it broke')],
  ['an error in CRLF', errorEvent(401, 'no').replaceAll('\n', '\r\n')],
])('opened by the first data event, and all comes out: %s', (_, stream) => {
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
  ['what the provider calls retryable', retryable(true), 'not_found: m (404, no_endpoints)'],
])('stays shut for an error that may go away: %s', (_, stream, failure) => {
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

test('what the provider calls past help opens it', () => {
  const stream = event({ error: { message: 'm', http_status: 503, availability: { retryable: false } } })
  expect(held([utf8Bytes(stream)])).toMatchObject({ out: stream, isOpen: true })
})

test('an open gate passes everything, errors too', () => {
  const shut = retryBuffer(dialects)
  expect(textOf(shut.open())).toBe('')
  expect(held([errorEvent(502, 'gone'), 'data: half'].map(utf8Bytes), shut)).toEqual({
    out: `${errorEvent(502, 'gone')}data: half`,
    failure: undefined,
    isOpen: true,
    rest: '',
  })
})

test('what it held comes out once', () => {
  const shut = retryBuffer(dialects)
  shut.push(utf8Bytes('data: half'))
  expect([textOf(shut.open()), textOf(shut.open())]).toEqual(['data: half', ''])
})

test('after a BOM nothing comes out before the first event, for a second BOM would spoil a name', () => {
  const comments = `\ufeff${PROCESSING}`
  expect(held([utf8Bytes(comments)])).toMatchObject({ out: '', isOpen: false, rest: comments })
  const bytes = utf8Bytes(`${comments}${ANSWER}`)
  for (const [cut, pieces] of everyCut(bytes))
    expect({ cut, ...held(pieces) }).toMatchObject({ cut, out: `${comments}${ANSWER}`, isOpen: true })
})

test('a block without an end opens it, when it is longer than any event', () => {
  const shut = retryBuffer(dialects)
  const piece = new Uint8Array(1024 * 1024).fill(120)
  let pieces = 0
  while (!shut.isOpen() && pieces < 100) {
    shut.push(piece)
    pieces++
  }
  expect([pieces, textOf(shut.push(utf8Bytes('more')).ready)]).toEqual([17, 'more'])
})

test.each([
  ['smaller than the default', 100],
  ['larger than the default', 20 * 1024 * 1024],
])('the bound of what it holds can be %s', (_, bound) => {
  const shut = retryBuffer(dialects, bound)
  const block = new Uint8Array(bound).fill(120)
  // Bytes of this number are neither compared nor printed one by one.
  const lengths = (bytes: Uint8Array) => shut.push(bytes).ready.map(({ length }) => length)
  expect([lengths(block), shut.isOpen()]).toEqual([[], false])
  expect([lengths(utf8Bytes('x')), shut.isOpen()]).toEqual([[bound, 1], true])
})

test('an error that may go away opens it if its data is over the bound', () => {
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

test('an event of more lines than its bound allows opens it', () => {
  const stream = 'data\n'.repeat(1001) + '\n'
  expect(held([utf8Bytes(stream)], retryBuffer(dialects, stream.length))).toEqual({
    out: stream,
    failure: undefined,
    isOpen: true,
    rest: '',
  })
})

test('comments that have gone out do not count towards the bound', () => {
  const error = errorEvent(429, 'slow down')
  for (const [cut, pieces] of everyCut(utf8Bytes(PROCESSING.repeat(20) + error)))
    expect({ cut, ...held(pieces, retryBuffer(dialects, error.length)) }).toMatchObject({
      cut,
      failure: 'rate_limited: slow down (429)',
      isOpen: false,
    })
})

test('an error is found that is larger than the default bound', () => {
  const stream = errorEvent(429, 'x'.repeat(17 * 1024 * 1024))
  const pieces = inPieces(utf8Bytes(stream), 1024 * 1024)
  const { failure, isOpen } = held(pieces, retryBuffer(dialects, 18 * 1024 * 1024))
  expect([failure?.slice(0, 20), isOpen]).toEqual(['rate_limited: xxxxxx', false])
})

/** Pieces of which beginnings of streams are made. */
const PARTS = ['data', ': a\n', ': b\n\n', ':', '\n', '\r\n', '\r', 'event: x\n', 'id: 1\n\n', 'data: {"id"', 'x']
const EVENTS = [chunk('a'), errorEvent(429, 'slow'), errorEvent(400, 'bad'), 'data: {\n\n', 'data:\n\n', DONE]
const streams = fc
  .tuple(fc.constantFrom('', '\ufeff'), fc.array(fc.constantFrom(...PARTS, ...EVENTS), { maxLength: 12 }))
  .map(([beginning, parts]) => utf8Bytes(beginning + parts.join('')))

test('however it is cut: nothing is lost or changes places, and nothing but whole blocks comes before the first event', () => {
  const isSame = fc.property(streams, fc.array(fc.nat({ max: 1000 }), { maxLength: 6 }), (bytes, cuts) => {
    const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
    const pieces = at.slice(1).map((to, index) => bytes.subarray(at[index], to))
    const [whole, cut] = [held([bytes]), held(pieces.filter(({ length }) => length > 0))]
    expect({ failure: cut.failure, isOpen: cut.isOpen }).toEqual({ failure: whole.failure, isOpen: whole.isOpen })

    const [all, seen] = [Buffer.from(bytes).toString(), cut.out + cut.rest]
    // After a failure the rest is not taken any more.
    expect(cut.failure === undefined ? seen : all.slice(0, seen.length)).toBe(cut.failure === undefined ? all : seen)
    if (cut.isOpen) return
    const [frames, before] = [blockScanner(), utf8Bytes(cut.out)]
    expect({ place: frames.push(before), events: frames.events() }).toEqual({ place: before.length, events: 0 })
    // What need not be held is not held, in pieces as at once.
    expect(cut.failure === undefined ? cut.out : whole.out).toBe(whole.out)
  })
  fc.assert(isSame, { numRuns: 3000, seed: 7 })
})
