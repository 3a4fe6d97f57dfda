#!/usr/bin/env node
import { filter } from '../src/cli/filter.js'
import { chosen, reading, readingOf } from '../src/programs/options/reading.js'
import { VERDICTS } from '../src/core/errors/verdict.js'
import { dialects } from '../src/dialects/index.js'
import { checkReport } from '../src/filters/check/check-report.js'
import { check } from '../src/filters/check/check.js'
import { chain } from '../src/core/stream/stage.js'
import { filesOf } from '../src/recordings/load.js'

void filter({
  name: 'sse-check',
  summary: 'Is this stream whole and well-formed? A linter for recordings and gateways.',
  options: {
    json: { type: 'flag', what: 'a JSON object for each file, with its verdict and findings' },
    pedantic: { type: 'flag', what: 'leave with 65 where something is found' },
    expect: {
      type: 'text',
      value: 'VERDICT',
      oneOf: VERDICTS,
      what: `take this verdict for a success, and no other: ${VERDICTS.join(', ')}`,
    },
    ...reading,
  },
  examples: [
    ['sse-check recordings', 'every .sse file in a folder, and a summary'],
    ['curl -sN "$url" | sse-check', 'what is wrong with the stream of a gateway; nothing is printed where all is well'],
    ['sse-check --expect truncated cut.sse', 'succeeds where the answer is cut'],
    ['sse-check --json *.sse | jq -r .verdict', 'the verdicts alone'],
  ],
  filesOf,
  begin({ json, pedantic, expect, ...options }, several) {
    const table = chosen(dialects, options.dialect)
    const how = readingOf(options)
    const { entry, end } = checkReport({ json, several, pedantic, expect })
    return { pipeline: ({ file }) => chain(check(table, how), entry(file)), end }
  },
})
