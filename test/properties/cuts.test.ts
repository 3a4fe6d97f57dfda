import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { RECORDINGS, STREAMS } from '../support/corpus.js'
import { everyCut } from '../support/feed.js'
import { sized, tally } from '../support/size.js'
import { runStages } from '../support/stations.js'

/** Longer streams are not cut at every byte, and longer recordings not at all, because this takes too long. */
const MAX_LENGTH = 20_000

const cutCount = tally('cut streams with unchanged output of every stage')

for (const source of STREAMS) {
  const rows = source.named((all) => all.filter(({ stream }) => source !== RECORDINGS || stream.length <= MAX_LENGTH))
  test.skipIf(source.isMissing).each(rows)(
    '%s: the output of every stage does not depend on chunk boundaries',
    (_, { stream }) => {
      const whole = runStages([stream])
      const places = sized({ small: 20, ci: 50, long: stream.length > MAX_LENGTH ? 2000 : stream.length })
      const samples = sized({ small: 5, ci: 20, long: 100 })
      const differences: unknown[] = []
      for (const [cut, pieces] of everyCut(stream, places, samples)) {
        const outputs = runStages(pieces)
        if (!isDeepStrictEqual(outputs, whole)) differences.push({ cut, ...outputs })
        cutCount.add()
      }
      expect(differences.slice(0, 3)).toEqual([])
    },
  )
}
