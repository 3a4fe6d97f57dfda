import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { cases, type Case } from '../support/fixtures.js'
import { folderWith } from '../support/folder.js'
import { shell, start, type Ended } from '../support/spawn.js'

export function fixture(name: string): Case {
  const found = cases().find((one) => one.name === name)
  if (!found) throw new Error(`there is no fixture ${name}`)
  return found
}

/** Cuts a stream in the middle. */
export function cut(file: string): Buffer {
  const bytes = readFileSync(file)
  return bytes.subarray(0, bytes.length / 2)
}

/** Serves fixtures to any request, in turn, until the test ends; returns the environment of the programs that ask for them. */
export async function serveFixtures(
  names: readonly string[],
  bytesOf: (file: string) => Buffer = (file) => readFileSync(file),
): Promise<{ OPENROUTER_BASE_URL: string }> {
  const files = names.map((name, at) => [`${at}.sse`, bytesOf(fixture(name).file)] as const)
  const folder = folderWith(Object.fromEntries(files))
  const paths = files.map(([file]) => join(folder, file))
  const server = start('or-serve', ['--port', '0', '--speed', 'max', '--quiet', ...paths])
  onTestFinished(() => server.kill('SIGKILL'))
  return { OPENROUTER_BASE_URL: (await server.wrote('\n')).trim() }
}

/** Runs a script while nothing listens at the base URL; without retries, because they wait. */
export function withoutServer(script: string, cwd: string, name: string): Promise<Ended> {
  const env = { OPENROUTER_BASE_URL: 'http://127.0.0.1:9/api/v1' }
  return shell(script.replaceAll('or-stream ', 'or-stream --retry 0 '), { cwd, env }, name)
}
