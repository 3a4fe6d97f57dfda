// The words of an answer: eventsource-parser and JSON.parse in a loop, what came of each read written at once.
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
