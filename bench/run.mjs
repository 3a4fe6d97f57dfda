// Compares the built programs with alternatives, and writes bench/results.json, README.md and cost.svg.
// usage: npm run bench [-- TABLE…]      measures only the named tables again: start throughput fetch delay memory growth work
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { machine, markdown } from './format.mjs'
import { delay } from './tables/delay.mjs'
import { fetched } from './tables/fetch.mjs'
import { growth, picture } from './tables/growth.mjs'
import { memory } from './tables/memory.mjs'
import { start } from './tables/start.mjs'
import { throughput } from './tables/throughput.mjs'
import { cpu } from './tables/work.mjs'

const TABLES = { start, throughput, fetch: fetched, delay, memory, growth, work: cpu }
const RESULTS = 'bench/results.json'

const requested = process.argv.slice(2)
const unknown = requested.filter((name) => !Object.hasOwn(TABLES, name))
if (unknown.length > 0) throw new Error(`no such table: ${unknown.join(', ')} (${Object.keys(TABLES).join(', ')})`)

const known = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')).tables : {}
const tables = {}
for (const [name, make] of Object.entries(TABLES)) {
  if (requested.length > 0 && !requested.includes(name)) {
    if (known[name]) tables[name] = known[name]
    continue
  }
  const began = performance.now()
  tables[name] = await make()
  console.log(`${markdown(tables[name])}\n\n${Math.round((performance.now() - began) / 1000)} s\n`)
}

const results = { machine: machine(), tables }
writeFileSync(RESULTS, `${JSON.stringify(results, undefined, 2)}\n`)
if (tables.growth) writeFileSync('bench/cost.svg', picture(tables.growth.series))
writeFileSync('bench/README.md', readme(results))

function readme({ machine: facts, tables: made }) {
  return `# How fast it is

Whole processes, timed side by side by \`npm run bench\`: in every round all programs of a table run once, in another order each
time, and of each the median counts. *Spread* is how far the middle half of its runs lies apart, as a share of the median. The inputs
are made from a seed, and the output of each peer is compared with ours before anything is timed. NODE_EXTRA_CA_CERTS is unset.
Another machine gives other milliseconds; look at the ratios.

${Object.entries(facts)
  .map(([name, value]) => `- ${name}: ${value}`)
  .join('\n')}

${Object.values(made).map(markdown).join('\n\n')}

## More tables

- [faults.md](faults.md): the same faults for three ways to the words of an answer; \`npm run bench:faults\`
- [json.md](json.md): what reading JSON costs while it comes; \`npm run bench:json\`
- [pace.md](pace.md): how well a replay keeps its times; \`npm run bench:pace\`
- \`npm run bench:quick\`: whether this tree is slower than the last release
`
}
