import { filter } from '../cli/filter.js'
import { dialectsFor, ANSWER_OPTIONS, answerOptions } from './options/reading.js'
import { outcomes } from '../core/answer/outcomes.js'
import { coalescedAnswers } from '../core/answer/repeat/coalesced-answers.js'
import { chain, fanOut } from '../core/stream/stage.js'
import { usageReport } from '../filters/usage/usage-report.js'
import { textToStderr, tee } from '../core/stream/tee.js'
import { usageSummary } from '../filters/usage/usage-summary.js'

export const sseUsage = filter({
  name: 'sse-usage',
  summary: 'Prints token counts, cost, model, provider, generation id, finish reason and timing of an answer.',
  options: {
    json: { type: 'flag', description: 'print a JSON object; a value that the stream did not report is null' },
    by: {
      type: 'text',
      placeholder: 'KEY',
      description: 'with several files, print one row per file or per model',
      choices: ['file', 'model'],
      default: 'file',
    },
    tee: { type: 'flag', description: 'copy the input to stdout, and print the usage on stderr at the end' },
    'require-usage': { type: 'flag', description: 'exit 76 if a stream reports no usage' },
    ...ANSWER_OPTIONS,
  },
  examples: [
    ['sse-usage answer.sse', 'print the usage of a recording'],
    ['or-stream "Why is the sky blue?" | sse-usage --tee | sse-text', 'print the answer, then its usage'],
    ['sse-usage --json answer.sse | jq .cost', 'print the cost in US dollars'],
    ['sse-usage --by model *.sse', 'print the total usage per model'],
  ],
  begin({ json, by = 'file', tee: copiesInput, 'require-usage': requireUsage, ...options }, several) {
    const candidates = dialectsFor(options.dialect)
    const parseOptions = answerOptions(options)
    const { addInput, end } = usageReport({ json, several, by, requireUsage })
    return {
      pipeline({ file, clock }) {
        const report = fanOut(outcomes({ warnings: false }), chain(usageSummary(), addInput(file)))
        const lines = chain(coalescedAnswers(candidates, { ...parseOptions, clock }), report)
        return copiesInput ? tee(lines) : lines
      },
      end: copiesInput ? () => textToStderr(end()) : end,
    }
  },
})
