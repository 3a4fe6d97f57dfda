// Prints the text of an answer with a loop around eventsource-parser and JSON.parse, with one write per read.
import { createParser } from 'eventsource-parser'

let words = ''
const parser = createParser({
  onEvent({ data }) {
    if (data !== '[DONE]') words += JSON.parse(data).choices?.[0]?.delta?.content ?? ''
  },
})
const decoder = new TextDecoder()
for await (const bytes of process.stdin) {
  parser.feed(decoder.decode(bytes, { stream: true }))
  process.stdout.write(words)
  words = ''
}
