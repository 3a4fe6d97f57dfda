// Serves a file as an event stream, as fast as it is read; or generates events at a fixed rate, each with the current time.
// usage: server.mjs FILE      server.mjs --events COUNT --rate PER-SECOND      prints its URL
import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  options: { events: { type: 'string' }, rate: { type: 'string' } },
  allowPositionals: true,
})
const [count, rate] = [Number(values.events), Number(values.rate)]

const chunk = (content, finish = null) =>
  `data: ${JSON.stringify({ id: 'gen-1', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`

/** Returns the text of an event: the current time, in microseconds of the monotonic clock that all processes share. */
const now = () => `${process.hrtime.bigint() / 1000n} `

function timed(response) {
  let sent = 0
  const gap = 1000 / rate
  const start = performance.now()
  const send = () => {
    while (sent < count && performance.now() - start >= sent * gap) {
      response.write(chunk(now()))
      sent++
    }
    if (sent < count) setTimeout(send, Math.max(0, start + sent * gap - performance.now()))
    else response.end(`${chunk('', 'stop')}data: [DONE]\n\n`)
  }
  send()
}

const server = createServer((request, response) => {
  request.resume()
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  if (values.events !== undefined) timed(response)
  else createReadStream(positionals[0], { highWaterMark: 262_144 }).pipe(response)
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/v1`))
