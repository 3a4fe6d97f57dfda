// Whether the programs of this tree are slower than those of the last release: both are built and timed in turn, and the ratios of
// their rounds compared, so that a slow machine, or a busy one, changes nothing.
// usage: npm run bench:quick [-- REF]      against another commit than the newest tag, or without one bench/release
// exit 1 where the lower quarter of the rounds is more than 10 % slower and half of them more than 15 %
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { percent } from './format.mjs'
import { stream, write } from './inputs.mjs'
import { FOLDER, interleaved, quantile } from './measure.mjs'

const ROUNDS = 9
const [QUARTER_SLOWER, HALF_SLOWER] = [1.1, 1.15]

const git = (...args) => execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()

/** The commit of the last release. */
function released() {
  const [newest] = git('tag', '--list', 'v*', '--sort=-v:refname').split('\n')
  return newest || readFileSync('bench/release', 'utf8').trim()
}

/** Builds the programs of a commit with the packages of this one; undefined where the history does not go back so far. */
function built(ref) {
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

const ref = process.argv[2] ?? released()
const base = built(ref)
if (base === undefined) {
  console.log(`no commit ${ref} in this clone: nothing is compared`)
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
    const [quarter, half] = [quantile(ratios, 0.25), quantile(ratios, 0.5)]
    const isWorse = quarter > QUARTER_SLOWER && half > HALF_SLOWER
    isSlower ||= isWorse
    const what = `${[name, ...args].join(' ')}, ${events} events, ${kind}`
    console.log(
      `${isWorse ? 'SLOWER' : 'ok'} · ${what}: ${percent(half)} of the time of ${ref.slice(0, 10)} (quarter ${percent(quarter)})`,
    )
  }
  process.exitCode = isSlower ? 1 : 0
}
