// Generates the documents in docs/ about rules, dialects, faults and errors, and the pages of the manual.
// usage: npm run docs      with --check, writes nothing and exits 1 if a document is out of date
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
    console.error(`docs/${name}.md is out of date: run npm run docs`)
    process.exitCode = 1
  } else {
    mkdirSync(new URL('.', file), { recursive: true })
    writeFileSync(file, after)
  }
}
