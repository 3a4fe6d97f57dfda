// Measures the cost of parsing JSON while it arrives, in pieces of four characters, with the value after each piece.
// usage: npm run --silent bench:json > bench/json.md      (after npm run build)
import { parse } from 'jsonriver'
import { jsonElements, jsonSnapshots } from '../dist/index.js'

const RUNS = 7
const KIB = 1024

const item = (id) => `{"id": ${id}, "name": "item \\u00e9 ${id}", "tags": ["a", "b"], "price": ${id}.50}`

/** Returns a JSON list of about `length` characters. */
function document(length) {
  const items = []
  for (let total = 0; total < length - 20; total += items.at(-1).length + 2) items.push(item(items.length))
  return `{"items": [${items.join(', ')}]}`
}

async function* inPieces(text) {
  for (let at = 0; at < text.length; at += 4) yield text.slice(at, at + 4)
}

/** Returns the median time to read all values, in milliseconds. */
async function timeOf(read, text) {
  const times = []
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now()
    for await (const _ of read(inPieces(text)));
    times.push(performance.now() - start)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)]
}

/** Parses the whole text again after each piece, and yields the value whenever the text is valid JSON. */
async function* reparse(pieces) {
  let text = ''
  for await (const piece of pieces) {
    text += piece
    try {
      yield JSON.parse(text)
    } catch {
      // The text is still incomplete.
    }
  }
}

const READERS = [
  ['`jsonSnapshots`', jsonSnapshots],
  ['`jsonElements`', (pieces) => jsonElements(pieces, 'items')],
  ['jsonriver', parse],
  ['`JSON.parse` after each piece', reparse],
]
const LENGTHS = [16, 64, 256].map((kib) => kib * KIB)

console.log(
  `Milliseconds, medians of ${RUNS} runs, Node ${process.versions.node}. Pieces of four characters, the value after each of them.\n`,
)
console.log(`| | ${LENGTHS.map((length) => `${length / KIB} KiB`).join(' | ')} |`)
console.log(`| --- |${' ---: |'.repeat(LENGTHS.length)}`)
for (const [name, read] of READERS) {
  const cells = []
  for (const length of LENGTHS) {
    // Repeated parsing takes quadratic time.
    const isSlow = read === reparse && length > 16 * KIB
    cells.push(isSlow ? '-' : (await timeOf(read, document(length))).toFixed(1))
  }
  console.log(`| ${name} | ${cells.join(' | ')} |`)
}
