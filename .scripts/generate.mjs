// Writes what the tables of the programs generate: dist/completions and dist/man. Part of npm run build.
import { mkdirSync, writeFileSync } from 'node:fs'
import { COMPLETIONS, commandOf, fileNameOf, manifest, pages, programs, roffPage } from './tables.mjs'

const COMPLETIONS_FOLDER = new URL('../dist/completions/', import.meta.url)
mkdirSync(COMPLETIONS_FOLDER, { recursive: true })
for (const program of programs)
  for (const [shell, write] of Object.entries(COMPLETIONS))
    writeFileSync(new URL(`${program.name}.${shell}`, COMPLETIONS_FOLDER), write(commandOf(program)))

const MAN_FOLDER = new URL('../dist/man/', import.meta.url)
// The same sources give the same pages if the build sets the date: https://reproducible-builds.org/specs/source-date-epoch/
const { SOURCE_DATE_EPOCH } = process.env
const built = SOURCE_DATE_EPOCH === undefined ? new Date() : new Date(Number(SOURCE_DATE_EPOCH) * 1000)
mkdirSync(MAN_FOLDER, { recursive: true })
for (const page of pages) {
  const edition = { date: built.toISOString().slice(0, 10), version: manifest.version }
  writeFileSync(new URL(fileNameOf(page), MAN_FOLDER), roffPage(page, edition))
}
