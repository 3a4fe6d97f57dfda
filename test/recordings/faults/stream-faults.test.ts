import { expect, test } from 'vitest'
import { parseAnswers } from '../../../src/core/answer/answers.js'
import { StreamError } from '../../../src/core/errors/error.js'
import { events } from '../../../src/core/sse/detect.js'
import { dialects } from '../../../src/dialects/index.js'
import { streamFaults, injectFault, type FaultValues } from '../../../src/recordings/faults/stream-faults.js'
import { everyCut, inOneBuffer, run, utf8Bytes } from '../../support/feed.js'
import { judgedBy } from '../../support/outcomes.js'
import { cases } from '../../support/fixtures.js'
import { few, sized, some } from '../../support/size.js'
import { outcome } from '../../support/stations.js'
import { ANSWER, chunk, DONE, event } from '../../support/wire.js'

const NONE: FaultValues = { 'no-done': false, error: undefined, crlf: false, 'cut-after': undefined }

/** Injects faults into a stream, for up to `places` cuts of it. Fails if the output depends on the cut. */
function injectInto(values: Partial<FaultValues>, stream: string | Uint8Array, places = 1000): string {
  const bytes = typeof stream === 'string' ? utf8Bytes(stream) : stream
  const make = streamFaults({ ...NONE, ...values }, dialects)
  const apply = (pieces: readonly Uint8Array[]) => {
    const fault = make()
    const output: Buffer[] = []
    for (const piece of inOneBuffer(pieces)) for (const part of fault.push(piece)) output.push(Buffer.from(part))
    return Buffer.concat([...output, ...fault.end()])
  }
  const whole = apply([bytes])
  if (places === 0) return whole.toString()
  for (const [name, pieces] of everyCut(bytes, places, sized({ small: 2, ci: 4, long: 50 })))
    expect([name, apply(pieces).equals(whole)]).toEqual([name, true])
  return whole.toString()
}

/** Returns the exit status of a program that judges the answer. */
function statusOf(stream: string): number {
  return judgedBy(parseAnswers(dialects), [utf8Bytes(stream)]).failure?.status ?? 0
}

const text = chunk('Blue')
const usage = event({ id: 'gen-1', choices: [], usage: { total_tokens: 3 } })
const stop = chunk('', 'stop')
const error = (code: unknown) =>
  event({
    id: 'gen-1',
    model: 'test/model',
    object: 'chat.completion.chunk',
    error: { code, message: 'injected error' },
    choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
  })

test.each<[string, Partial<FaultValues>, string, string]>([
  ['nothing', {}, `\ufeff${text}\r\n${DONE}`, `\ufeff${text}\r\n${DONE}`],
  ['--no-done', { 'no-done': true }, `: c\n\n${text}${stop}${usage}${DONE}`, `: c\n\n${text}${usage}`],
  ['--no-done, under another name', { 'no-done': true }, `${text}event: data\ndata: [DONE]\n\n: c\n`, `${text}: c\n`],
  ['--no-done, CRLF', { 'no-done': true }, `${text}data: [DONE]\r\n\r\n: c\r\n\r\n`, `${text}: c\r\n\r\n`],
  ['--no-done, CR', { 'no-done': true }, 'data: 1\r\rdata: [DONE]\r\r', 'data: 1\r\r'],
  ['--no-done, two answers', { 'no-done': true }, ANSWER + ANSWER, ANSWER.replace(stop + DONE, '').repeat(2)],
  ['--no-done, two choices', { 'no-done': true }, text + stop + stop.replace(':0', ':1'), text],
  ['--no-done, without its blank line', { 'no-done': true }, `${text}data: [DONE]`, text],
  ['--no-done, half an event', { 'no-done': true }, `${text}data: {"a`, `${text}data: {"a`],
  ['--no-done, an error', { 'no-done': true }, text + error(500), text + error(500)],
  ['--error', { error: '429' }, text + stop + usage + DONE, text + error(429)],
  ['--error, a word', { error: 'overloaded' }, text + stop + DONE, text + error('overloaded')],
  ['--error, without an end', { error: '429' }, text + usage, text + usage + error(429)],
  ['--error, half an event', { error: '429' }, `${text}data: {"a`, text + error(429)],
  ['--error, CR', { error: '429' }, text.replaceAll('\n', '\r'), text.replaceAll('\n', '\r') + error(429)],
  ['--error, half an event in CR', { error: '429' }, `${text}data: {"a\r`, text + error(429)],
  ['--error, without its blank line', { error: '429' }, `${text}data: [DONE]`, text + error(429)],
  ['--error, two answers', { error: '429' }, ANSWER + ANSWER, ANSWER.replace(stop + DONE, error(429))],
  ['--error, an empty stream', { error: '429' }, '', event({ error: { code: 429, message: 'injected error' } })],
  ['--error, an answer in one chunk', { error: '500' }, chunk('Blue', 'stop') + DONE, error(500)],
  ['--crlf', { crlf: true }, 'a\nb\rc\r\nd\n\re\r\r\n\n', 'a\r\nb\r\nc\r\nd\r\n\r\ne\r\n\r\n\r\n'],
  ['--cut-after', { 'cut-after': 7 }, 'data: 1\n\n', 'data: 1'],
  ['--cut-after 0', { 'cut-after': 0 }, 'data: 1\n\n', ''],
  ['--cut-after more than there is', { 'cut-after': 1000 }, 'data: 1\n\n', 'data: 1\n\n'],
  [
    'no end markers, then an error',
    { 'no-done': true, error: '429' },
    text + stop + usage + DONE,
    text + usage + error(429),
  ],
  ['an error, then CRLF', { error: '429', crlf: true }, text + DONE, (text + error(429)).replaceAll('\n', '\r\n')],
  ['CRLF, then a cut', { crlf: true, 'cut-after': 3 }, 'a\nb\n', 'a\r\n'],
])('%s', (_, values, stream, expected) => {
  expect(injectInto(values, stream)).toBe(expected)
})

const complete = cases().filter(({ outcome: { status } }) => status === 0)
const ends = some(complete, sized({ small: 30, ci: 100, long: complete.length }))

test.each(ends.map(({ name, stream }) => [name, stream] as const))('%s without its end is truncated', (_, stream) => {
  expect(statusOf(injectInto({ 'no-done': true }, stream, sized({ small: 2, ci: 6, long: 500 })))).toBe(76)
})

const CODES = [
  ['400', 65],
  ['401', 77],
  ['402', 77],
  ['403', 77],
  ['404', 69],
  ['408', 75],
  ['429', 75],
  ['500', 75],
  ['503', 75],
  ['529', 75],
  ['overloaded', 75],
  ['rate_limit_exceeded', 75],
  ['something', 76],
] as const

test.each(ends.map(({ name, stream }) => [name, stream] as const))(
  '%s with an error in place of its end',
  (_, stream) => {
    const codes = few(CODES)
    const statuses = codes.map(([code]) => [code, statusOf(injectInto({ error: code }, stream, 0))])
    expect(statuses).toEqual(codes)
  },
)

test.each([
  ['chat', text + DONE, error(429).trimEnd()],
  [
    'completions',
    event({ id: 'c', object: 'text_completion', model: 'm', choices: [{ index: 0, text: 'Blue' }] }) + DONE,
    'data: {"id":"c","model":"m","object":"text_completion","error":{"code":429,"message":"injected error"},' +
      '"choices":[{"index":0,"text":"","finish_reason":"error"}]}',
  ],
  [
    'responses',
    event({ type: 'response.created', response: { id: 'r', model: 'm' } }),
    'data: {"type":"response.failed","response":{"id":"r","model":"m","object":"response","status":"failed","output":[],' +
      '"error":{"code":429,"message":"injected error"}}}',
  ],
  [
    'messages',
    `event: message_start\n${event({ type: 'message_start', message: { id: 'm' } })}`,
    'event: error\ndata: {"type":"error","error":{"type":"rate_limit_error","message":"injected error"}}',
  ],
  [
    'gemini',
    event({ candidates: [{ content: { parts: [{ text: 'Blue' }] } }] }),
    'data: {"error":{"code":429,"message":"injected error"}}',
  ],
])('the form of an error: %s', (_, stream, block) => {
  expect(injectInto({ error: '429' }, stream).trimEnd().endsWith(`\n\n${block}`)).toBe(true)
})

test.each(['200', '399', '600', '', '4290'])('--error %j is refused', (code) => {
  const message = `--error takes a status from 400 to 599 or a word, not "${code}"`
  expect(() => streamFaults({ ...NONE, error: code }, dialects)).toThrow(new StreamError('usage', message))
})

/** Returns whether a fault is over before and after a stream. */
const over = (values: Partial<FaultValues>, stream: string) => {
  const fault = streamFaults({ ...NONE, ...values }, dialects)()
  const before = fault.isOver()
  for (const _ of fault.push(utf8Bytes(stream)));
  return [before, fault.isOver()]
}

test('isOver() is true if no more output can follow', () => {
  expect(over({ 'no-done': true, crlf: true }, ANSWER)).toEqual([false, false])
  expect(over({ error: '429' }, text)).toEqual([false, false])
  expect(over({ error: '429' }, ANSWER)).toEqual([false, true])
  expect(over({ 'cut-after': 5 }, 'data')).toEqual([false, false])
  expect(over({ 'cut-after': 5 }, 'data:')).toEqual([false, true])
  expect(over({ 'cut-after': 0 }, '')).toEqual([true, true])
})

test('an event that exceeds the maximum size is passed on, and later events are still parsed', () => {
  const large = event({ choices: [{ delta: { content: 'x'.repeat(17 * 1024 * 1024) } }] })
  const made = outcome(streamFaults({ ...NONE, 'no-done': true }, dialects)(), [
    utf8Bytes(large + text),
    utf8Bytes(DONE),
  ])
  expect(Buffer.concat(made.outputs).equals(Buffer.from(large + text))).toBe(true)
})

test('pieces keep their times', () => {
  const step = injectFault(streamFaults({ ...NONE, error: '429' }, dialects)())
  const pieces = run(step, [
    { at: 1, bytes: utf8Bytes(text + text.slice(0, 9)) },
    { at: 2, bytes: utf8Bytes(text.slice(9, -1)) },
    { at: 3, bytes: utf8Bytes('\n: x\n\n') },
  ])
  expect(pieces.map(({ at, bytes }) => [at, Buffer.from(bytes).toString()])).toEqual([
    [1, text],
    [3, `${text}: x\n\n`],
    [3, error(429)],
  ])
})

test('--crlf does not change the events', () => {
  const kept = run(events(), [utf8Bytes(injectInto({ crlf: true }, ANSWER))])
  expect(kept).toEqual(run(events(), [utf8Bytes(ANSWER)]))
})
