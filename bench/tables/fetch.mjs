// What or-stream gets through, beside what only passes bytes on.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { goal, percent, perSecond } from '../format.mjs'
import { stream, write } from '../inputs.mjs'
import { FOLDER, interleaved, median, peer, program, sameOutput, spread } from '../measure.mjs'
import { asking, serving } from '../serving.mjs'

const ROUNDS = Number(process.env.ROUNDS ?? 15)
/** Every event is judged, but most of them without being parsed. */
const REACH = 0.5

export async function fetched() {
  const rows = []
  for (const [of, kind] of [
    ['constant frames', 'constant'],
    ['a field that varies', 'varying'],
  ]) {
    const input = join(FOLDER, `${kind}.served.sse`)
    write(input, stream(kind, 1_000_000))
    const bytes = statSync(input).size
    const { url, stop } = await serving(input)
    const path = `${url}/chat/completions`
    const cases = [
      { name: '`node:http` piping', command: peer('pipe', path) },
      { name: '`or-stream`', command: program('or-stream', '-n', 'Hi'), env: asking(url), reach: REACH },
      { name: '`curl -N`', command: ['curl', '-sN', path] },
    ].map((one) => ({ ...one, output: join(FOLDER, 'out') }))
    await sameOutput(cases)
    const times = await interleaved(cases, ROUNDS)
    stop()
    for (const [index, { name, reach }] of cases.entries()) {
      const share = median(times[0]) / median(times[index])
      rows.push([
        index === 0 ? `${of}, ${(bytes / 1e6).toFixed(0)} MB` : '',
        name,
        median(times[index]).toFixed(0),
        perSecond(bytes, median(times[index])),
        percent(spread(times[index])),
        share.toFixed(2),
        reach === undefined ? '' : goal(`≥ ${reach}`, share >= reach),
      ])
    }
  }
  return {
    title: 'Fetching',
    command: 'npm run bench -- fetch',
    text: `From a server on this machine to a file in memory; \`or-stream\` judges the answer while it writes it. Medians of ${ROUNDS} interleaved runs.`,
    head: ['answer', 'program', 'ms', '', 'spread', 'as fast as piping', 'to reach'],
    rows,
  }
}
