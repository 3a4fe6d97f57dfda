import { parseAnswers } from '../../src/core/answer/answers.js'
import type { AnswerEvent } from '../../src/core/answer/event.js'
import { StreamError } from '../../src/core/errors/error.js'
import { events } from '../../src/core/sse/detect.js'
import { chain, fanOut, type Stage } from '../../src/core/stream/stage.js'
import { statusOf } from '../../src/core/errors/codes.js'
import { dialects } from '../../src/dialects/index.js'
import { eventLines } from '../../src/filters/convert/to-ndjson.js'
import { usageSummary } from '../../src/filters/usage/usage-summary.js'
import { text } from '../../src/filters/text/text.js'
import { inShort, judgedIn, writtenIn } from './outcomes.js'

/** Returns the output of a stage and the failure that ended it. Any error other than a `StreamError` is a crash and is thrown. */
export function outcome<In, Out>(stage: Stage<In, Out>, inputs: Iterable<In>) {
  const outputs: Out[] = []
  let failure: StreamError | undefined
  try {
    for (const input of inputs) for (const output of stage.push(input)) outputs.push(output)
    for (const output of stage.end()) outputs.push(output)
  } catch (error) {
    if (!(error instanceof StreamError)) throw error
    failure = error
  }
  return { outputs, failure }
}

/** Returns a stage that passes everything on and also appends it to `items`. */
function collecting<Item>(items: Item[]): Stage<Item, Item> {
  return {
    push(item) {
      items.push(item)
      return [item]
    },
    end: () => [],
  }
}

/** Returns the output of every stage for a stream that arrives in these pieces. */
export function runStages(pieces: readonly Uint8Array[], maxEventBytes?: number) {
  const parsed = outcome(chain(events(maxEventBytes), eventLines({ all: true })), pieces)
  const lines = writtenIn(parsed.outputs)
  const stream: AnswerEvent[] = []
  const judged = chain(parseAnswers(dialects, { maxEventBytes }), collecting(stream))
  const read = outcome(chain(judged, fanOut(text(), usageSummary())), pieces)
  const { verdict, failure, warnings } = judgedIn(stream)
  const failed = read.failure ?? failure
  return {
    events: lines.stdout,
    misread: inShort(parsed.failure ?? lines.failure),
    text: read.outputs.filter((output) => typeof output === 'string').join(''),
    account: read.outputs.find((output) => typeof output === 'object' && 'verdict' in output),
    verdict,
    warnings,
    failure: inShort(failed),
    status: failed === undefined ? 0 : statusOf(failed.code),
  }
}
