import { runInNewContext } from 'node:vm'
import { setFlagsFromString } from 'node:v8'
import fc, { type Arbitrary } from 'fast-check'
import { expect, test } from 'vitest'
import { events } from '../../src/core/sse/detect.js'
import { blockScanner } from '../../src/core/sse/boundaries.js'
import { retryBuffer } from '../../src/client/retry-buffer.js'
import { sse } from '../../src/core/sse/parser.js'
import { chain } from '../../src/core/stream/stage.js'
import { utf8 } from '../../src/core/text/utf8.js'
import { dialects } from '../../src/dialects/index.js'
import { eventLines } from '../../src/filters/convert/to-ndjson.js'
import { grammar, mutants, ndjson, noise, places, pollution } from '../support/arbitrary.js'
import { cutAt, inPieces, utf8Bytes } from '../support/feed.js'
import { SEED, sized, tally } from '../support/size.js'
import { outcome, runStages } from '../support/stations.js'

const streams: readonly (readonly [string, Arbitrary<Uint8Array>])[] = [
  ['random bytes', noise],
  ['random streams that follow the grammar', grammar],
  ['mutated fixtures', mutants],
  ['lines of sse-parse', ndjson],
]
const RUNS = sized({ small: 150, ci: 500, long: 250_000 })
const streamCount = tally('random streams')

function assertProperty<T>(arbitrary: Arbitrary<T>, check: (value: T) => void, numRuns = RUNS) {
  const property = fc.property(arbitrary, (value) => {
    streamCount.add()
    check(value)
    expect(pollution()).toEqual([])
  })
  fc.assert(property, { numRuns, seed: SEED })
}

test.each(streams)(
  '%s: the output of every stage does not depend on chunk boundaries, and no stage crashes',
  (_, stream) => {
    assertProperty(fc.tuple(stream, places), ([whole, at]) => {
      expect(runStages(cutAt(whole, at))).toEqual(runStages([whole]))
    })
  },
)

const bounds = fc.constantFrom(80, 150, 600)

test.each(streams)(
  '%s, with maxEventBytes: the output of every stage does not depend on chunk boundaries',
  (_, stream) => {
    const sizes = fc.tuple(stream, places, bounds)
    assertProperty(sizes, ([whole, at, bound]) =>
      expect(runStages(cutAt(whole, at), bound)).toEqual(runStages([whole], bound)),
    )
  },
)

test.each(streams)('%s: feeding single bytes gives the same output', (_, stream) => {
  const fewer = Math.ceil(RUNS / 5)
  assertProperty(stream, (whole) => expect(runStages(inPieces(whole, 1))).toEqual(runStages([whole])), fewer)
})

/** Returns the output of `sse-parse` for a stream, decoded as UTF-8. */
function linesOf(bytes: Uint8Array, decode: boolean): string[] {
  const { outputs } = outcome(chain(events(), eventLines({ all: true, decode })), [bytes])
  return outputs.flatMap((output) => (typeof output === 'string' ? [Buffer.from(output).toString()] : []))
}

test.each(streams)('%s: each event is one line of JSON in UTF-8 and parses to the same event', (_, stream) => {
  assertProperty(stream, (bytes) => {
    const items = outcome(events(), [bytes]).outputs
    const kept = items.filter(
      ({ kind }) => kind === 'event' || kind === 'comment' || kind === 'trailer' || kind === 'retry',
    )
    const lines = linesOf(bytes, false)
    expect(lines.map((line) => line.indexOf('\n'))).toEqual(lines.map((line) => line.length - 1))
    expect(lines.map((line) => valueOf(JSON.parse(line) as Line))).toEqual((kept as readonly Line[]).map(valueOf))
    expect(linesOf(utf8Bytes(lines.join('')), false)).toEqual(lines)
  })
})

test.each(streams)('%s: each decoded event is one line of JSON', (_, stream) => {
  assertProperty(stream, (bytes) => {
    const [plain, decoded] = [linesOf(bytes, false), linesOf(bytes, true)]
    expect(decoded.map((line) => line.indexOf('\n'))).toEqual(decoded.map((line) => line.length - 1))
    for (const [at, line] of decoded.entries()) {
      const { data } = JSON.parse(line) as Line
      const { data: spelled } = JSON.parse(plain[at] ?? '') as Line
      expect(data).toEqual(typeof data === 'object' ? wellFormedIn(JSON.parse(wellFormed(String(spelled)))) : spelled)
    }
  })
})

interface Line {
  readonly event?: unknown
  readonly data?: unknown
  readonly id?: unknown
  readonly comment?: unknown
  readonly retry?: unknown
}

function valueOf({ event, data, id, comment, retry }: Line) {
  return { event, data, id, comment, retry }
}

/** Replaces lone surrogates with U+FFFD, as a UTF-8 encoder does. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString()
}

/** Applies `wellFormed` to all strings in a value. */
function wellFormedIn(whole: unknown): unknown {
  if (typeof whole === 'string') return wellFormed(whole)
  if (Array.isArray(whole)) return whole.map(wellFormedIn)
  if (typeof whole !== 'object' || whole === null) return whole
  return Object.fromEntries(Object.entries(whole).map(([name, member]) => [wellFormed(name), wellFormedIn(member)]))
}

const sseStreams = streams.slice(0, 3)

test.each(sseStreams)(
  '%s: the boundary scanner counts the same events as the parser, for any chunk boundaries',
  (_, stream) => {
    assertProperty(fc.tuple(stream, places), ([whole, at]) => {
      // The parser drops an incomplete event before a trailer.
      fc.pre(!Buffer.from(whole).toString('latin1').includes('or-stream status='))
      const frames = blockScanner()
      for (const piece of cutAt(whole, at)) frames.push(piece)
      const items = outcome(chain(utf8(), sse()), [whole]).outputs
      expect(frames.events()).toBe(items.filter(({ kind }) => kind === 'event').length)
    })
  },
)

test.each(sseStreams)('%s: the retry buffer releases its input unchanged, for any chunk boundaries', (_, stream) => {
  assertProperty(fc.tuple(stream, places), ([whole, at]) => {
    const held = retryBuffer(dialects)
    const out: Uint8Array[] = []
    let failed = false
    for (const piece of cutAt(whole, at)) {
      if (failed) break
      const { ready, failure } = held.push(piece)
      out.push(...ready)
      failed = failure !== undefined
    }
    const before = Buffer.concat(out)
    const all = Buffer.concat([before, ...held.open()])
    expect(all.equals(whole.subarray(0, all.length))).toBe(true)
    expect(failed || all.length === whole.length).toBe(true)
    // If a retry would follow, only complete comments have been released.
    const kinds = failed ? outcome(chain(utf8(), sse()), [before]).outputs.map(({ kind }) => kind) : []
    expect(kinds.filter((kind) => kind === 'event' || kind === 'unterminated')).toEqual([])
  })
})

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heap(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

const MEGABYTE = 1024 * 1024
const fill = 'x'.repeat(1000)

/** Endless inputs, as a first piece and a function that returns piece number `at`. */
const endless: readonly (readonly [string, string, (at: number) => string])[] = [
  ['a comment', ':', (at) => `${at}${fill}`],
  ['an unknown field', 'foo:', (at) => `${at}${fill}`],
  ['a line without a colon', 'foo', (at) => `${at}${fill}`],
  ['an id', 'id: ', (at) => `${at}${fill}`],
  ['an event name', 'event: ', (at) => `${at}${fill}`],
  ['a retry time', 'retry: ', (at) => `${at}`.repeat(200)],
  ['comments', '', (at) => `: ${at}${fill}\n\n`],
  ['unknown fields', '', (at) => `foo: ${at}${fill}\n`],
  ['ids in one block', '', (at) => `id: ${at}${fill}\n`],
  ['event names in one block', '', (at) => `event: ${at}${fill}\n`],
  ['retry times', '', (at) => `retry: ${at}\n`.repeat(20)],
  ['blank lines', '\n', (at) => '\n'.repeat(1000 + (at % 2))],
  ['events', '', (at) => `data: ${at}${fill}\n\n`],
  ['lines of sse-parse', '', (at) => `{"event":"message","data":"${at}${fill}"}\n`],
]

test.each(endless)('%s without end: memory is bounded', (_, beginning, piece) => {
  const stage = events(64 * 1024)
  let outputs = 0
  let held = 0
  const feed = (text: string) => {
    for (const _item of stage.push(utf8Bytes(text))) outputs++
  }
  feed(beginning)
  const pieces = sized({ small: 10_000, ci: 50_000, long: 500_000 })
  for (let at = 0; at < pieces; at++) {
    feed(piece(at))
    if (at === 5000) held = heap()
  }
  const grown = (heap() - held) / MEGABYTE
  expect({ outputs: outputs <= pieces * 20, grown: grown < 1 ? 'less than a megabyte' : grown }).toEqual({
    outputs: true,
    grown: 'less than a megabyte',
  })
})
