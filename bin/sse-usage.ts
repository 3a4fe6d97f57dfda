#!/usr/bin/env node
import { filter } from '../src/cli/filter.js'
import { chosen, reading, readingOf } from '../src/cli/options.js'
import { parseAnswers } from '../src/core/answer/answers.js'
import { chain } from '../src/core/stream/stage.js'
import { readable } from '../src/dialects/readable.js'
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
  begin({ json, by = 'file', tee: passes, 'require-usage': requires, ...options }, several) {
    const table = chosen(readable, options.dialect)
    const how = readingOf(options)
    const { entry, end } = ledger({ json, several, by })
    return {
      work({ file, clock }) {
        const { failure, verdict, ...judged } = parseAnswers(table, { ...how, clock, joins: true })
        const { unusable, ...entered } = entry(file)
        const account = chain(judged, chain(report(verdict), entered))
        return {
          stage: passes ? tee(account) : account,
          failure: () => failure() ?? (requires ? unusable() : undefined),
        }
      },
      end: passes ? () => asides(end()) : end,
    }
  },
})
