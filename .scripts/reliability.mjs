// Generates docs/reliability.md: the behaviour for each fault, from the titles of the tests, and a comparison with other clients.
import { readFileSync } from 'node:fs'
import { addressOf } from './repository.mjs'
import { titledRows } from './rows.mjs'

/** Sections of the table of faults: title, first row and last row. */
const SECTIONS = [
  ['Standard input and output, signals', 1, 16],
  ['Connection and HTTP', 17, 42],
  ['HTTP status and retry', 43, 57],
  ['The content of a stream', 58, 72],
  ['Untrusted text and secrets', 73, 86],
  ['Size, depth, hostile JSON', 87, 96],
  ['Batches', 97, 102],
  ['Proxy and replay', 103, 116],
]

/** Rows without a test: first row, last row, fault and reason. */
const UNTESTED = [
  [77, 77, 'the key in the environment of child processes', 'comes with the first program that starts another'],

  [97, 102, 'batches: kill -9, a torn journal, a crowd of requests', 'come with `or-batch`'],
  [104, 104, 'one of several upstreams that fails', 'comes with the forwarding of `or-serve`'],
]

const range = (first, last) => Array.from({ length: last - first + 1 }, (_, at) => first + at)
const rowNames = (numbers) => numbers.map((number) => `R${number}`).join(', ')

/** Throws if a row has neither a test nor a reason for having none, or if it has both. */
function checkRows(rows) {
  const tested = new Set(rows.flatMap(({ numbers }) => numbers))
  const excused = new Set(UNTESTED.flatMap(([first, last]) => range(first, last)))
  const all = range(1, SECTIONS.at(-1)[2])
  const unknown = [...tested].filter((number) => !all.includes(number))
  const wrong = all.filter((number) => tested.has(number) === excused.has(number))
  if (unknown.length > 0) throw new Error(`unknown row ${rowNames(unknown)}`)
  if (wrong.length > 0)
    throw new Error(`each row needs either a test or a reason: ${rowNames(wrong)} have neither or both`)
}

function sectionOf([title, first, last], rows) {
  const lines = rows
    .filter(({ numbers }) => numbers[0] >= first && numbers[0] <= last)
    .toSorted((a, b) => a.numbers[0] - b.numbers[0])
    .map(({ numbers, fault, outcome, status, file }) => {
      const test = file.replace(/^.*\/|\.test\.ts$/g, '')
      return `| ${[rowNames(numbers), fault, outcome, status].map(cell).join(' | ')} | [${test}](${addressOf(`test/${file}`)}) |`
    })
  return lines.length === 0
    ? ''
    : `## ${title}\n\n| row | fault | what happens | status | test |\n| --- | --- | --- | --- | --- |\n${lines.join('\n')}\n\n`
}

function cell(text) {
  return text.replaceAll('|', '\\|')
}

/** Returns the document. */
export function reliability() {
  const rows = titledRows()
  checkRows(rows)
  const untested = UNTESTED.map(([first, last, fault, why]) => {
    return `| ${first === last ? `R${first}` : `R${first}–R${last}`} | ${fault} | ${why} |`
  })
  const faults = readFileSync(new URL('../bench/faults.md', import.meta.url), 'utf8').trim()
  return `# Faults, and what happens

Every fault that we know of, what the programs make of it, and the test that shows it. The statuses are those of
[the README](../README.md#exit-status), the codes those of [errors.md](errors.md). Made by \`npm run docs\` from the titles of the tests;
\`npm run test:mutations\` breaks the programs on purpose and looks whether the tests see it.

## Side by side

What \`$?\` says in sh after the same fault, and how many bytes of the text that was sent stand in the output.

<!-- bench/faults.md -->

${faults}

<!-- /bench/faults.md -->

${SECTIONS.map((section) => sectionOf(section, rows)).join('')}## Not yet

| row | fault | why |
| --- | --- | --- |
${untested.join('\n')}
`
}
