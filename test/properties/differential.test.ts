import { createRequire } from 'node:module'
import fc, { type Arbitrary } from 'fast-check'
import { expect, test } from 'vitest'
import { sse } from '../../src/core/sse/parser.js'
import { chain } from '../../src/core/stream/stage.js'
import { utf8 } from '../../src/core/text/utf8.js'
import { grammar, mutants, noise, places } from '../support/arbitrary.js'
import { STREAMS } from '../support/corpus.js'
import { cutAt, run } from '../support/feed.js'
import { SEED, sized, tally } from '../support/size.js'

/** An event of undici's parser. */
interface Message {
  readonly type: string
  readonly options: { readonly data: string; readonly lastEventId: string | undefined }
}

/** The part of undici's SSE parser that maps bytes to events. */
interface Parser {
  _transform(bytes: Uint8Array, encoding: string, done: (error?: Error) => void): void
}
const require = createRequire(import.meta.url)
const { EventSourceStream } = require('undici/lib/web/eventsource/eventsource-stream.js') as {
  EventSourceStream: new (options: { push(message: Message): boolean }) => Parser
}

interface Event {
  readonly event: string
  readonly data: string
  /** The id of the block, or undefined if it has none. */
  readonly id: string | undefined
}

function undiciEvents(pieces: readonly Uint8Array[]): Event[] {
  const found: Event[] = []
  const parser = new EventSourceStream({
    push: ({ type, options }) => found.push({ event: type, data: options.data, id: options.lastEventId }) > 0,
  })
  for (const piece of pieces) {
    parser._transform(Buffer.from(piece), 'buffer', (error) => {
      if (error) throw error
    })
  }
  return found
}

function ownEvents(pieces: readonly Uint8Array[]): Event[] {
  return run(chain(utf8(), sse()), pieces).flatMap((item) =>
    item.kind === 'event' ? [{ event: item.event, data: item.data, id: item.id }] : [],
  )
}

interface Known {
  readonly why: string
  /** Matches streams that are not compared. */
  readonly isOut?: (latin1: string) => boolean
  /** Returns the input for undici. */
  readonly wire?: (latin1: string) => string
  /** Adapts the events of undici. */
  readonly events?: (our: readonly Event[], their: readonly Event[]) => Event[]
}

/** Known differences between the two parsers, and how each is removed so that the rest can be compared. */
const DIFFERENCES: readonly Known[] = [
  {
    why: 'a trailer of or-stream ends the block before it and drops an incomplete event (DESIGN 4.4)',
    isOut: (latin1) => latin1.includes('or-stream status='),
  },
  {
    why: 'an empty event name is "message" by the standard; undici keeps the name that the block had before',
    wire: (latin1) => latin1.replace(/(?<=^|[\r\n]|^\u00ef\u00bb\u00bf)event(: ?)?(?=[\r\n])/g, 'event: message'),
  },
  {
    why: 'undici keeps the id of earlier blocks; we give an id only with the block that carries one',
    events: (our, their) =>
      their.map((event, at) => ({ ...event, id: our[at]?.id === undefined ? undefined : event.id })),
  },
]

/** Returns what both parsers make of the same bytes, cut at the same places, without the known differences. */
function compare(bytes: Uint8Array, at: readonly number[]) {
  let wire = Buffer.from(bytes).toString('latin1')
  if (DIFFERENCES.some(({ isOut }) => isOut?.(wire))) return { our: [], their: [] }
  for (const known of DIFFERENCES) wire = known.wire?.(wire) ?? wire
  const our = ownEvents(cutAt(bytes, at))
  let their = undiciEvents(cutAt(Buffer.from(wire, 'latin1'), at))
  for (const known of DIFFERENCES) their = known.events?.(our, their) ?? their
  return { our, their }
}

const streams: readonly (readonly [string, Arbitrary<Uint8Array>])[] = [
  ['random bytes', noise],
  ['random streams that follow the grammar', grammar],
  ['mutated fixtures', mutants],
]
const parsedCount = tally('streams also parsed by undici')

test.each(streams)("%s: the events equal those of undici's parser", (_, stream) => {
  const isSame = fc.property(stream, places, (bytes, at) => {
    const { our, their } = compare(bytes, at)
    parsedCount.add()
    expect(our).toEqual(their)
  })
  fc.assert(isSame, { numRuns: sized({ small: 250, ci: 3000, long: 500_000 }), seed: SEED })
})

for (const source of STREAMS) {
  test.skipIf(source.isMissing).each(source.named())(
    "%s: the events equal those of undici's parser",
    (_, { stream }) => {
      const { our, their } = compare(stream, [])
      expect(our).toEqual(their)
    },
  )
}
