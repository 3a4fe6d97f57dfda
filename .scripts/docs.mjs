// Makes the documents in docs/: of rules, of dialects, of faults, of errors; the pages of the manual.
// usage: npm run docs      with --check nothing is written, and the exit status is 1 where a document has drifted
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { check } from './check.mjs'
import { dialects } from './dialects.mjs'
import { errors } from './errors.mjs'
import { reliability } from './reliability.mjs'
import { fileNameOf, markdownPage, pages } from './tables.mjs'

const DOCS = new URL('../docs/', import.meta.url)

const manual = Object.fromEntries(pages.map((page) => [`man/${fileNameOf(page)}`, () => markdownPage(page)]))

for (const [name, make] of Object.entries({ check, dialects, errors, reliability, ...manual })) {
  const file = new URL(`${name}.md`, DOCS)
  const before = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const after = await make()
  if (before === after) continue
  if (process.argv.includes('--check')) {
    console.error(`docs/${name}.md has drifted from what it is made of: run npm run docs`)
    process.exitCode = 1
  } else {
    mkdirSync(new URL('.', file), { recursive: true })
    writeFileSync(file, after)
  }
}
