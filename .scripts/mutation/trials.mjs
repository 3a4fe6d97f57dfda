// Runs tests in copies of the repository, so that a mutant never touches the working tree.
import { execFileSync, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, textOf } from './tables.mjs'

const COPIES = Math.min(availableParallelism(), 4)
const TIMEOUT = 180_000
const BUILD = 'test/support/build.ts'
/** Tests in these folders spawn no program, so they need no build. */
const IN_PROCESS = /^(?:cli|client|core|dialects|filters|recordings|request|server)\//

/** Returns true if tests need no build. */
function areInProcess({ files }) {
  return files.every((file) => IN_PROCESS.test(file))
}

/** Copies the files that git tracks or would add. Packages are linked; the cache below node_modules is not. */
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

/** Runs tests in a copy until one fails. Returns how many passed, and the titles of those that failed. */
async function runTests(copy, tests) {
  writeFileSync(join(copy, BUILD), areInProcess(tests) ? 'export const setup = () => {}\n' : textOf(BUILD))
  const report = join(copy, 'report.json')
  rmSync(report, { force: true })
  const options = ['--config=test/vitest.config.ts', '--bail=1', '--reporter=json', `--outputFile=${report}`]
  if (tests.titles !== undefined) options.push(`--testNamePattern=${tests.titles}`)
  const vitest = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...options, ...tests.files], {
    cwd: copy,
    env: { ...process.env, TEST_SIZE: 'ci' },
    stdio: 'ignore',
    detached: true,
  })
  const timer = setTimeout(() => process.kill(-vitest.pid, 'SIGKILL'), TIMEOUT)
  const signal = await new Promise((resolve) => vitest.on('close', (_, name) => resolve(name)))
  clearTimeout(timer)
  if (signal !== null) return { passed: 0, failed: [`not finished after ${TIMEOUT / 1000} s`] }
  const { testResults, numPassedTests: passed } = existsSync(report)
    ? JSON.parse(readFileSync(report, 'utf8'))
    : { testResults: [], numPassedTests: 0 }
  const results = testResults.flatMap(({ assertionResults }) => assertionResults)
  return { passed, failed: results.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName) }
}

/** Calls `work` for each item of a list, with one item at a time in each copy. */
async function inCopies(list, work) {
  const queue = [...list]
  const copies = Array.from({ length: Math.min(COPIES, queue.length) }, copyOfTree)
  await Promise.all(
    copies.map(async (copy) => {
      for (let next = queue.shift(); next; next = queue.shift()) await work(copy, next)
    }),
  )
}

/** Applies each mutant in turn and calls `done` with the result of its tests. */
export function tryMutants(mutants, done) {
  return inCopies(mutants, async (copy, mutant) => {
    const { path, from, to, tests } = mutant
    const code = textOf(path)
    writeFileSync(
      join(copy, path),
      code.replace(from, () => to),
    )
    const result = await runTests(copy, tests)
    writeFileSync(join(copy, path), code)
    done(mutant, result)
  })
}

/** Returns a message for each test that fails without a mutant, or does not run at all: its failure would prove nothing. */
export async function faultsOfTests(mutants) {
  const faults = []
  const runs = new Map(mutants.map(({ tests }) => [JSON.stringify(tests), tests]))
  const [whole, others] = [[], []]
  for (const tests of runs.values()) (tests.titles === undefined && areInProcess(tests) ? whole : others).push(tests)
  const together = { files: [...new Set(whole.flatMap(({ files }) => files))] }
  await inCopies(whole.length > 0 ? [together, ...others] : others, async (copy, tests) => {
    const { passed, failed } = await runTests(copy, tests)
    faults.push(...failed.map((title) => `fails without a mutant: ${title}`))
    if (passed + failed.length === 0) faults.push(`no test ran of ${tests.files.join(', ')} (${tests.titles ?? 'all'})`)
  })
  return faults
}
