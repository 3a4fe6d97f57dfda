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

/** What undici's parser gives for an event. */
interface Message {
  readonly type: string
  readonly options: { readonly data: string; readonly lastEventId: string | undefined }
}

/** The part of undici's parser of event streams that takes bytes and gives events. */
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
  /** The id of the block; undefined where it has none. */
  readonly id: string | undefined
}

function theirs(pieces: readonly Uint8Array[]): Event[] {
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

function ours(pieces: readonly Uint8Array[]): Event[] {
  return run(chain(utf8(), sse()), pieces).flatMap((item) =>
    item.kind === 'event' ? [{ event: item.event, data: item.data, id: item.id }] : [],
  )
}

interface Known {
  readonly why: string
  /** Streams that aren't compared. */
  readonly isOut?: (latin1: string) => boolean
  /** What undici gets instead. */
  readonly wire?: (latin1: string) => string
  /** What undici's events come to. */
  readonly events?: (our: readonly Event[], their: readonly Event[]) => Event[]
}

/** Where the two are known to differ, and what is done so that the rest can be compared. */
const KNOWN: readonly Known[] = [
  {
    why: 'a trailer of or-stream ends the block before it, and what it has of an event goes (DESIGN 4.4)',
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

/** What both make of the same bytes, cut at the same places, as far as it can be compared. */
function both(bytes: Uint8Array, at: readonly number[]) {
  let wire = Buffer.from(bytes).toString('latin1')
  if (KNOWN.some(({ isOut }) => isOut?.(wire))) return { our: [], their: [] }
  for (const known of KNOWN) wire = known.wire?.(wire) ?? wire
  const our = ours(cutAt(bytes, at))
  let their = theirs(cutAt(Buffer.from(wire, 'latin1'), at))
  for (const known of KNOWN) their = known.events?.(our, their) ?? their
  return { our, their }
}

const streams: readonly (readonly [string, Arbitrary<Uint8Array>])[] = [
  ['bytes by chance', noise],
  ['streams after the grammar', grammar],
  ['fixtures with changes', mutants],
]
const tried = tally('streams parsed by undici too')

test.each(streams)("%s: the events are those of undici's parser", (_, stream) => {
  const isSame = fc.property(stream, places, (bytes, at) => {
    const { our, their } = both(bytes, at)
    tried.add()
    expect(our).toEqual(their)
  })
  fc.assert(isSame, { numRuns: sized({ small: 250, ci: 3000, long: 500_000 }), seed: SEED })
})

for (const source of STREAMS) {
  test.skipIf(source.isMissing).each(source.named())("%s: the events are those of undici's parser", (_, { stream }) => {
    const { our, their } = both(stream, [])
    expect(our).toEqual(their)
  })
}
