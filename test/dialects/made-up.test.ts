import { expect, test } from 'vitest'
import { parseAnswers } from '../../src/core/answer/answers.js'
import { detectDialect } from '../../src/recordings/detect-dialect.js'
import type { Dialect } from '../../src/core/answer/dialect.js'
import { serializeError } from '../../src/core/answer/error-event.js'
import { stringOf } from '../../src/core/json/json.js'
import { dialects } from '../../src/dialects/index.js'
import { check } from '../../src/filters/check/check.js'
import { foldAnswers } from '../../src/filters/fold/fold.js'
import { foldLines } from '../../src/filters/fold/fold-lines.js'
import { usageSummary } from '../../src/filters/usage/usage-summary.js'
import { text } from '../../src/filters/text/text.js'
import { streamFaults } from '../../src/recordings/faults/stream-faults.js'
import { chain } from '../../src/core/stream/stage.js'
import { run, utf8Bytes } from '../support/feed.js'
import { endOf, inShort, judgedBy, judgedIn, writtenBy } from '../support/outcomes.js'

/** A complete dialect: one object is enough. */
const telegraph: Dialect = {
  name: 'telegraph',
  read({ dash, dot, stop, who, alarm, why }) {
    if ([dash, dot, stop, alarm].every((member) => member === undefined)) return undefined
    const error = { message: String(why), status: typeof alarm === 'number' ? alarm : undefined, type: undefined }
    return {
      type: 'chunk',
      id: undefined,
      model: stringOf(who),
      provider: undefined,
      deltas: [
        ...(typeof dash === 'string' ? [{ type: 'text' as const, choice: 0, text: dash }] : []),
        ...(typeof dot === 'number' ? [{ type: 'usage' as const, usage: { outputTokens: dot } }] : []),
        ...(alarm === undefined ? [] : [{ type: 'error' as const, error }]),
      ],
      isFinal: stop === true,
    }
  },
  assembler: {
    start() {
      let dashes = ''
      return {
        push(_chunk, deltas) {
          for (const delta of deltas) if (delta.type === 'text') dashes += delta.text
        },
        value: (isWhole) => ({ dashes, stop: isWhole }),
      }
    },
    turns: ({ dashes }) => [{ choice: 0, messages: [{ sent: dashes }], calls: [] }],
  },
  errorEvent: ({ code, message }, { model }) => ({ event: 'alarm', data: { alarm: code, why: message, who: model } }),
  errorBody: ({ code, message }) => ({ alarm: code, why: message }),
}

const table = [...dialects, telegraph]
const pieces = ['{"dash":"come ","who":"morse"}', '{"dash":"quick"}', '{"dot":2,"stop":true}'].map(
  (data) => `data: ${data}\n\n`,
)
const stream = [utf8Bytes(pieces.join(''))]
const whole = { dashes: 'come quick', stop: true }

test('text, usage and verdict work for a dialect that is one entry in the table', () => {
  const events = run(parseAnswers(table), stream)
  const { verdict, failure, warnings } = judgedIn(events)
  expect({ verdict, failure, warnings }).toEqual({ verdict: 'complete', failure: undefined, warnings: [] })
  expect(run(text(), events)).toEqual(['come ', 'quick'])
  expect(run(usageSummary(), events)).toMatchObject([
    { verdict: 'complete', model: 'morse', output_tokens: 2, events: 3 },
  ])
})

test('a made-up dialect is folded with its own assembler', () => {
  const turns = [{ choice: 0, messages: [{ sent: 'come quick' }], calls: [] }]
  expect(run(foldAnswers(table), stream)).toEqual([
    { type: 'folded', dialect: 'telegraph', object: whole, verdict: 'complete', isUsable: true, turns },
    endOf(),
  ])
  const [object, message] = (['object', 'messages'] as const).map(
    (part) => writtenBy(chain(foldAnswers(table), foldLines({ part })), stream).stdout,
  )
  expect([object, message]).toEqual([`${JSON.stringify(whole)}\n`, '{"sent":"come quick"}\n'])
})

test('a made-up dialect is checked and detected like any other', () => {
  expect(run(check(table), stream)).toEqual([
    {
      type: 'summary',
      verdict: 'complete',
      events: 3,
      failure: undefined,
      formatError: undefined,
      warnings: [],
    },
  ])
  expect(stream.map((bytes) => detectDialect(bytes, table))).toEqual([{ dialect: 'telegraph', id: undefined }])
})

test('an error is sent in the format of a made-up dialect and can be read again', () => {
  const error = { code: 429, message: 'too loud' }
  const block = 'event: alarm\ndata: {"alarm":429,"why":"too loud","who":"morse"}\n\n'
  expect(serializeError(error, telegraph, { id: 'x', model: 'morse', provider: undefined })).toBe(block)
  const { verdict, failure } = judgedBy(parseAnswers(table), [utf8Bytes(pieces[0] + block)])
  expect([verdict, inShort(failure)]).toEqual(['error', 'rate_limited: too loud (429)'])
})

test('stream faults work for a made-up dialect: its error event, and no end marker', () => {
  const faults = { 'no-done': false, error: undefined, crlf: false, 'cut-after': undefined }
  const [failing, open] = [{ error: '503' }, { 'no-done': true }].map((option) =>
    Buffer.concat(run(streamFaults({ ...faults, ...option }, table)(), stream)).toString(),
  )
  expect([failing, open]).toEqual([
    `${pieces[0]}${pieces[1]}event: alarm\ndata: {"alarm":503,"why":"injected error","who":"morse"}\n\n`,
    `${pieces[0]}${pieces[1]}`,
  ])
})

test('without its entry in the table the stream is an error, not an empty answer', () => {
  const events = run(parseAnswers(dialects), stream)
  expect([run(text(), events), inShort(judgedIn(events).failure)]).toEqual([
    [],
    'bad_data: no event has a known format',
  ])
})

test('a dialect that leaves out a part does not compile', () => {
  const { name, read, assembler, errorEvent, errorBody } = telegraph
  const parts: Dialect[] = [
    // @ts-expect-error: its answers could not be folded
    { name, read, errorEvent, errorBody },
    // @ts-expect-error: its errors could not be sent as a response
    { name, read, assembler, errorEvent },
    // @ts-expect-error: its errors could not be sent in a stream
    { name, read, assembler, errorBody },
    // @ts-expect-error: its chunks could not be read
    { name, assembler, errorEvent, errorBody },
    { name, read, assembler, errorEvent, errorBody },
  ]
  expect(parts.map((part) => Object.keys(part).length)).toEqual([4, 4, 4, 4, 5])
})
