// Loads the tables of mutants: test/ROOM/mutants.mjs changes files of src/ROOM.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { titledRows } from '../rows.mjs'

/**
 * A change that breaks one file, and the tests that must fail because of it.
 *
 * @typedef {object} Mutant
 * @property {string | number} [of] the verdict or exit status that it breaks
 * @property {string} file the file to change, relative to its room
 * @property {string} what what the broken program does, in a few words
 * @property {string} from the code to replace; it occurs once in the file
 * @property {string} to the code that replaces it
 * @property {string[]} [tests] test files, relative to test/ and without `.test.ts` (default: the one that mirrors the file)
 * @property {number} [row] instead of `tests`: run the tests of this row of docs/reliability.md
 * @property {string} [only] run only tests whose title matches this pattern
 */

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Returns the text of a file of the repository, or undefined if it does not exist. */
export function textOf(file) {
  return existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), 'utf8') : undefined
}

/** Returns the paths of all files below a folder, relative to it. */
export function filesBelow(folder) {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
  return names.map((name) => name.replaceAll('\\', '/')).toSorted()
}

const rows = titledRows()

/** Returns the test files that must notice a mutant, and the pattern for the titles of their tests, if only some must. */
function testsOf(room, { file, tests, row, only }) {
  if (row === undefined) {
    const names = tests ?? [posix.join(room, file.replace(/\.ts$/, ''))]
    return { files: names.map((name) => `${name}.test.ts`), titles: only }
  }
  const files = rows.filter(({ numbers }) => numbers.includes(row)).map((titled) => titled.file)
  return { files: [...new Set(files)], titles: `\\bR${row}\\b.*${only ?? ''}` }
}

/** Returns the mutants of all rooms: each with its room, the path of the file that it changes, its name and its tests. */
export async function allMutants() {
  const tables = filesBelow('test').filter((file) => posix.basename(file) === 'mutants.mjs')
  const found = tables.map(async (table) => {
    const room = posix.dirname(table)
    const { MUTANTS } = await import(new URL(`../../test/${table}`, import.meta.url).href)
    return MUTANTS.map((mutant) => {
      const path = posix.join('src', room, mutant.file)
      return { ...mutant, room, path, name: `${path} · ${mutant.what}`, tests: testsOf(room, mutant) }
    })
  })
  return (await Promise.all(found)).flat()
}
