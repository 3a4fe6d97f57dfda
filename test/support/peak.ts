import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { shell, type Ended } from './spawn.js'

/** Exit status and memory of one of our programs, reported by the program itself at exit. */
export interface ResourceUsage {
  readonly status: number
  /** Peak memory, in MiB. */
  readonly memory: number
}

const EXIT_HOOK = `process.on('exit', (status) => {
  const usage = { status, memory: process.resourceUsage().maxRSS / 1024 }
  require('node:fs').writeFileSync(process.env.USAGE_FILE, JSON.stringify(usage))
})`

/** Runs a command line and measures the one program in it that is called as `taking PROGRAM`. The status is that of this program. */
export async function measure(command: string, env: Record<string, string> = {}): Promise<Ended & ResourceUsage> {
  const folder = mkdtempSync(join(tmpdir(), 'or-stream-usage-'))
  const [hook, file] = [join(folder, 'hook.cjs'), join(folder, 'usage.json')]
  writeFileSync(hook, EXIT_HOOK)
  const taking = `taking() { NODE_OPTIONS="--require ${hook}" USAGE_FILE="${file}" "$@"; }`
  try {
    const ended = await shell(`${taking}; ${command}`, { env })
    return { ...ended, ...(JSON.parse(readFileSync(file, 'utf8')) as ResourceUsage) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
