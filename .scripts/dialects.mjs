// Generates docs/dialects.md from the fixtures: their README describes each case, their folders have the outcomes.
import { readdirSync, readFileSync } from 'node:fs'
import { addressOf } from './repository.mjs'

const FIXTURES = new URL('../fixtures/', import.meta.url)

/** Rows of the tables in fixtures/README.md, by case: quirk, who does it, outcome. */
const descriptions = new Map(
  readFileSync(new URL('README.md', FIXTURES), 'utf8')
    .split('\n## ')
    .slice(1)
    .flatMap((section) => {
      const dialect = section.split(':')[0]
      const rows = [...section.matchAll(/^\| `([\w-]+)` \| (.*) \| (.*) \| (.*) \|$/gm)]
      return rows.map(([, name, quirk, who, outcome]) => [`${dialect}/${name}`, { quirk, who, outcome }])
    }),
)

function rowOf(dialect, name) {
  const row = descriptions.get(`${dialect}/${name}`)
  if (!row) throw new Error(`fixtures/README.md has no row for ${dialect}/${name}`)
  const { verdict, status } = JSON.parse(readFileSync(new URL(`${dialect}/${name}/outcome.json`, FIXTURES), 'utf8'))
  return `| ${row.quirk} | ${row.who} | ${row.outcome} | ${verdict}, ${status} | [${name}](${addressOf(`fixtures/${dialect}/${name}`)}) |`
}

function sectionOf(dialect) {
  const cases = readdirSync(new URL(`${dialect}/`, FIXTURES))
  return `## ${dialect}\n\n| quirk | who does it | what we make of it | verdict, status | fixture |\n| --- | --- | --- | --- | --- |\n${cases
    .map((name) => rowOf(dialect, name))
    .join('\n')}\n`
}

/** Returns the document. */
export function dialects() {
  const folders = readdirSync(FIXTURES, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const sections = folders.map(({ name }) => sectionOf(name))
  return `# Dialects and their quirks\n\nEvery quirk of a stream that we know of, each with a fixture that is tested at every stage. Made by \`npm run docs\`.\n\n${sections.join('\n')}`
}
