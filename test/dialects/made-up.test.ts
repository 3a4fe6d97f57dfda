import { expect, test } from 'vitest'
import { parseAnswers } from '../../src/core/answer/answers.js'
import type { Dialect } from '../../src/core/answer/delta.js'
import { chain } from '../../src/core/stream/stage.js'
import { dialects } from '../../src/dialects/index.js'
import { report } from '../../src/filters/usage/report.js'
import { text } from '../../src/filters/text/text.js'
import { run, utf8Bytes } from '../support/feed.js'

/** All that a new dialect takes: what its chunks come down to. */
const telegraph: Dialect = {
  name: 'telegraph',
  read({ dash, dot, stop, who }) {
    if (dash === undefined && dot === undefined && stop === undefined) return undefined
    return {
      type: 'chunk',
      id: undefined,
      model: typeof who === 'string' ? who : undefined,
      provider: undefined,
      deltas: [
        ...(typeof dash === 'string' ? [{ type: 'text' as const, choice: 0, text: dash }] : []),
        ...(typeof dot === 'number' ? [{ type: 'usage' as const, usage: { outputTokens: dot } }] : []),
      ],
      isFinal: stop === true,
    }
  },
}

const stream = ['{"dash":"come ","who":"morse"}', '{"dash":"quick"}', '{"dot":2,"stop":true}'].map(
  (data) => `data: ${data}\n\n`,
)
const bytes = [utf8Bytes(stream.join(''))]

test('a made-up dialect is one row: text, account and verdict follow', () => {
  const { failure, verdict, ...judged } = parseAnswers([...dialects, telegraph])
  expect(run(chain(judged, text()), bytes).join('')).toBe('come quick')
  expect({ verdict: verdict(), failure: failure() }).toEqual({ verdict: 'complete', failure: undefined })

  const { verdict: verdictAgain, ...judgedAgain } = parseAnswers([...dialects, telegraph])
  expect(run(chain(judgedAgain, report(verdictAgain)), bytes)).toMatchObject([
    { verdict: 'complete', model: 'morse', output_tokens: 2, events: 3 },
  ])
})

test('without its row the same stream is an error, not an empty answer', () => {
  const { failure, ...judged } = parseAnswers(dialects)
  expect(run(chain(judged, text()), bytes)).toEqual([])
  expect(failure()).toMatchObject({ code: 'bad_data', message: 'no event is in a form that is known' })
})
