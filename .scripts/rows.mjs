// Reads the rows of the table of faults, R1 to R116, from the titles of tests: "R17, R18 · fault · what happens · status".
import { readdirSync, readFileSync } from 'node:fs'

const TESTS = new URL('../test/', import.meta.url)

/** Returns the parsed title of each `describe` that names rows, with its test file relative to test/. */
export function titledRows() {
  const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'))
  return files
    .filter((file) => file.endsWith('.test.ts'))
    .toSorted()
    .flatMap((file) => {
      const titles = readFileSync(new URL(file, TESTS), 'utf8').matchAll(
        /\bdescribe\b[^'"`]*\(\s*(['"`])(R\d[^]*?)(?<!\\)\1/g,
      )
      return Array.from(titles, ([, quote, title]) => readTitle(file, title.replaceAll(`\\${quote}`, quote)))
    })
}

function readTitle(file, title) {
  const [names, ...parts] = title.split(' · ')
  const numbers = names.split(', ').map((name) => Number(/^R(\d+)$/.exec(name)?.[1]))
  if (numbers.some(Number.isNaN) || parts.length !== 3)
    throw new Error(`test/${file}: the title of a row must be "R17 · fault · what happens · status", not "${title}"`)
  const [fault, outcome, status] = parts
  return { file, numbers, fault, outcome, status }
}
