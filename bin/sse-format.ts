#!/usr/bin/env node
import { filter } from '../src/cli/filter.js'
import { reading } from '../src/programs/options/reading.js'
import { events } from '../src/core/sse/detect.js'
import { chain } from '../src/core/stream/stage.js'
import { sseBlocks } from '../src/filters/convert/to-sse.js'

void filter({
  name: 'sse-format',
  summary: 'NDJSON in, SSE out: the lines of sse-parse --all as a stream again, so that jq can edit a recording.',
  options: { 'max-event-bytes': reading['max-event-bytes'] },
  examples: [
    [
      "sse-parse --all a.sse | jq -c 'select(.comment == null)' | sse-format > b.sse",
      'a recording without its comments',
    ],
    ['sse-format crlf.sse > lf.sse', 'SSE is formatted anew'],
  ],
  begin: ({ 'max-event-bytes': maxEventBytes }) => ({
    pipeline: () => chain(events(maxEventBytes), sseBlocks()),
  }),
})
