import { expect, test } from 'vitest'
import { answers } from '../src/core/answers.js'
import { statusOf } from '../src/core/status.js'
import { events } from '../src/core/events.js'
import { chain } from '../src/core/stage.js'
import { dialects } from '../src/dialects/index.js'
import { eventLines } from '../src/filters/events.js'
import { report } from '../src/filters/report.js'
import { text } from '../src/filters/text.js'
import { everyCut, run } from './support/feed.js'
import { cases } from './support/fixtures.js'

function outcomeOf(pieces: Iterable<Uint8Array>) {
  const { failure, verdict, ...judged } = answers(dialects)
  const words = run(chain(judged, text()), pieces).join('')
  const failed = failure()
  return { words, verdict: verdict(), status: failed === undefined ? 0 : statusOf(failed.code) }
}

function linesOf(pieces: Iterable<Uint8Array>): string {
  return run(chain(events(), eventLines({ all: true })), pieces).join('')
}

const all = cases()

test.each(all.map((one) => [one.name, one] as const))(
  '%s: text, verdict and events are the same however the bytes are cut',
  (_, one) => {
    const expected = { words: one.text.toString(), ...one.outcome }
    for (const [cut, pieces] of everyCut(one.stream)) {
      expect({ cut, ...outcomeOf(pieces), events: linesOf(pieces) }).toEqual({ cut, ...expected, events: one.events })
    }
  },
)

test.each(all.map((one) => [one.name, one] as const))(
  '%s: the NDJSON of sse-parse says the same as the stream',
  (_, one) => {
    const fromLines = outcomeOf([Buffer.from(one.events)])
    expect(fromLines.words).toBe(one.text.toString())
  },
)

test.each(all.map((one) => [one.name, one] as const))('%s: the account', (_, one) => {
  const { verdict, ...judged } = answers(dialects)
  const [account = {}] = run(chain(judged, report(verdict)), [one.stream])
  expect(account).toEqual(one.usage)
})

test.each(all.filter(({ reasoning }) => reasoning).map((one) => [one.name, one] as const))(
  '%s: the reasoning, once',
  (_, one) => {
    const { failure: _failure, ...judged } = answers(dialects)
    expect(run(chain(judged, text({ reasoning: 'only' })), [one.stream]).join('')).toBe(one.reasoning?.toString())
  },
)
