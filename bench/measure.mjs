// Times whole processes side by side.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { random } from './inputs.mjs'

/** Folder for inputs and outputs. It is in memory if possible, so that disk speed is not measured. */
export const FOLDER = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'or-stream-bench-'))
process.on('exit', () => rmSync(FOLDER, { recursive: true, force: true }))

/** Environment of all programs. NODE_EXTRA_CA_CERTS is removed because it adds about 35 ms to the start of Node 20. */
export const { NODE_EXTRA_CA_CERTS: _, ...ENVIRONMENT } = process.env

/** Returns the command line of one of our programs. */
export const program = (name, ...args) => [process.execPath, `dist/bin/${name}.cjs`, ...args]
/** Returns the command line of an alternative to one of our programs. */
export const peer = (name, ...args) => [process.execPath, `bench/peers/${name}.mjs`, ...args]
export const shell = (line) => ['sh', '-c', line]

/** Runs a command with its output in a file. Returns the time in milliseconds and the exit status. */
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

/** Times all cases in every round, in random order. Returns the times of each case. */
export async function interleaved(cases, rounds, time = async (one) => (await timed(one)).time) {
  const times = cases.map(() => [])
  const next = random(11)
  for (let round = 0; round < rounds; round++) {
    const order = cases.map((_case, index) => ({ index, place: next() })).toSorted((a, b) => a.place - b.place)
    for (const { index } of order) times[index].push(await time(cases[index]))
  }
  return times
}

/** Returns the quantile of the values at `share` (0 to 1). */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
}

export const median = (values) => quantile(values, 0.5)
/** Returns the interquartile range as a share of the median. */
export const spread = (values) => (quantile(values, 0.75) - quantile(values, 0.25)) / median(values)

/** Throws if the cases do not all write the same bytes: then they do not do the same work. */
export async function sameOutput(cases) {
  const outputs = []
  for (const one of cases) {
    const output = join(FOLDER, 'same.out')
    await timed({ ...one, output })
    outputs.push(readFileSync(output))
  }
  for (const [index, output] of outputs.entries())
    if (!output.equals(outputs[0]))
      throw new Error(`${cases[index].name} and ${cases[0].name} write different bytes for ${cases[0].input}`)
}
