import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { shell, type Ended } from './spawn.js'

/** What a program of ours took of the machine, told by itself when it ends. */
export interface Taken {
  readonly status: number
  /** The most memory at a time, in MiB. */
  readonly memory: number
}

const NOTE = `process.on('exit', (status) => {
  const note = { status, memory: process.resourceUsage().maxRSS / 1024 }
  require('node:fs').writeFileSync(process.env.TAKEN, JSON.stringify(note))
})`

/** Runs a command line in which one program of ours is called as `taking PROGRAM`, and measures that one; the status is its own. */
export async function measured(command: string, env: Record<string, string> = {}): Promise<Ended & Taken> {
  const folder = mkdtempSync(join(tmpdir(), 'or-stream-taken-'))
  const [hook, file] = [join(folder, 'note.cjs'), join(folder, 'taken.json')]
  writeFileSync(hook, NOTE)
  const taking = `taking() { NODE_OPTIONS="--require ${hook}" TAKEN="${file}" "$@"; }`
  try {
    const ended = await shell(`${taking}; ${command}`, { env })
    return { ...ended, ...(JSON.parse(readFileSync(file, 'utf8')) as Taken) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
