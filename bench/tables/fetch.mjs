// Compares the throughput of or-stream with programs that only copy bytes.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { goal, percent, perSecond } from '../format.mjs'
import { stream, write } from '../inputs.mjs'
import { FOLDER, interleaved, median, peer, program, sameOutput, spread } from '../measure.mjs'
import { asking, serving } from '../serving.mjs'

const ROUNDS = 15
/** Minimum share of the speed of plain piping. or-stream judges every event, but parses only a few. */
const MIN_SHARE = 0.5

export async function fetched() {
  const input = join(FOLDER, 'served.sse')
  write(input, stream('constant', 1_000_000))
  const bytes = statSync(input).size
  const { url, stop } = await serving(input)
  const path = `${url}/chat/completions`
  const cases = [
    { name: '`node:http` piping', command: peer('pipe', path) },
    { name: '`or-stream`', command: program('or-stream', '-n', 'Hi'), env: asking(url), reach: MIN_SHARE },
    { name: '`curl -N`', command: ['curl', '-sN', path] },
  ].map((one) => ({ ...one, output: join(FOLDER, 'out') }))
  await sameOutput(cases)
  const times = await interleaved(cases, ROUNDS)
  stop()
  const rows = cases.map(({ name, reach }, index) => {
    const share = median(times[0]) / median(times[index])
    return [
      name,
      median(times[index]).toFixed(0),
      perSecond(bytes, median(times[index])),
      percent(spread(times[index])),
      share.toFixed(2),
      reach === undefined ? '' : goal(`≥ ${reach}`, share >= reach),
    ]
  })
  return {
    title: 'Fetching',
    command: 'npm run bench -- fetch',
    text: `1,000,000 events with constant frames, 287 MB, from a server on this machine to a file in memory; \`or-stream\` judges the answer while it writes it. Medians of ${ROUNDS} interleaved runs.`,
    head: ['program', 'ms', '', 'spread', 'as fast as piping', 'to reach'],
    rows,
  }
}
