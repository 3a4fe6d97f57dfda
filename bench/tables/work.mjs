// Measures the processor time for a live answer.
import { execFileSync } from 'node:child_process'
import { percent } from '../format.mjs'
import { ENVIRONMENT, median, spread } from '../measure.mjs'
import { asking, serving } from '../serving.mjs'

const [ROUNDS, TOKENS, RATE] = [5, 1000, 500]

/** Returns the processor time of all processes of a command line as measured by bash, in milliseconds. */
function work(line, env) {
  const script = `TIMEFORMAT='%U %S'; time { ${line} > /dev/null 2>&1; }`
  const output = execFileSync('bash', ['-c', `{ ${script}; } 2>&1`], {
    encoding: 'utf8',
    env: { ...ENVIRONMENT, ...env },
  })
  const [user, system] = output.trim().split(' ').map(Number)
  return 1000 * (user + system)
}

export async function cpu() {
  const { url, stop } = await serving('--events', String(TOKENS), '--rate', String(RATE))
  const lines = [
    ['`or-stream \\| sse-text`', 'node dist/bin/or-stream.cjs -n Hi | node dist/bin/sse-text.cjs'],
    ['`curl -N \\| grep \\| sed \\| jq`', `curl -sN ${url}/chat/completions | sh bench/peers/jq.sh`],
    ['`curl -N \\| sse-text`', `curl -sN ${url}/chat/completions | node dist/bin/sse-text.cjs`],
  ]
  const times = lines.map(() => [])
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, [, line]] of lines.entries()) times[index].push(work(line, asking(url)))
  stop()
  return {
    title: 'Work',
    command: 'npm run bench -- work',
    text: `Milliseconds of processor time for an answer of ${TOKENS} tokens that comes live, ${RATE} tokens a second, start and end counted in; medians of ${ROUNDS} interleaved runs.`,
    head: ['pipe', 'ms', 'spread'],
    rows: lines.map(([name], index) => [name, median(times[index]).toFixed(0), percent(spread(times[index]))]),
  }
}
