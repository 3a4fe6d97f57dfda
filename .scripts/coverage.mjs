// What of src the tests ran: those inside the test process, and the spawned programs with them.
// usage: npm run coverage      exit 1 under 90 % of lines or branches
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { CoverageReport } from 'monocart-coverage-reports'

const REACH = 90
const SPAWNED = 'coverage/spawned'

rmSync('coverage', { recursive: true, force: true })
// Node writes what each spawned program ran into NODE_V8_COVERAGE; the build leaves its source maps there to be read back.
const env = { ...process.env, COVERAGE: '1', NODE_V8_COVERAGE: `${process.cwd()}/${SPAWNED}` }
const args = ['run', 'test:ci', '--', '--coverage', ...process.argv.slice(2)]
const tests = spawnSync('npm', args, { env, stdio: 'inherit' })

// A program that is killed in its last moment, or may write no large file, leaves half of what it ran.
for (const name of readdirSync(SPAWNED)) if (!isWhole(`${SPAWNED}/${name}`)) rmSync(`${SPAWNED}/${name}`)

const { summary } = await new CoverageReport({
  name: 'or-stream',
  inputDir: 'coverage/tests/raw',
  dataDir: SPAWNED,
  outputDir: 'coverage/report',
  entryFilter: ({ url }) => /\/dist\/bin\/[\w-]+\.cjs$/.test(url),
  sourceFilter: (path) => path.startsWith('src/'),
  reports: ['console-details'],
}).generate()

const low = ['lines', 'branches'].filter((kind) => summary[kind].pct < REACH)
for (const kind of low) console.error(`coverage of ${kind} is ${summary[kind].pct} %, under ${REACH} %`)
process.exitCode = tests.status || (low.length > 0 ? 1 : 0)

/** Whether a file holds JSON to its end. */
function isWhole(file) {
  try {
    JSON.parse(readFileSync(file, 'utf8'))
    return true
  } catch {
    return false
  }
}
