// Measures the time from the start of a program to its end, or to its first byte.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { goal, percent, signed } from '../format.mjs'
import { ENVIRONMENT, FOLDER, interleaved, median, program, shell, spread, timed } from '../measure.mjs'
import { stream, write } from '../inputs.mjs'

const ROUNDS = 21
const MAX_OVERHEAD = 15
const MAX_FIRST_BYTE_OVERHEAD = 60

/** Returns the time until a command writes its first byte, in milliseconds. */
async function firstByte({ command: [file, ...args], env }) {
  const startTime = performance.now()
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'], env: { ...ENVIRONMENT, ...env } })
  await once(child.stdout, 'data')
  const time = performance.now() - startTime
  child.stdout.resume()
  await once(child, 'close')
  return time
}

export async function start() {
  const input = join(FOLDER, 'tiny.sse')
  const output = join(FOLDER, 'start.out')
  write(input, stream('constant', 3))
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const piece of stream('constant', 3)) response.write(piece)
    response.end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${server.address().port}/v1`

  const node = { name: '`node -e 0`', command: [process.execPath, '-e', '0'] }
  const filters = [
    'sse-parse',
    'sse-text',
    'sse-usage',
    'sse-fold',
    'sse-check',
    'sse-format',
    'sse-replay',
    'sse-json',
  ]
  const cases = [
    node,
    ...filters.map((name) => ({ name: `\`${name} < tiny.sse\``, command: program(name), within: MAX_OVERHEAD })),
    { name: '`sse-text tiny.sse`', command: program('sse-text', input), within: MAX_OVERHEAD },
    { name: '`sse-text --help`', command: program('sse-text', '--help'), within: MAX_OVERHEAD },
    { name: '`or-stream --help`', command: program('or-stream', '--help'), within: MAX_OVERHEAD },
    { name: '`or-stream --version`', command: program('or-stream', '--version'), within: MAX_OVERHEAD },
    { name: '`sse-text --choice 0 < tiny.sse`, by the option parser', command: program('sse-text', '--choice', '0') },
    {
      name: '`or-stream` to its first byte',
      command: program('or-stream', 'Hi'),
      env: { OPENROUTER_BASE_URL: url, OPENROUTER_API_KEY: 'none' },
      within: MAX_FIRST_BYTE_OVERHEAD,
      isFirstByte: true,
    },
    { name: '`curl -N` to its first byte', command: ['curl', '-sN', url], isFirstByte: true },
    { name: '`jq .`', command: shell('echo 1 | jq . ') },
  ].map((one) => ({ input, output, ...one }))
  const times = await interleaved(cases, ROUNDS, async (one) =>
    one.isFirstByte ? firstByte(one) : (await timed(one)).time,
  )
  server.close()
  const base = median(times[0])
  return {
    title: 'Start',
    command: 'npm run bench -- start',
    text: `Milliseconds from the start of a process to its end, or to the first byte that it has written; medians of ${ROUNDS} interleaved runs.`,
    head: ['', 'ms', `over ${node.name}`, 'spread', 'to reach'],
    rows: cases.map(({ name, within }, index) => [
      name,
      median(times[index]).toFixed(1),
      index === 0 ? '' : signed(median(times[index]) - base),
      percent(spread(times[index])),
      within === undefined ? '' : goal(`≤ ${within}`, median(times[index]) - base <= within),
    ]),
  }
}
