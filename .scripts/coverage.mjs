// Measures how much of src the tests run, both in the test process and in spawned programs.
// usage: npm run coverage      exits 1 if less than 90 % of lines or branches are covered
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { CoverageReport } from 'monocart-coverage-reports'

const MIN_PERCENT = 90
const SPAWNED = 'coverage/spawned'

rmSync('coverage', { recursive: true, force: true })
// Node writes the coverage of each spawned program to the folder NODE_V8_COVERAGE. The build writes the source maps that belong to it.
const env = { ...process.env, COVERAGE: '1', NODE_V8_COVERAGE: `${process.cwd()}/${SPAWNED}` }
const args = ['run', 'test:ci', '--', '--coverage', ...process.argv.slice(2)]
const tests = spawnSync('npm', args, { env, stdio: 'inherit' })

// A program that is killed while exiting, or that cannot write large files, leaves an incomplete file.
for (const name of readdirSync(SPAWNED)) if (!isComplete(`${SPAWNED}/${name}`)) rmSync(`${SPAWNED}/${name}`)

const { summary } = await new CoverageReport({
  name: 'or-stream',
  inputDir: 'coverage/tests/raw',
  dataDir: SPAWNED,
  outputDir: 'coverage/report',
  entryFilter: ({ url }) => /\/dist\/bin\/[\w-]+\.cjs$/.test(url),
  sourceFilter: (path) => path.startsWith('src/'),
  reports: ['console-details'],
}).generate()

const low = ['lines', 'branches'].filter((kind) => summary[kind].pct < MIN_PERCENT)
for (const kind of low) console.error(`coverage of ${kind} is ${summary[kind].pct} %, under ${MIN_PERCENT} %`)
process.exitCode = tests.status || (low.length > 0 ? 1 : 0)

/** Returns true if a file is valid JSON. */
function isComplete(file) {
  try {
    JSON.parse(readFileSync(file, 'utf8'))
    return true
  } catch {
    return false
  }
}
