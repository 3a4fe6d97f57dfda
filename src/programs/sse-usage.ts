import { filter } from '../cli/filter.js'
import { dialectsFor, ANSWER_OPTIONS, answerOptions } from './options/reading.js'
import { outcomes } from '../core/answer/outcomes.js'
import { coalescedAnswers } from '../core/answer/repeat/coalesced-answers.js'
import { chain, fanOut } from '../core/stream/stage.js'
import { dialects } from '../dialects/index.js'
import { ledger } from '../filters/usage/ledger.js'
import { asides, tee } from '../core/stream/tee.js'
import { report } from '../filters/usage/report.js'

export const sseUsage = filter({
  name: 'sse-usage',
  summary: 'What an answer cost: tokens, dollars, model, provider, generation id, finish, times.',
  options: {
    json: { type: 'flag', description: 'one JSON object; null is what the stream did not say' },
    by: {
      type: 'text',
      placeholder: 'WHAT',
      choices: ['file', 'model'],
      description: 'of several files, a row for each file (default) or model',
    },
    tee: { type: 'flag', description: 'pass the input through, and print to stderr at the end' },
    'require-usage': { type: 'flag', description: 'leave with 76 where a stream says nothing of its usage' },
    ...ANSWER_OPTIONS,
  },
  examples: [
    ['sse-usage answer.sse', 'the account of a recording'],
    ['or-stream "Why is the sky blue?" | sse-usage --tee | sse-text', 'the answer, then its account'],
    ['sse-usage --json answer.sse | jq .cost', 'the cost in dollars'],
    ['sse-usage --by model *.sse', 'what many recordings cost, model by model'],
  ],
  begin({ json, by = 'file', tee: passes, 'require-usage': requireUsage, ...options }, several) {
    const table = dialectsFor(dialects, options.dialect)
    const how = answerOptions(options)
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
