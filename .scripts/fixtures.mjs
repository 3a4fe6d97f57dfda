// Writes the derived files that a fixture lacks, with the built library. Never changes an existing file.
// usage: npm run fixtures      exits 1 if an existing file would change: check the difference, delete the file, run again
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { chain, eventLines, events } from '../dist/index.js'

const ROOT = new URL('../fixtures/', import.meta.url)

/** Returns the output of `sse-parse --all`. */
function eventsOf(stream) {
  const step = chain(events(), eventLines({ all: true }))
  return [...step.push(stream), ...step.end()].filter((output) => typeof output === 'string').join('')
}

const dialects = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory())
for (const { name: dialect } of dialects) {
  for (const name of readdirSync(new URL(`${dialect}/`, ROOT))) {
    const folder = new URL(`${dialect}/${name}/`, ROOT)
    const derived = eventsOf(readFileSync(new URL('stream.sse', folder)))
    const file = new URL('events.ndjson', folder)
    if (!existsSync(file)) {
      writeFileSync(file, derived)
      console.log(`${dialect}/${name}: events.ndjson written`)
    } else if (readFileSync(file, 'utf8') !== derived) {
      console.error(`${dialect}/${name}: events.ndjson would change`)
      process.exitCode = 1
    }
  }
}
