import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { execa } from 'execa'
import { BIN, NAMES } from './spawn.js'

/** Builds once before all tests, so that spawned programs are up to date, and links each program under its own name. */
export async function setup(): Promise<void> {
  await execa('npx', ['tsup'], { cwd: new URL('../..', import.meta.url) })
  await execa('node', ['.scripts/generate.mjs'], { cwd: new URL('../..', import.meta.url) })
  rmSync(NAMES, { recursive: true, force: true })
  mkdirSync(NAMES, { recursive: true })
  const programs = readdirSync(BIN).filter((file) => file.endsWith('.cjs'))
  for (const file of programs) symlinkSync(`${BIN}${file}`, `${NAMES}${file.replace('.cjs', '')}`)
}
