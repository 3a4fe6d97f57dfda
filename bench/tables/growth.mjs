// Measures how the run time of `sse-text` grows with its input.
import { writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { stream, write } from '../inputs.mjs'
import { ENVIRONMENT, FOLDER, interleaved, median, program } from '../measure.mjs'

const ROUNDS = 5
const powers = (from, to) => Array.from({ length: to - from + 1 }, (_, at) => 10 ** (from + at))

const chunk = (words) =>
  `data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"${words}"},"finish_reason":null}]}\n\n`
const END = 'data: [DONE]\n\n'

/** Writes a file of about 10 MB with events of one size, and returns its path. */
function ofSize(size) {
  const file = join(FOLDER, `size-${size}.sse`)
  writeFileSync(file, `${chunk('x'.repeat(size)).repeat(Math.ceil(1e7 / size))}${END}`)
  return file
}

function ofEvents(events) {
  const file = join(FOLDER, `events-${events}.sse`)
  write(file, stream('constant', events))
  return file
}

/** Returns the time for 300 kB in pieces of one size, in milliseconds. Writing respects back-pressure. */
async function timeInPieces(size) {
  const bytes = Buffer.from([...stream('constant', 1000)].join(''))
  const [file, ...args] = program('sse-text')
  const start = performance.now()
  const child = spawn(file, args, { stdio: ['pipe', 'ignore', 'ignore'], env: ENVIRONMENT })
  const closed = once(child, 'close')
  for (let at = 0; at < bytes.length; at += size) {
    if (!child.stdin.write(bytes.subarray(at, at + size))) await once(child.stdin, 'drain')
  }
  child.stdin.end()
  await closed
  return performance.now() - start
}

async function series(title, values, caseOf, time) {
  const cases = values.map(caseOf)
  const times = await interleaved(cases, ROUNDS, time)
  return { title, points: values.map((value, index) => ({ value, ms: median(times[index]) })) }
}

const filter = (input) => ({ command: program('sse-text'), input, output: join(FOLDER, 'out') })

export async function growth() {
  const all = [
    await series('events of 290 bytes', powers(3, 6), (events) => filter(ofEvents(events))),
    await series('bytes of an event, 10 MB of them', powers(2, 7), (size) => filter(ofSize(size))),
    await series('bytes of a piece, 300 kB in pieces', powers(0, 6), (size) => size, timeInPieces),
  ]
  return {
    title: 'Growth',
    command: 'npm run bench -- growth',
    text: `Milliseconds of \`sse-text\`, medians of ${ROUNDS} interleaved runs. The first grows as its input does; the others stay near what they are, but for what each event and each read costs.\n\n![the same as a picture](cost.svg)`,
    head: ['', ...powers(0, 7).map((value) => value.toLocaleString('en'))],
    rows: all.map(({ title, points }) => [
      title,
      ...powers(0, 7).map((value) => points.find((point) => point.value === value)?.ms.toFixed(0) ?? ''),
    ]),
    series: all,
  }
}

const [WIDTH, HEIGHT, MARGIN] = [640, 360, 48]
const COLOURS = ['#1f77b4', '#d62728', '#2ca02c']

/** Returns a logarithmic scale from values to positions on an axis of `length` pixels. */
function scale(values, length) {
  const [least, most] = [Math.min(...values), Math.max(...values)].map(Math.log10)
  return (value) => (length * (Math.log10(value) - least)) / (most - least)
}

/** Returns an SVG chart of the series, with logarithmic axes. */
export function picture(all) {
  const points = all.flatMap((one) => one.points)
  const x = scale(
    points.map(({ value }) => value),
    WIDTH - 2 * MARGIN,
  )
  const y = scale(
    points.map(({ ms }) => ms),
    HEIGHT - 2 * MARGIN,
  )
  const at = ({ value, ms }) => `${(MARGIN + x(value)).toFixed(1)},${(HEIGHT - MARGIN - y(ms)).toFixed(1)}`
  const curves = all.map(({ title, points: own }, index) => {
    const dots = own.map((point) => `<circle cx="${at(point).split(',')[0]}" cy="${at(point).split(',')[1]}" r="3"/>`)
    return `<g fill="${COLOURS[index]}" stroke="none"><polyline points="${own.map(at).join(' ')}" fill="none" stroke="${COLOURS[index]}"/>${dots.join('')}<text x="${MARGIN + 8}" y="${MARGIN + 18 * index}">${title}</text></g>`
  })
  const ticks = [...new Set(points.map(({ value }) => value))].map(
    (value) =>
      `<text x="${MARGIN + x(value)}" y="${HEIGHT - MARGIN + 18}" text-anchor="middle">10${'⁰¹²³⁴⁵⁶⁷'[Math.round(Math.log10(value))]}</text>`,
  )
  const most = Math.max(...points.map(({ ms }) => ms))
  const steps = [10, 100, 1000, 10_000].filter((ms) => ms <= most && ms >= Math.min(...points.map((point) => point.ms)))
  const marks = steps.map(
    (ms) => `<text x="${MARGIN - 6}" y="${HEIGHT - MARGIN - y(ms) + 4}" text-anchor="end">${ms} ms</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11" fill="#666"><path d="M${MARGIN} ${MARGIN / 2}V${HEIGHT - MARGIN}H${WIDTH - MARGIN / 2}" fill="none" stroke="#999"/>${[...ticks, ...marks, ...curves].join('')}</svg>\n`
}
