// The rows of the table of faults, R1 to R116, as the titles of tests name them: "R17, R18 · fault · what happens · status".
import { readdirSync, readFileSync } from 'node:fs'

const TESTS = new URL('../test/', import.meta.url)

/** The title of each `describe` that names rows, with its test file as a path below test/. */
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
    throw new Error(`test/${file}: a title of a row is "R17 · fault · what happens · status", not "${title}"`)
  const [fault, outcome, status] = parts
  return { file, numbers, fault, outcome, status }
}
