// Whole processes, timed side by side.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { random } from './inputs.mjs'

/** Where inputs and outputs lie: in memory where there is room for files, so that no disk is measured. */
export const FOLDER = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'or-stream-bench-'))
process.on('exit', () => rmSync(FOLDER, { recursive: true, force: true }))

/** How every program is started: a certificate file would cost Node 20 some 35 ms a start. */
export const { NODE_EXTRA_CA_CERTS: _, ...ENVIRONMENT } = process.env

/** A program of ours. */
export const program = (name, ...args) => [process.execPath, `dist/bin/${name}.cjs`, ...args]
/** What a user would run in its place. */
export const peer = (name, ...args) => [process.execPath, `bench/peers/${name}.mjs`, ...args]
export const shell = (line) => ['sh', '-c', line]

/** Runs a command to its end: how many milliseconds it took, and its exit status. Its output goes to a file. */
export async function timed({ command: [file, ...args], input = '/dev/null', output = '/dev/null', env = {} }) {
  const [stdin, stdout] = [openSync(input, 'r'), openSync(output, 'w')]
  const start = performance.now()
  const child = spawn(file, args, { stdio: [stdin, stdout, 'ignore'], env: { ...ENVIRONMENT, ...env } })
  const [status] = await once(child, 'exit')
  const time = performance.now() - start
  closeSync(stdin)
  closeSync(stdout)
  return { time, status }
}

/** Times each case again and again, all of them in every round, in another order each time. Gives the times of each case. */
export async function interleaved(cases, rounds, time = async (one) => (await timed(one)).time) {
  const times = cases.map(() => [])
  const next = random(11)
  for (let round = 0; round < rounds; round++) {
    const order = cases.map((_case, index) => ({ index, place: next() })).toSorted((a, b) => a.place - b.place)
    for (const { index } of order) times[index].push(await time(cases[index]))
  }
  return times
}

/** The value below which a share of all lies. */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
}

export const median = (values) => quantile(values, 0.5)
/** How far the middle half of the values lies apart, as a share of the median. */
export const spread = (values) => (quantile(values, 0.75) - quantile(values, 0.25)) / median(values)

/** Fails where a peer doesn't do the same work: its output is not the same bytes. */
export async function sameOutput(cases) {
  const outputs = []
  for (const one of cases) {
    const output = join(FOLDER, 'same.out')
    await timed({ ...one, output })
    outputs.push(readFileSync(output))
  }
  for (const [index, output] of outputs.entries())
    if (!output.equals(outputs[0]))
      throw new Error(`${cases[index].name} and ${cases[0].name} put out different bytes for ${cases[0].input}`)
}
