#!/usr/bin/env node
import { filter } from '../src/cli/filter.js'
import { chosen, numberedChoice, reading, readingOf } from '../src/cli/options.js'
import { answers } from '../src/core/answers.js'
import { chain } from '../src/core/stage.js'
import { dialects } from '../src/dialects/index.js'
import { json } from '../src/filters/json.js'
import { JSON_OPTIONS, wantedOf } from '../src/filters/json-options.js'
import { snapshots } from '../src/filters/snapshots.js'

void filter({
  name: 'sse-json',
  summary: 'The JSON of an answer: the whole value, what there is of it so far, or each element as it closes.',
  options: {
    ...JSON_OPTIONS,
    schema: {
      type: 'text',
      value: 'FILE',
      what: 'a JSON Schema (draft 2020-12 or 7) to check with; what breaks it is not printed',
    },
    choice: { type: 'text', value: 'N', what: 'the JSON of another choice than 0' },
    ...reading,
  },
  examples: [
    ['or-stream --schema cat.json "Name a cat" | sse-json --schema cat.json', 'a value, whole and checked, or none'],
    [
      'or-stream "Ten cats, as a JSON array" | sse-json --each . | head -n 3',
      'the first three, as soon as they are there',
    ],
    ['sse-json --snapshots answer.sse', 'the value as it grows'],
    ['sse-json --from tool:get_weather answer.sse', 'the arguments of a tool call'],
  ],
  async begin({ schema: file, choice, every, ...options }, _, read) {
    const table = chosen(dialects, options.dialect)
    const how = readingOf(options)
    const wanted = { ...wantedOf(options), ...how, maxBytes: how.maxEventBytes, choice: numberedChoice(choice) }
    // Loaded on demand: checking takes as long to load as all the rest.
    const { checkerOf } = file === undefined ? {} : await import('../src/filters/schema.js')
    const schema = file === undefined ? undefined : checkerOf?.(await read(file), file)
    return {
      work({ clock }) {
        const judged = answers(table, how)
        const { failure, warnings, soFar, ...values } = json(wanted, judged, schema)
        const stage = chain(judged, values)
        const throttle = every === undefined || clock === undefined ? undefined : { every, clock }
        return { stage: options.snapshots ? snapshots(stage, soFar, throttle) : stage, failure, warnings }
      },
    }
  },
})
