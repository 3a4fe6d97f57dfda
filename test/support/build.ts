import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { execa } from 'execa'
import { BIN, NAMES } from './spawn.js'

/** Builds once before all tests, so that no spawned program is older than its source, and gives each its own name. */
export async function setup(): Promise<void> {
  await execa('npx', ['tsup'], { cwd: new URL('../..', import.meta.url) })
  await execa('node', ['.scripts/generate.mjs'], { cwd: new URL('../..', import.meta.url) })
  rmSync(NAMES, { recursive: true, force: true })
  mkdirSync(NAMES, { recursive: true })
  const programs = readdirSync(BIN).filter((file) => file.endsWith('.cjs'))
  for (const file of programs) symlinkSync(`${BIN}${file}`, `${NAMES}${file.replace('.cjs', '')}`)
}
