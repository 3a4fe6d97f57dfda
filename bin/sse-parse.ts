#!/usr/bin/env node
import { filter } from '../src/cli/filter.js'
import { reading } from '../src/cli/options.js'
import { events } from '../src/core/events.js'
import { chain } from '../src/core/stage.js'
import { eventLines } from '../src/filters/events.js'

void filter({
  name: 'sse-parse',
  summary: 'SSE in, NDJSON out: one JSON object per event.',
  options: {
    decode: { type: 'flag', short: 'd', what: 'put the decoded value there where the data is a JSON object or array' },
    all: { type: 'flag', what: 'give comments and retry times too, each as a line of its own' },
    ...reading,
  },
  examples: [
    ['sse-parse answer.sse', 'the events of a recording'],
    ["sse-parse -d answer.sse | jq -c 'select(.data.usage?)'", 'look into the chunks with jq'],
  ],
  work: ({ decode, all, 'max-event-bytes': maxEventBytes }) => {
    const { notes, ...lines } = eventLines({ decode, all })
    return { stage: chain(events(maxEventBytes), lines), notes }
  },
})
