import { filter } from '../cli/filter.js'
import { ANSWER_OPTIONS } from './options/reading.js'
import { events } from '../core/sse/detect.js'
import { chain } from '../core/stream/stage.js'
import { sseBlocks } from '../filters/convert/to-sse.js'

export const sseFormat = filter({
  name: 'sse-format',
  summary: 'NDJSON in, SSE out: the lines of sse-parse --all as a stream again, so that jq can edit a recording.',
  options: { 'max-event-bytes': ANSWER_OPTIONS['max-event-bytes'] },
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
