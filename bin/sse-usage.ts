#!/usr/bin/env node
import { filter } from '../src/cli/filter.js'
import { reading } from '../src/cli/options.js'
import { answers } from '../src/core/answers.js'
import { chain } from '../src/core/stage.js'
import { dialects } from '../src/dialects/index.js'
import { reportText } from '../src/filters/report-text.js'
import { report } from '../src/filters/report.js'
import { tee } from '../src/filters/tee.js'

void filter({
  name: 'sse-usage',
  summary: 'What an answer cost: tokens, dollars, model, provider, generation id, finish.',
  options: {
    json: { type: 'flag', what: 'one JSON object; null is what the stream did not say' },
    tee: { type: 'flag', what: 'pass the input through, and print to stderr at the end' },
    ...reading,
  },
  examples: [
    ['sse-usage answer.sse', 'the account of a recording'],
    ['or-stream "Why is the sky blue?" | sse-usage --tee | sse-text', 'the answer, then its account'],
    ['sse-usage --json answer.sse | jq .cost', 'the cost in dollars'],
  ],
  work: ({ json, tee: passes, 'max-event-bytes': maxEventBytes }, { file, clock }) => {
    const { failure, verdict, ...judged } = answers(dialects, { maxEventBytes, clock })
    const account = chain(judged, chain(report(verdict), reportText(json, file)))
    return passes ? { ...tee(account), failure } : { stage: account, failure }
  },
})
