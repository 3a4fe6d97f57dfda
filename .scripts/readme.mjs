// Puts the help of every program, the exit table and the endpoints into the README, between the marks where they stand.
// usage: npm run readme      with --check nothing is written, and the exit status is 1 where the README has drifted
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { EXIT_STATUSES, PROVIDERS as endpoints } from '../dist/index.js'

const README = new URL('../README.md', import.meta.url)

/** What a program says of itself, up to the table of statuses, which the README has once. */
function helpOf(name) {
  const { stdout } = spawnSync(process.execPath, [`dist/bin/${name}.cjs`, '--help'], { encoding: 'utf8' })
  return `\`\`\`text\n${stdout.slice(0, stdout.indexOf('Exit status:')).trim()}\n\`\`\``
}

const statuses = [
  '| status | when |',
  '| --- | --- |',
  ...EXIT_STATUSES.map(([status, when]) => `| ${status} | ${when} |`),
].join('\n')

const places = [
  '| name | base URL | key |',
  '| --- | --- | --- |',
  ...endpoints.map(
    ({ name, baseUrl, keyVariable }) => `| \`${name}\` | ${baseUrl} | ${keyVariable ? `\`${keyVariable}\`` : 'none'} |`,
  ),
].join('\n')

const before = readFileSync(README, 'utf8')
const after = before
  .replace(
    /(<!-- help: (\S+) -->\n)[^]*?(<!-- \/help -->)/g,
    (_, open, name, close) => `${open}\n${helpOf(name)}\n\n${close}`,
  )
  .replace(/(<!-- statuses -->\n)[^]*?(<!-- \/statuses -->)/, (_, open, close) => `${open}\n${statuses}\n\n${close}`)
  .replace(/(<!-- endpoints -->\n)[^]*?(<!-- \/endpoints -->)/, (_, open, close) => `${open}\n${places}\n\n${close}`)

if (process.argv.includes('--check')) {
  if (before !== after) console.error('README.md has drifted from --help: run npm run readme')
  process.exitCode = before === after ? 0 : 1
} else {
  writeFileSync(README, after)
}
