// What reading JSON costs while it comes: documents of several lengths in pieces of four characters, with the value after each piece.
// usage: npm run --silent bench:json > bench/json.md      (after npm run build)
import { parse } from 'jsonriver'
import { jsonElements, jsonSnapshots } from '../dist/index.js'

const RUNS = 7
const KIB = 1024

const item = (id) => `{"id": ${id}, "name": "item \\u00e9 ${id}", "tags": ["a", "b"], "price": ${id}.50}`

/** A list of so many characters, as a model writes one. */
function document(length) {
  const items = []
  for (let total = 0; total < length - 20; total += items.at(-1).length + 2) items.push(item(items.length))
  return `{"items": [${items.join(', ')}]}`
}

async function* inPieces(text) {
  for (let at = 0; at < text.length; at += 4) yield text.slice(at, at + 4)
}

/** Milliseconds until all values have come: the median of some runs. */
async function timeOf(read, text) {
  const times = []
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now()
    for await (const _ of read(inPieces(text)));
    times.push(performance.now() - start)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)]
}

/** All of the text parsed again after each piece, as far as it can be. */
async function* again(pieces) {
  let text = ''
  for await (const piece of pieces) {
    text += piece
    try {
      yield JSON.parse(text)
    } catch {
      // It is not whole yet.
    }
  }
}

const READERS = [
  ['`jsonSnapshots`', jsonSnapshots],
  ['`jsonElements`', (pieces) => jsonElements(pieces, 'items')],
  ['jsonriver', parse],
  ['`JSON.parse` after each piece', again],
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
    // To parse all of it again and again takes the square of its length.
    const isSlow = read === again && length > 16 * KIB
    cells.push(isSlow ? '-' : (await timeOf(read, document(length))).toFixed(1))
  }
  console.log(`| ${name} | ${cells.join(' | ')} |`)
}
