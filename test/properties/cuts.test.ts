import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { recordings } from '../support/corpus.js'
import { everyCut } from '../support/feed.js'
import { cases } from '../support/fixtures.js'
import { sized, tally } from '../support/size.js'
import { stations } from '../support/stations.js'

/** Of longer streams not every byte is worth its time. */
const SHORT = 20_000

const streams = [...cases(), ...recordings().filter(({ stream }) => stream.length <= SHORT)]
const cuts = tally('streams cut, and every stage as before')

test.each(streams.map(({ name, stream }) => [name, stream] as const))(
  '%s: every stage gives the same however the bytes are cut',
  (_, stream) => {
    const whole = stations([stream])
    const places = sized({ small: 20, ci: 50, long: stream.length > SHORT ? 2000 : stream.length })
    const samples = sized({ small: 5, ci: 20, long: 100 })
    const others: unknown[] = []
    for (const [cut, pieces] of everyCut(stream, places, samples)) {
      const made = stations(pieces)
      if (!isDeepStrictEqual(made, whole)) others.push({ cut, ...made })
      cuts.add()
    }
    expect(others.slice(0, 3)).toEqual([])
  },
)
