// A line of JSON for each event: eventsource-parser in a loop.
import { createParser } from 'eventsource-parser'

let lines = ''
const parser = createParser({
  onEvent({ event = 'message', data }) {
    lines += `${JSON.stringify({ event, data })}\n`
  },
})
const decoder = new TextDecoder()
for await (const bytes of process.stdin) {
  parser.feed(decoder.decode(bytes, { stream: true }))
  process.stdout.write(lines)
  lines = ''
}
