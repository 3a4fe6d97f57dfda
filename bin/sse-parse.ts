#!/usr/bin/env node
import { clock } from '../src/cli/clock.js'
import { filter } from '../src/cli/filter.js'
import { reading } from '../src/programs/options/reading.js'
import { events } from '../src/core/sse/detect.js'
import { judge } from '../src/core/answer/judge.js'
import { outcomes } from '../src/core/answer/outcomes.js'
import { parseEvents } from '../src/core/answer/parse-events.js'
import { chain, fanOut } from '../src/core/stream/stage.js'
import { withTimestamps } from '../src/core/sse/timestamps.js'
import { dialects } from '../src/dialects/index.js'
import { eventLines } from '../src/filters/convert/to-ndjson.js'

void filter({
  name: 'sse-parse',
  summary: 'SSE in, NDJSON out: one JSON object per event.',
  options: {
    decode: { type: 'flag', short: 'd', what: 'put the decoded value there where the data is a JSON object or array' },
    all: { type: 'flag', what: 'give comments and retry times too, each as a line of its own' },
    time: { type: 'flag', what: 'add "t", the milliseconds since the start' },
    check: { type: 'flag', what: 'judge the answer too: leave with 76 where it is not whole' },
    'max-event-bytes': reading['max-event-bytes'],
  },
  examples: [
    ['sse-parse answer.sse', 'the events of a recording'],
    ["sse-parse -d answer.sse | jq -c 'select(.data.usage?)'", 'look into the chunks with jq'],
  ],
  begin: ({ decode, all, time, check, 'max-event-bytes': maxEventBytes }) => ({
    pipeline() {
      const lines = eventLines({ decode, all })
      const judged = chain(chain(parseEvents(dialects), judge()), outcomes({ warnings: false }))
      const items = events(maxEventBytes)
      return chain(time ? chain(items, withTimestamps(clock)) : items, check ? fanOut(judged, lines) : lines)
    },
  }),
})
