import { clock } from '../cli/clock.js'
import { filter } from '../cli/filter.js'
import { MAX_EVENT_BYTES_OPTION } from './options/reading.js'
import { events } from '../core/sse/detect.js'
import { judge } from '../core/answer/judge.js'
import { outcomes } from '../core/answer/outcomes.js'
import { parseEvents } from '../core/answer/parse-events.js'
import { chain, fanOut } from '../core/stream/stage.js'
import { withTimestamps } from '../core/sse/timestamps.js'
import { dialects } from '../dialects/index.js'
import { eventLines } from '../filters/convert/to-ndjson.js'

export const sseParse = filter({
  name: 'sse-parse',
  summary: 'Converts SSE to NDJSON, one JSON object per event.',
  options: {
    decode: { type: 'flag', short: 'd', description: 'parse the data if it is a JSON object or array' },
    all: { type: 'flag', description: 'also print comments and retry times, one per line' },
    time: { type: 'flag', description: 'add "t", the milliseconds since the program started' },
    check: { type: 'flag', description: 'also check the answer, and exit 76 if it is incomplete' },
    ...MAX_EVENT_BYTES_OPTION,
  },
  examples: [
    ['sse-parse answer.sse', 'print the events of a recording'],
    ["sse-parse -d answer.sse | jq -c 'select(.data.usage?)'", 'select the chunks that report usage'],
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
