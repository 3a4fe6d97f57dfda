// Address of the files that the package leaves out. Documents in the package link to it.
import { readFileSync } from 'node:fs'

const { homepage } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** Returns the address of a file or a folder of the repository. */
export function addressOf(path) {
  return `${homepage.replace('#readme', '')}/blob/main/${path}`
}
