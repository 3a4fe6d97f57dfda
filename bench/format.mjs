// How figures are spelled.
import { cpus, release, totalmem } from 'node:os'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export const percent = (share) => `${Math.round(100 * share)} %`
export const signed = (value) => `${value < 0 ? '' : '+'}${value.toFixed(1)}`
export const ratio = (value) => `${value.toFixed(2)} ×`
export const perSecond = (bytes, ms) => `${(bytes / 1e6 / (ms / 1000)).toFixed(0)} MB/s`

/** What a goal says, and whether it is missed. */
export const goal = (text, isReached) => (isReached ? text : `${text}, **not reached**`)

export function markdown({ title, command, text, head, rows, notes = [] }) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  const table = [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)]
  return [`## ${title}`, text, table.join('\n'), ...notes, `\`${command}\``].join('\n\n')
}

/** What was measured on, with what. */
export function machine() {
  const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
  const first = (file, ...args) => execFileSync(file, args, { encoding: 'utf8' }).split('\n')[0]
  return {
    processor: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `Linux ${release()}`,
    node: process.versions.node,
    'or-stream': JSON.parse(readFileSync('package.json', 'utf8')).version,
    'eventsource-parser': version('eventsource-parser'),
    openai: version('openai'),
    ai: version('ai'),
    jq: first('jq', '--version'),
    curl: first('curl', '--version').split(' ')[1],
  }
}
