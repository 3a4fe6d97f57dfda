// A server in a process of its own, so that its work is not ours.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Starts the server of the peers; gives its URL, and what ends it. */
export async function serving(...args) {
  const server = spawn(process.execPath, ['bench/peers/server.mjs', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(server.stdout, 'data')
  return { url: String(line).trim(), stop: () => server.kill() }
}

/** What `or-stream` needs to ask it. */
export const asking = (url) => ({ OPENROUTER_BASE_URL: url, OPENROUTER_API_KEY: 'none' })
