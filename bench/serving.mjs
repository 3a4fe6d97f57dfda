// Runs a server in a separate process, so that its work is not measured.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Starts bench/peers/server.mjs. Returns its URL and a function that stops it. */
export async function serving(...args) {
  const server = spawn(process.execPath, ['bench/peers/server.mjs', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(server.stdout, 'data')
  return { url: String(line).trim(), stop: () => server.kill() }
}

/** Returns the environment in which `or-stream` uses this server. */
export const asking = (url) => ({ OPENROUTER_BASE_URL: url, OPENROUTER_API_KEY: 'none' })
