import { expect, test } from 'vitest'
import { parseAnswers } from '../src/core/answer/answers.js'
import { chain } from '../src/core/stream/stage.js'
import { dialects } from '../src/dialects/index.js'
import { text } from '../src/filters/text/text.js'
import { run } from './support/feed.js'
import { cases } from './support/fixtures.js'
import { runStages } from './support/stations.js'

const all = cases().map((one) => [one.name, one] as const)

test.each(all)('%s: the output of every stage', (_, one) => {
  const { events, text: words, account, verdict, status } = runStages([one.stream])
  expect({ events, words, account, verdict, status }).toEqual({
    events: one.events,
    words: one.text.toString(),
    account: one.usage,
    ...one.outcome,
  })
})

test.each(all)('%s: the NDJSON of sse-parse has the same text as the stream', (_, one) => {
  expect(runStages([Buffer.from(one.events)]).text).toBe(one.text.toString())
})

test.each(all.filter(([, { reasoning }]) => reasoning))('%s: the reasoning, without repetition', (_, one) => {
  expect(run(chain(parseAnswers(dialects), text({ reasoning: 'only' })), [one.stream]).join('')).toBe(
    one.reasoning?.toString(),
  )
})
