import { filter } from '../cli/filter.js'
import { MAX_EVENT_BYTES_OPTION } from './options/reading.js'
import { events } from '../core/sse/detect.js'
import { chain } from '../core/stream/stage.js'
import { sseBlocks } from '../filters/convert/to-sse.js'

export const sseFormat = filter({
  name: 'sse-format',
  summary: 'Converts the NDJSON of sse-parse --all back to SSE, so that jq can edit a recording.',
  options: MAX_EVENT_BYTES_OPTION,
  examples: [
    [
      "sse-parse --all a.sse | jq -c 'select(.comment == null)' | sse-format > b.sse",
      'remove the comments of a recording',
    ],
    ['sse-format crlf.sse > lf.sse', 'rewrite SSE with LF line ends'],
  ],
  begin: ({ 'max-event-bytes': maxEventBytes }) => ({
    pipeline: () => chain(events(maxEventBytes), sseBlocks()),
  }),
})
