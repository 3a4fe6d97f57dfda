import { filter } from '../cli/filter.js'
import { dialectsFor, ANSWER_OPTIONS, answerOptions } from './options/reading.js'
import { VERDICTS } from '../core/errors/verdict.js'
import { checkReport } from '../filters/check/check-report.js'
import { check } from '../filters/check/check.js'
import { chain } from '../core/stream/stage.js'
import { filesOf } from '../recordings/load.js'

export const sseCheck = filter({
  name: 'sse-check',
  summary: 'Checks if a stream is complete and well-formed: a linter for recordings and gateways.',
  options: {
    json: { type: 'flag', description: 'print one JSON object per file, with its verdict and findings' },
    pedantic: { type: 'flag', description: 'exit 65 if there is any finding' },
    expect: {
      type: 'text',
      placeholder: 'VERDICT',
      description: 'succeed only if this is the verdict',
      choices: VERDICTS,
    },
    ...ANSWER_OPTIONS,
  },
  examples: [
    ['sse-check recordings', 'check every .sse file in a folder, and print a summary'],
    ['curl -sN "$url" | sse-check', 'check the stream of a gateway; no output means no findings'],
    ['sse-check --expect truncated cut.sse', 'succeed if the answer is truncated'],
    ['sse-check --json *.sse | jq -r .verdict', 'print only the verdicts'],
  ],
  filesOf,
  begin({ json, pedantic, expect, ...options }, several) {
    const candidates = dialectsFor(options.dialect)
    const parseOptions = answerOptions(options)
    const { addInput, end } = checkReport({ json, several, pedantic, expect })
    return { pipeline: ({ file }) => chain(check(candidates, parseOptions), addInput(file)), end }
  },
})
