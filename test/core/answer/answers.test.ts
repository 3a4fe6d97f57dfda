import { expect, test } from 'vitest'
import { parseAnswers } from '../../../src/core/answer/answers.js'
import { dialects } from '../../../src/dialects/index.js'
import { inPieces, run, utf8Bytes } from '../../support/feed.js'

const stream = `: OPENROUTER PROCESSING

data: {"id":"a","choices":[{"delta":{"content":"Hi"},"finish_reason":"length"}]}

data: [DONE]

data: {"id":"b","choices":[{"delta":{"content":"Ho"}}]}

`

test('bytes to judged readings', () => {
  const { verdict, warnings, failure, ...stage } = parseAnswers(dialects)
  const types = run(stage, inPieces(utf8Bytes(stream), 5)).map(({ type }) => type)
  expect({ types, verdict: verdict(), warnings: warnings().length, failure: failure()?.code }).toEqual({
    types: ['chunk', 'done', 'next', 'chunk'],
    verdict: 'truncated',
    warnings: 1,
    failure: 'truncated',
  })
})

test('an event over the bound', () => {
  const stage = parseAnswers(dialects, { maxEventBytes: 50 })
  expect(() => run(stage, [utf8Bytes(stream)])).toThrow('an event has more than 50 bytes')
})

test('a clock tells when a chunk came', () => {
  let time = 0
  const {
    verdict: _verdict,
    warnings: _warnings,
    failure: _failure,
    ...stage
  } = parseAnswers(dialects, { clock: () => (time += 5) })
  const times = run(stage, [utf8Bytes(stream)]).flatMap((reading) => (reading.type === 'chunk' ? [reading.t] : []))
  expect(times).toEqual([5, 15])
})
