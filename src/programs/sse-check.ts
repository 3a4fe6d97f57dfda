import { filter } from '../cli/filter.js'
import { dialectsFor, ANSWER_OPTIONS, answerOptions } from './options/reading.js'
import { VERDICTS } from '../core/errors/verdict.js'
import { checkReport } from '../filters/check/check-report.js'
import { check } from '../filters/check/check.js'
import { chain } from '../core/stream/stage.js'
import { filesOf } from '../recordings/load.js'

export const sseCheck = filter({
  name: 'sse-check',
  summary: 'Checks if a stream is whole and well-formed: a linter for recordings and gateways.',
  options: {
    json: { type: 'flag', description: 'print a JSON object per file, with its verdict and findings' },
    pedantic: { type: 'flag', description: 'exit 65 if there is a finding' },
    expect: {
      type: 'text',
      placeholder: 'VERDICT',
      description: 'succeed with this verdict, and with no other',
      choices: VERDICTS,
    },
    ...ANSWER_OPTIONS,
  },
  examples: [
    ['sse-check recordings', 'check every .sse file in a folder, and print a summary'],
    ['curl -sN "$url" | sse-check', 'check the stream of a gateway; no output means no finding'],
    ['sse-check --expect truncated cut.sse', 'succeed if the answer is cut'],
    ['sse-check --json *.sse | jq -r .verdict', 'print only the verdicts'],
  ],
  filesOf,
  begin({ json, pedantic, expect, ...options }, several) {
    const table = dialectsFor(options.dialect)
    const how = answerOptions(options)
    const { addInput, end } = checkReport({ json, several, pedantic, expect })
    return { pipeline: ({ file }) => chain(check(table, how), addInput(file)), end }
  },
})
