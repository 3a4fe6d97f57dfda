// Measures the accuracy of replay timing: records a stream with a known pace, serves and replays it, and times each arrival.
// usage: npm run --silent bench:pace > bench/pace.md
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const PIECES = 400
/** Returns the delay before a piece, in milliseconds: 100 tokens per second, with an occasional longer pause. */
const gapBefore = (index) => (index % 50 === 49 ? 200 : 6 + (index % 9))
const body = JSON.stringify({ model: 'test/model', stream: true })

const folder = mkdtempSync(join(tmpdir(), 'or-stream-pace-'))
const child = (name, args) =>
  spawn(process.execPath, [`dist/bin/${name}.cjs`, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })

/** Starts or-serve and resolves with its base URL. */
async function serving(...args) {
  const server = child('or-serve', ['--port', '0', ...args])
  const [url] = await once(server.stdout, 'data')
  return { url: url.toString().trim(), end: () => server.kill() }
}

/** Sends a request. Returns, for each piece, the time since the first one and the number of bytes so far. */
async function timed(url) {
  const sent = request(`${url}/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' } })
  sent.end(body)
  const [response] = await once(sent, 'response')
  return arrivals(response)
}

async function arrivals(stream) {
  const times = []
  let length = 0
  for await (const bytes of stream) {
    length += bytes.length
    times.push([performance.now(), length])
  }
  return times.map(([at, up]) => [at - times[0][0], up])
}

/** Returns how much later than recorded the last byte of each piece arrives, relative to the first piece. */
function delays(recorded, received) {
  return recorded.map(([at, up]) => received.find(([, length]) => length >= up)[0] - at)
}

const upstream = createServer(async (_, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (let index = 0; index < PIECES; index++) {
    await wait(gapBefore(index))
    response.write(`data: {"choices":[{"index":0,"delta":{"content":"word ${index} "}}]}\n\n`)
  }
  response.end('data: [DONE]\n\n')
}).listen(0, '127.0.0.1')
await once(upstream, 'listening')

const recorder = await serving('--record', '--upstream', `http://127.0.0.1:${upstream.address().port}/api/v1`, folder)
await timed(recorder.url)
recorder.end()
upstream.close()

const file = join(
  folder,
  readdirSync(folder).find((name) => name.endsWith('.sse')),
)
const { chunks } = JSON.parse(readFileSync(`${file}.meta.json`, 'utf8'))
let length = 0
const recorded = chunks.map(([at, bytes]) => [at - chunks[0][0], (length += bytes)])

const server = await serving(folder)
const rows = [
  ['`or-serve`, socket', await timed(server.url)],
  ['`sse-replay --speed 1`, pipe', await arrivals(child('sse-replay', ['--speed', '1', file]).stdout)],
].map(([name, received]) => {
  const sorted = delays(recorded, received).toSorted((a, b) => a - b)
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1)
  return `| ${name} | ${at(0)} | ${at(0.5)} | ${at(0.99)} | ${at(1)} |`
})
server.end()
rmSync(folder, { recursive: true })

console.log(`How much later than it was recorded each of ${recorded.length} pieces comes at speed 1, in milliseconds against the first, over
${(recorded.at(-1)[0] / 1000).toFixed(1)} s. A recording keeps whole milliseconds, so half of one is its own.

| | least | median | 99 % | most |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

Measured with Node ${process.version} by \`npm run --silent bench:pace\`.`)
