#!/usr/bin/env node
import { clock } from '../src/cli/clock.js'
import { filter } from '../src/cli/filter.js'
import { chosen, numberedChoice, reading, readingOf } from '../src/programs/options/reading.js'
import { parseAnswers } from '../src/core/answer/answers.js'
import { chain } from '../src/core/stream/stage.js'
import { dialects } from '../src/dialects/index.js'
import { json } from '../src/filters/json/json-lines.js'
import { JSON_OPTIONS, wantedOf } from '../src/filters/json/json-options.js'
import { snapshots } from '../src/filters/json/snapshots.js'

void filter({
  name: 'sse-json',
  summary: 'The JSON of an answer: the whole value, what there is of it so far, or each element as it closes.',
  options: { ...JSON_OPTIONS, ...reading },
  examples: [
    ['or-stream --schema cat.json "Name a cat" | sse-json --schema cat.json', 'a value, whole and checked, or none'],
    ['or-stream "Ten cats, as a JSON array" | sse-json --each . | head -n 3', 'the first three at once'],
    ['sse-json --snapshots answer.sse', 'the value as it grows'],
    ['sse-json --from tool:get_weather answer.sse', 'the arguments of a tool call'],
  ],
  async begin({ schema: file, choice, ...options }, _, read) {
    const { every } = options
    const table = chosen(dialects, options.dialect)
    const how = readingOf(options)
    const wanted = { ...wantedOf(options), ...how, maxBytes: how.maxEventBytes, choice: numberedChoice(choice) }
    const schema = file === undefined ? undefined : await checkerIn(file, read)
    return {
      pipeline() {
        const values = json(wanted, schema)
        const throttle = every === undefined ? undefined : { every, clock }
        return chain(parseAnswers(table, how), options.snapshots ? snapshots(values, values.soFar, throttle) : values)
      },
    }
  },
})

/** The schema in a file. Loaded on demand, as most calls don't need it. */
async function checkerIn(file: string, read: (file: string) => Promise<string>) {
  const { checkerOf } = await import('../src/filters/json/schema.js')
  return checkerOf(await read(file), file)
}
