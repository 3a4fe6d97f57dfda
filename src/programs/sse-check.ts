import { filter } from '../cli/filter.js'
import { dialectsFor, ANSWER_OPTIONS, answerOptions } from './options/reading.js'
import { VERDICTS } from '../core/errors/verdict.js'
import { dialects } from '../dialects/index.js'
import { checkReport } from '../filters/check/check-report.js'
import { check } from '../filters/check/check.js'
import { chain } from '../core/stream/stage.js'
import { filesOf } from '../recordings/load.js'

export const sseCheck = filter({
  name: 'sse-check',
  summary: 'Is this stream whole and well-formed? A linter for recordings and gateways.',
  options: {
    json: { type: 'flag', description: 'a JSON object for each file, with its verdict and findings' },
    pedantic: { type: 'flag', description: 'leave with 65 where something is found' },
    expect: {
      type: 'text',
      placeholder: 'VERDICT',
      choices: VERDICTS,
      description: `take this verdict for a success, and no other: ${VERDICTS.join(', ')}`,
    },
    ...ANSWER_OPTIONS,
  },
  examples: [
    ['sse-check recordings', 'every .sse file in a folder, and a summary'],
    ['curl -sN "$url" | sse-check', 'what is wrong with the stream of a gateway; nothing is printed where all is well'],
    ['sse-check --expect truncated cut.sse', 'succeeds where the answer is cut'],
    ['sse-check --json *.sse | jq -r .verdict', 'the verdicts alone'],
  ],
  filesOf,
  begin({ json, pedantic, expect, ...options }, several) {
    const table = dialectsFor(dialects, options.dialect)
    const how = answerOptions(options)
    const { entry, end } = checkReport({ json, several, pedantic, expect })
    return { pipeline: ({ file }) => chain(check(table, how), entry(file)), end }
  },
})
