// Prints a line of JSON for each event with a loop around eventsource-parser.
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
