import { expect, test } from 'vitest'
import { parseAnswers } from '../../../src/core/answer/answers.js'
import { coalescedAnswers } from '../../../src/core/answer/repeat/coalesced-answers.js'
import { dialects } from '../../../src/dialects/index.js'
import { inPieces, run, utf8Bytes } from '../../support/feed.js'
import { inShort, judgedIn } from '../../support/outcomes.js'
import { outcome } from '../../support/stations.js'

const stream = `: OPENROUTER PROCESSING

data: {"id":"a","choices":[{"delta":{"content":"Hi"},"finish_reason":"length"}]}

data: [DONE]

data: {"id":"b","choices":[{"delta":{"content":"Ho"}}]}

`

test('parseAnswers parses bytes into judged events', () => {
  const events = run(parseAnswers(dialects), inPieces(utf8Bytes(stream), 5))
  const { verdict, warnings, failure } = judgedIn(events)
  expect({ types: events.map(({ type }) => type), verdict, warnings, failure: inShort(failure) }).toEqual({
    types: ['chunk', 'done', 'answer-end', 'chunk', 'answer-end'],
    verdict: 'truncated',
    warnings: ['the answer was cut at the token limit (finish reason length)'],
    failure: 'truncated: the stream ended after 1 event without an end marker',
  })
})

const TOO_LARGE = 'too_large: an event has more than 50 bytes; raise --max-event-bytes'
const done = 'data: [DONE]\n\n'
const hi = 'data: {"choices":[{"delta":{"content":"a"}}]}\n\n'
const large = `data: ${'x'.repeat(60)}\n\n`

test.each([
  ['parseAnswers', parseAnswers],
  ['coalescedAnswers', coalescedAnswers],
])('%s ends the answer before it throws for an event over the limit', (_, answers) => {
  const ended = ['', hi, hi + done, hi + done + hi, 'data: {"a\n\n'].map((before) => {
    const { outputs, failure } = outcome(answers(dialects, { maxEventBytes: 50 }), [utf8Bytes(before + large)])
    const ends = judgedIn(outputs).ends.map((end) => ({
      ...end,
      failure: inShort(end.failure),
      formatError: inShort(end.formatError),
    }))
    return { types: outputs.map(({ type }) => type).join(' '), ends, thrown: inShort(failure) }
  })
  const cut = { type: 'answer-end', verdict: 'truncated', accepted: false, failure: TOO_LARGE, warnings: [] }
  expect(ended).toEqual([
    { types: 'answer-end', ends: [{ ...cut, verdict: 'empty' }], thrown: TOO_LARGE },
    { types: 'chunk answer-end', ends: [cut], thrown: TOO_LARGE },
    { types: 'chunk done answer-end', ends: [{ ...cut, verdict: 'complete', accepted: true }], thrown: TOO_LARGE },
    {
      types: 'chunk done answer-end chunk answer-end',
      ends: [{ ...cut, verdict: 'complete', accepted: true, failure: undefined }, cut],
      thrown: TOO_LARGE,
    },
    {
      types: 'invalid answer-end',
      ends: [{ ...cut, formatError: 'bad_data: event 1 is not JSON: {"a' }],
      thrown: TOO_LARGE,
    },
  ])
})

test('an error that is not a StreamError does not end the answer', () => {
  const bug = new Error('bug')
  const broken = {
    ...dialects[0],
    read() {
      throw bug
    },
  }
  const seen: unknown[] = []
  expect(() => {
    for (const event of parseAnswers([broken as never]).push(utf8Bytes('data: {}\n\n'))) seen.push(event)
  }).toThrow(bug)
  expect(seen).toEqual([])
})

test.each([
  ['parseAnswers', parseAnswers],
  ['coalescedAnswers', coalescedAnswers],
])('%s with a clock sets the time of each chunk', (_, answers) => {
  let time = 0
  const { events } = judgedIn(run(answers(dialects, { clock: () => (time += 5) }), [utf8Bytes(stream)]))
  expect(events.flatMap((event) => (event.type === 'chunk' ? [event.t] : []))).toEqual([5, 15])
})
