#!/usr/bin/env node
import { filter } from '../src/cli/filter.js'
import { chosen, reading, readingOf } from '../src/programs/options/reading.js'
import { outcomes } from '../src/core/answer/outcomes.js'
import { coalescedAnswers } from '../src/core/answer/repeat/coalesced-answers.js'
import { chain, fanOut } from '../src/core/stream/stage.js'
import { dialects } from '../src/dialects/index.js'
import { ledger } from '../src/filters/usage/ledger.js'
import { asides, tee } from '../src/core/stream/tee.js'
import { report } from '../src/filters/usage/report.js'

void filter({
  name: 'sse-usage',
  summary: 'What an answer cost: tokens, dollars, model, provider, generation id, finish, times.',
  options: {
    json: { type: 'flag', what: 'one JSON object; null is what the stream did not say' },
    by: {
      type: 'text',
      value: 'WHAT',
      oneOf: ['file', 'model'],
      what: 'of several files, a row for each file (default) or model',
    },
    tee: { type: 'flag', what: 'pass the input through, and print to stderr at the end' },
    'require-usage': { type: 'flag', what: 'leave with 76 where a stream says nothing of its usage' },
    ...reading,
  },
  examples: [
    ['sse-usage answer.sse', 'the account of a recording'],
    ['or-stream "Why is the sky blue?" | sse-usage --tee | sse-text', 'the answer, then its account'],
    ['sse-usage --json answer.sse | jq .cost', 'the cost in dollars'],
    ['sse-usage --by model *.sse', 'what many recordings cost, model by model'],
  ],
  begin({ json, by = 'file', tee: passes, 'require-usage': requireUsage, ...options }, several) {
    const table = chosen(dialects, options.dialect)
    const how = readingOf(options)
    const { entry, end } = ledger({ json, several, by, requireUsage })
    return {
      pipeline({ file, clock }) {
        const account = fanOut(outcomes({ warnings: false }), chain(report(), entry(file)))
        const lines = chain(coalescedAnswers(table, { ...how, clock }), account)
        return passes ? tee(lines) : lines
      },
      end: passes ? () => asides(end()) : end,
    }
  },
})
