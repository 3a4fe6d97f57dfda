// Formats numbers, tables and facts about the machine.
import { cpus, release, totalmem } from 'node:os'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export const percent = (share) => `${Math.round(100 * share)} %`
export const signed = (value) => `${value < 0 ? '' : '+'}${value.toFixed(1)}`
export const ratio = (value) => `${value.toFixed(2)} ×`
export const perSecond = (bytes, ms) => `${(bytes / 1e6 / (ms / 1000)).toFixed(0)} MB/s`

/** Formats a goal, with a note if it is not reached. */
export const goal = (text, isReached) => (isReached ? text : `${text}, **not reached**`)

const line = (cells) => `| ${cells.join(' | ')} |`

export function markdown({ title, command, text, head, rows }) {
  const table = [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)]
  return [`## ${title}`, text, table.join('\n'), `\`${command}\``].join('\n\n')
}

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
const firstLine = (file) => execFileSync(file, ['--version'], { encoding: 'utf8' }).split('\n')[0]

/** Returns the machine and the versions of the programs that were measured. */
export function machine() {
  return {
    processor: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `Linux ${release()}`,
    node: process.versions.node,
    'or-stream': JSON.parse(readFileSync('package.json', 'utf8')).version,
    'eventsource-parser': version('eventsource-parser'),
    openai: version('openai'),
    ai: version('ai'),
    jq: firstLine('jq'),
    curl: firstLine('curl').split(' ')[1],
  }
}
