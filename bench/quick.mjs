// Checks if the programs of this tree are slower than those of the last release. Both are built and timed alternately, and the ratios of
// each round are compared, so that a slow or busy machine does not matter.
// usage: npm run bench:quick [-- REF]      compares with REF (default: the newest tag, or else the commit in bench/release)
// exits 1 if the lower quartile of the ratios is above 1.10 and the median above 1.15
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { percent } from './format.mjs'
import { stream, write } from './inputs.mjs'
import { FOLDER, interleaved, quantile } from './measure.mjs'

const ROUNDS = 9
const [MAX_QUARTILE, MAX_MEDIAN] = [1.1, 1.15]

const git = (...args) => execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()

/** Returns the tag or commit of the last release. */
function lastRelease() {
  const [newest] = git('tag', '--list', 'v*', '--sort=-v:refname').split('\n')
  return newest || readFileSync('bench/release', 'utf8').trim()
}

/** Builds the programs of a commit with the current packages. Returns undefined if the clone does not contain the commit. */
function build(ref) {
  const tree = join(FOLDER, 'release')
  mkdirSync(tree)
  try {
    execFileSync('sh', ['-c', `git archive ${ref} | tar -x -C ${tree}`], { stdio: ['ignore', 'ignore', 'pipe'] })
    git('cat-file', '-e', `${ref}^{commit}`)
  } catch {
    return undefined
  }
  symlinkSync(join(process.cwd(), 'node_modules'), join(tree, 'node_modules'))
  execFileSync(process.execPath, ['node_modules/tsup/dist/cli-default.js', '--no-dts'], { cwd: tree, stdio: 'ignore' })
  return join(tree, 'dist/bin')
}

const CASES = [
  ['or-stream', ['--version'], 'constant', 1],
  ['sse-text', [], 'constant', 3],
  ['sse-text', [], 'constant', 60_000],
  ['sse-text', [], 'varying', 60_000],
  ['sse-usage', [], 'constant', 60_000],
  ['sse-parse', [], 'constant', 30_000],
  ['sse-fold', [], 'constant', 15_000],
]

const ref = process.argv[2] ?? lastRelease()
const base = build(ref)
if (base === undefined) {
  console.log(`commit ${ref} is not in this clone: nothing to compare`)
} else {
  let isSlower = false
  for (const [name, args, kind, events] of CASES) {
    const input = join(FOLDER, `${kind}-${events}.sse`)
    write(input, stream(kind, events))
    const cases = [base, 'dist/bin'].map((folder) => ({
      command: [process.execPath, join(folder, `${name}.cjs`), ...args],
      input,
      output: join(FOLDER, 'out'),
    }))
    const [before, now] = await interleaved(cases, ROUNDS)
    const ratios = now.map((time, round) => time / before[round])
    const [quartile, median] = [quantile(ratios, 0.25), quantile(ratios, 0.5)]
    const isWorse = quartile > MAX_QUARTILE && median > MAX_MEDIAN
    isSlower ||= isWorse
    const what = `${[name, ...args].join(' ')}, ${events} events, ${kind}`
    console.log(
      `${isWorse ? 'SLOWER' : 'ok'} · ${what}: ${percent(median)} of the time of ${ref.slice(0, 10)} (lower quartile ${percent(quartile)})`,
    )
  }
  process.exitCode = isSlower ? 1 : 0
}
