import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { RECORDINGS, STREAMS } from '../support/corpus.js'
import { everyCut } from '../support/feed.js'
import { sized, tally } from '../support/size.js'
import { runStages } from '../support/stations.js'

/** Longer streams take too long to be cut at every byte, and longer recordings to be cut at all. */
const SHORT = 20_000

const cuts = tally('streams cut, and every stage as before')

for (const source of STREAMS) {
  const rows = source.named((all) => all.filter(({ stream }) => source !== RECORDINGS || stream.length <= SHORT))
  test.skipIf(source.isMissing).each(rows)(
    '%s: every stage gives the same however the bytes are cut',
    (_, { stream }) => {
      const whole = runStages([stream])
      const places = sized({ small: 20, ci: 50, long: stream.length > SHORT ? 2000 : stream.length })
      const samples = sized({ small: 5, ci: 20, long: 100 })
      const others: unknown[] = []
      for (const [cut, pieces] of everyCut(stream, places, samples)) {
        const made = runStages(pieces)
        if (!isDeepStrictEqual(made, whole)) others.push({ cut, ...made })
        cuts.add()
      }
      expect(others.slice(0, 3)).toEqual([])
    },
  )
}
