import { existsSync, readFileSync } from 'node:fs'

/** Real recordings of other projects, where they are at hand. */
const CORPUS = new URL('../../../shared/corpus/', import.meta.url)

/** The streams among them by name; none where they aren't. */
export function recordings(): { readonly name: string; readonly stream: Buffer }[] {
  const list = new URL('EXPECTED.share.json', CORPUS)
  if (!existsSync(list)) return []
  const names = Object.keys(JSON.parse(readFileSync(list, 'utf8')) as object)
  return names.map((name) => ({ name, stream: readFileSync(new URL(name, CORPUS)) }))
}
