// Compares the throughput of the filters with alternatives.
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { goal, percent, perSecond, ratio } from '../format.mjs'
import { mixed, stream, write } from '../inputs.mjs'
import { FOLDER, interleaved, median, peer, program, sameOutput, shell, spread } from '../measure.mjs'

const ROUNDS = 15
const [MILLION, HUNDRED_THOUSAND, SOME, FEW] = [1_000_000, 100_000, 50_000, 10_000]

const text = { name: '`sse-text`', command: program('sse-text') }
const loop = { name: 'loop of eventsource-parser and `JSON.parse`', command: peer('loop') }
const events = { name: 'loop of eventsource-parser and `JSON.stringify`', command: peer('events') }

/** Programs to time on one input: ours first, then its peers. `reach` is the minimum ratio of the peer's time to ours. */
const groups = () => [
  [
    'constant frames, 1,000,000 events',
    made('constant', MILLION),
    [text, { ...loop, reach: 1.5 }, { name: '`cat`', command: ['cat'], isFloor: true }],
  ],
  [
    'constant frames, 50,000 events',
    made('constant', SOME),
    [
      text,
      { ...loop, reach: 1.5 },
      { name: '`openai`', command: peer('openai'), reach: 6 },
      { name: '`grep \\| sed \\| jq`', command: ['sh', 'bench/peers/jq.sh'], reach: 3 },
    ],
  ],
  ['constant frames, 10,000 events', made('constant', FEW), [text, { name: '`ai`', command: peer('ai'), reach: 4 }]],
  ['a field that varies, 100,000 events', made('varying', HUNDRED_THOUSAND), [text, { ...loop, reach: 0.95 }]],
  ['mixed recordings', recorded(100e6), [text, { ...loop, reach: 0.95 }]],
  [
    '1,000 files',
    ...inFiles(1000, (files) => [
      { ...text, command: program('sse-text', ...files) },
      { name: '`cat` and the loop', command: shell(`cat ${join(FOLDER, 'files')}/*.sse | node bench/peers/loop.mjs`) },
    ]),
  ],
  [
    'constant frames, 100,000 events',
    made('constant', HUNDRED_THOUSAND),
    [
      { name: '`sse-parse`', command: program('sse-parse') },
      { ...events, reach: 0.95 },
    ],
  ],
  [
    'constant frames, 100,000 events',
    made('constant', HUNDRED_THOUSAND),
    [
      { name: '`sse-usage`', command: program('sse-usage') },
      { ...loop, isOther: true },
    ],
  ],
  [
    'constant frames, 50,000 events',
    made('constant', SOME),
    [
      { name: '`sse-fold`', command: program('sse-fold') },
      { name: '`openai`, its final completion', command: peer('openai-fold'), isOther: true },
      { ...loop, isOther: true },
    ],
  ],
]

function made(kind, count) {
  const file = join(FOLDER, `${kind}-${count}.sse`)
  write(file, stream(kind, count))
  return file
}

function recorded(bytes) {
  const file = join(FOLDER, 'mixed.sse')
  write(file, mixed(bytes))
  return file
}

/** Writes `count` files of ten events, and one file with all of them for comparison. */
function inFiles(count, casesOf) {
  mkdirSync(join(FOLDER, 'files'), { recursive: true })
  const files = Array.from({ length: count }, (_, seed) =>
    join(FOLDER, 'files', `${String(seed).padStart(4, '0')}.sse`),
  )
  for (const [seed, file] of files.entries()) write(file, stream('constant', 10, seed))
  const whole = join(FOLDER, 'files.sse')
  write(
    whole,
    files.flatMap((_, seed) => [...stream('constant', 10, seed)]),
  )
  return [whole, casesOf(files)]
}

export async function throughput() {
  const rows = []
  for (const [of, input, list] of groups()) {
    const bytes = statSync(input).size
    const cases = list.map((one) => ({ output: join(FOLDER, 'out'), ...one, input }))
    await sameOutput(cases.filter(({ isFloor, isOther }) => !isFloor && !isOther))
    const times = await interleaved(cases, ROUNDS)
    const own = median(times[0])
    for (const [index, { name, reach }] of cases.entries()) {
      const factor = median(times[index]) / own
      rows.push([
        index === 0 ? `${of}, ${(bytes / 1e6).toFixed(0)} MB` : '',
        name,
        median(times[index]).toFixed(0),
        perSecond(bytes, median(times[index])),
        percent(spread(times[index])),
        index === 0 ? '' : ratio(factor),
        reach === undefined ? '' : goal(`≥ ${reach} ×`, factor >= reach),
      ])
    }
  }
  return {
    title: 'Throughput',
    command: 'npm run bench -- throughput',
    text: `From a file to a file, both in memory; start and end of the process counted in. Medians of ${ROUNDS} interleaved runs. The output of each peer is the same bytes as ours; but the loop beside sse-usage and sse-fold prints words, and what OpenAI's SDK folds is spelled in another order.`,
    head: ['input', 'program', 'ms', '', 'spread', 'ours is so many times as fast', 'to reach'],
    rows,
  }
}
