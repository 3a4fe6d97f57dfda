// Measures the peak memory of programs.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { goal, percent } from '../format.mjs'
import { stream } from '../inputs.mjs'
import { ENVIRONMENT, FOLDER, median, peer, program } from '../measure.mjs'

const ROUNDS = 3
const MIB = 2 ** 20
const MAX_GROWTH_MIB = 10
const MAX_GROWTH_SHARE = 0.05
const MAX_FACTOR = 4

/** Preload script that writes the peak memory of a Node program to a file at exit. */
const HOOK = join(FOLDER, 'peak.cjs')
const PEAK_FILE = join(FOLDER, 'peak.json')
writeFileSync(
  HOOK,
  `process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS / 1024)))`,
)

/** Returns the peak memory of a program that reads the pieces from a pipe, in MiB. */
async function peak([node, ...args], pieces) {
  const env = { ...ENVIRONMENT, PEAK: PEAK_FILE }
  const child = spawn(node, ['--require', HOOK, ...args], { stdio: ['pipe', 'ignore', 'ignore'], env })
  const closed = once(child, 'close')
  for (const piece of pieces) if (!child.stdin.write(piece)) await once(child.stdin, 'drain')
  child.stdin.end()
  await closed
  return Number(readFileSync(PEAK_FILE, 'utf8'))
}

async function peaks(command, pieces) {
  const all = []
  for (let round = 0; round < ROUNDS; round++) all.push(await peak(command, pieces()))
  return median(all)
}

/** Returns the peak memory of a program after each tenth of a long stream, in MiB. */
async function peakOverTime(command, events) {
  const child = spawn(command[0], command.slice(1), { stdio: ['pipe', 'ignore', 'ignore'], env: ENVIRONMENT })
  const closed = once(child, 'close')
  const marks = []
  let written = 0
  for (const piece of stream('constant', events)) {
    if (!child.stdin.write(piece)) await once(child.stdin, 'drain')
    written += 1000
    if (written % (events / 10) === 0) marks.push(peakOf(child.pid))
  }
  child.stdin.end()
  await closed
  return marks
}

function peakOf(pid) {
  const [, kib] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(kib) / 1024
}

const bigEvent = function* (bytes) {
  yield `data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"`
  for (let left = bytes; left > 0; left -= MIB) yield 'x'.repeat(Math.min(left, MIB))
  yield '"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
}

export async function memory() {
  const rows = []
  for (const [name, command] of [
    ['`sse-text`', program('sse-text')],
    ['`sse-usage`', program('sse-usage')],
    ['`sse-parse`', program('sse-parse')],
    ['`sse-fold`', program('sse-fold')],
    ['`openai`', peer('openai')],
    ['`ai`', peer('ai')],
  ]) {
    const few = await peaks(command, () => stream('constant', 10))
    const many = await peaks(command, () => stream('constant', 10_000))
    const isOurs = name.startsWith('`sse-')
    rows.push([
      `${name}: 10,000 tokens less 10`,
      `${(many - few).toFixed(1)} MiB (${few.toFixed(0)} to ${many.toFixed(0)})`,
      isOurs ? goal(`≤ ${MAX_GROWTH_MIB} MiB`, many - few <= MAX_GROWTH_MIB) : '',
    ])
  }
  for (const name of ['sse-text', 'sse-parse']) {
    const marks = await peakOverTime(program(name), 3_600_000)
    const growth = marks.at(-1) / marks[0] - 1
    rows.push([
      `\`${name}\`: 1 GB, peak at 10 % and at 100 %`,
      `${marks[0].toFixed(0)} and ${marks.at(-1).toFixed(0)} MiB (${percent(growth)})`,
      goal(`≤ ${percent(MAX_GROWTH_SHARE)}`, growth <= MAX_GROWTH_SHARE),
    ])
  }
  for (const name of ['sse-text', 'sse-parse', 'sse-usage']) {
    const size = 64
    const command = [...program(name), '--max-event-bytes', '128M']
    const [small, big] = [await peaks(command, () => bigEvent(MIB)), await peaks(command, () => bigEvent(size * MIB))]
    const factor = (big - small) / (size - 1)
    rows.push([
      `\`${name}\`: one event of 64 MiB`,
      `${big.toFixed(0)} MiB, ${factor.toFixed(1)} × the event`,
      goal(`≤ ${MAX_FACTOR} ×`, factor <= MAX_FACTOR),
    ])
  }
  return {
    title: 'Memory',
    command: 'npm run bench -- memory',
    text: `The most memory a process has held, input by a pipe; medians of ${ROUNDS} runs.`,
    head: ['', 'peak', 'to reach'],
    rows,
  }
}
