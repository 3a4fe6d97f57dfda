// Breaks the programs on purpose, one place at a time (mutants.mjs), and looks whether the tests that it names see it.
// usage: npm run test:mutations [-- WORD…]      with words only the mutants in whose file or description one of them stands
// exit 1 where one escapes, where the code that it changes is no longer there, or where something that needs one has none
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MUTANTS } from './mutants.mjs'
import { titledRows } from './rows.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const LANES = Math.min(availableParallelism(), 4)
const LONGEST_RUN = 180_000
/** The folders whose tests run in the process of vitest, and need nothing built. */
const IN_PROCESS = /^(?:cli|core|dialects|filters|recordings|request|transport)\//

const source = (file) => (existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), 'utf8') : '')
const nameOf = ({ file, what }) => `${file} · ${what}`
const rows = titledRows()

/** The test files of a mutant, and a pattern for the titles in them: those that it names, or those of its row. */
function testsOf({ tests, row, only }) {
  if (row === undefined) return { files: tests.map((name) => `${name}.test.ts`), only }
  const files = rows.filter(({ numbers }) => numbers.includes(row)).map(({ file }) => file)
  return { files: [...new Set(files)], only: `\\bR${row}\\b.*${only ?? ''}` }
}

/** What keeps a mutant from being tried. */
function faultsOf(mutant) {
  const places = source(mutant.file).split(mutant.from).length - 1
  const { files } = testsOf(mutant)
  return [
    ...(places === 1 ? [] : [`what it changes is there ${places} times: ${nameOf(mutant)}`]),
    ...files.filter((file) => source(`test/${file}`) === '').map((file) => `no test/${file}: ${nameOf(mutant)}`),
    ...(files.length > 0 ? [] : [`no test of R${mutant.row}: ${nameOf(mutant)}`]),
  ]
}

/** What should have a mutant and has none: each verdict, each status, each file of the core and of the network. */
function wanting() {
  const verdicts = /VERDICTS = \[(.*)\]/.exec(source('src/core/errors/verdict.ts'))[1].match(/\w+/g)
  const statuses = Array.from(source('src/core/errors/codes.ts').matchAll(/^ {2}\[(\d+), '/gm), ([, status]) =>
    Number(status),
  )
  const kinds = [...verdicts, ...statuses].filter((kind) => !MUTANTS.some(({ of }) => of === kind))
  const files = ['src/core/', 'src/transport/'].flatMap((room) => readdirSync(ROOT + room).map((name) => room + name))
  // What only declares types cannot be broken at run time.
  const hasCode = (file) => /^(?:export )?(?:async )?(?:function|class|const)\b|^Object\b/m.test(source(file))
  const untouched = files.filter((file) => hasCode(file) && !MUTANTS.some((mutant) => mutant.file === file))
  return [...kinds, ...untouched].map((place) => `no mutant for ${place}`)
}

/** A copy of the tree: what tools write below node_modules is its own, the packages are those of the real one. */
function copyOfTree() {
  const copy = mkdtempSync(join(tmpdir(), 'or-stream-mutants-'))
  process.on('exit', () => rmSync(copy, { recursive: true, force: true }))
  const list = execFileSync('git', ['ls-files', '-zco', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  for (const file of list.split('\0')) {
    if (file !== '' && existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(copy, file))
  }
  mkdirSync(join(copy, 'node_modules'))
  for (const entry of readdirSync(join(ROOT, 'node_modules'))) {
    if (entry !== '.cache') symlinkSync(join(ROOT, 'node_modules', entry), join(copy, 'node_modules', entry))
  }
  return copy
}

/** Runs tests in a copy until one fails: how many passed, and the titles of those that didn't. */
async function runTests(copy, { files, only }) {
  const setup = files.every((file) => IN_PROCESS.test(file)) ? 'export const setup = () => {}\n' : undefined
  writeFileSync(join(copy, 'test/support/build.ts'), setup ?? source('test/support/build.ts'))
  const report = join(copy, 'report.json')
  rmSync(report, { force: true })
  const how = ['--config=test/vitest.config.ts', '--bail=1', '--reporter=json', `--outputFile=${report}`]
  const titles = only === undefined ? [] : [`--testNamePattern=${only}`]
  const vitest = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...how, ...titles, ...files], {
    cwd: copy,
    env: { ...process.env, TEST_SIZE: 'ci' },
    stdio: 'ignore',
    detached: true,
  })
  const timer = setTimeout(() => process.kill(-vitest.pid, 'SIGKILL'), LONGEST_RUN)
  const signal = await new Promise((resolve) => vitest.on('close', (_, name) => resolve(name)))
  clearTimeout(timer)
  if (signal !== null) return { passed: 0, failed: [`no end within ${LONGEST_RUN / 1000} s`] }
  const { testResults, numPassedTests: passed } = existsSync(report)
    ? JSON.parse(readFileSync(report, 'utf8'))
    : { testResults: [], numPassedTests: 0 }
  const results = testResults.flatMap(({ assertionResults }) => assertionResults)
  return { passed, failed: results.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName) }
}

/** Does each piece of work in one of a few copies. */
async function inCopies(list, work) {
  const left = [...list]
  const lanes = Array.from({ length: Math.min(LANES, left.length) }, copyOfTree)
  await Promise.all(
    lanes.map(async (copy) => {
      for (let next = left.shift(); next; next = left.shift()) await work(copy, next)
    }),
  )
}

/** What fails without any mutant: that a test fails says something only where it passes otherwise. */
async function faultsOfTests(mutants) {
  const faults = []
  const runs = new Map(mutants.map(testsOf).map((run) => [JSON.stringify(run), run]))
  const whole = [...runs.values()].filter(
    ({ files, only }) => only === undefined && files.every((file) => IN_PROCESS.test(file)),
  )
  const atOnce = { files: [...new Set(whole.flatMap(({ files }) => files))] }
  const others = [...runs.values()].filter((run) => !whole.includes(run))
  await inCopies(whole.length > 0 ? [atOnce, ...others] : others, async (copy, run) => {
    const { passed, failed } = await runTests(copy, run)
    faults.push(...failed.map((title) => `fails without a mutant: ${title}`))
    if (passed + failed.length === 0) faults.push(`no test ran of ${run.files.join(', ')} (${run.only ?? 'all'})`)
  })
  return faults
}

const words = process.argv.slice(2)
const meant = MUTANTS.filter((mutant) => words.length === 0 || words.some((word) => nameOf(mutant).includes(word)))
const chosen = meant.filter((mutant) => faultsOf(mutant).length === 0)
const faults = [...wanting(), ...meant.flatMap(faultsOf), ...(await faultsOfTests(chosen))]
for (const fault of faults) console.error(fault)

let caught = 0
await inCopies(chosen, async (copy, mutant) => {
  const { file, from, to } = mutant
  writeFileSync(
    join(copy, file),
    source(file).replace(from, () => to),
  )
  const { passed, failed } = await runTests(copy, testsOf(mutant))
  writeFileSync(join(copy, file), source(file))
  if (failed.length > 0) caught++
  const fate = failed.length > 0 ? 'caught' : passed > 0 ? 'ESCAPED' : 'DID NOT RUN'
  console.log(`${fate} · ${nameOf(mutant)}${failed.length > 0 ? ` · by "${failed[0]}"` : ''}`)
})
console.log(`${caught} of ${meant.length} mutants caught in ${Math.round(performance.now() / 1000)} s`)
process.exitCode = caught === meant.length && faults.length === 0 ? 0 : 1
