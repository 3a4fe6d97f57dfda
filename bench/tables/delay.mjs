// Measures the delay between the sending of a chunk and its output.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { goal } from '../format.mjs'
import { ENVIRONMENT, quantile } from '../measure.mjs'
import { asking, serving } from '../serving.mjs'

const [P50, P99] = [1, 5]

/** Returns the delay of each chunk, in milliseconds. The text of a chunk is the time at which it was sent. */
async function delays(line, env) {
  const child = spawn('sh', ['-c', line], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...ENVIRONMENT, ...env } })
  const all = []
  let held = ''
  child.stdout.on('data', (bytes) => {
    const now = process.hrtime.bigint() / 1000n
    const words = (held + bytes).match(/\d{6,}(?= )/g) ?? []
    held = /\d*$/.exec(String(bytes))[0]
    for (const word of words) all.push(Number(now - BigInt(word)) / 1000)
  })
  await once(child, 'close')
  return all
}

export async function delay() {
  const rows = []
  for (const [of, events, rate, rounds] of [
    ['100 chunks a second', 400, 100, 3],
    ['as fast as they are read', 20_000, 1e9, 3],
  ]) {
    const { url, stop } = await serving('--events', String(events), '--rate', String(rate))
    const ours = `node dist/bin/or-stream.cjs -n Hi | node dist/bin/sse-text.cjs`
    const curl = `curl -sN ${url}/chat/completions | cat`
    const all = { ours: [], curl: [] }
    for (let round = 0; round < rounds; round++) {
      all.ours.push(...(await delays(ours, asking(url))))
      all.curl.push(...(await delays(curl, {})))
    }
    stop()
    const isRated = rate === 100
    const [p50, p99, base50, base99] = [all.ours, all.curl].flatMap((list) => [
      quantile(list, 0.5),
      quantile(list, 0.99),
    ])
    rows.push(
      [
        of,
        '`or-stream \\| sse-text`',
        p50.toFixed(2),
        p99.toFixed(2),
        isRated ? goal(`≤ ${P50} and ≤ ${P99} more than curl`, p50 - base50 <= P50 && p99 - base99 <= P99) : '',
      ],
      ['', '`curl -N \\| cat`', base50.toFixed(2), base99.toFixed(2), ''],
    )
  }
  return {
    title: 'Delay',
    command: 'npm run bench -- delay',
    text: 'Milliseconds from the sending of a chunk by the server to its reading at the end of the pipe, by one clock; the chunks of three interleaved runs together.',
    head: ['chunks', 'pipe', 'p50', 'p99', 'to reach'],
    rows,
  }
}
