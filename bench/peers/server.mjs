// Serves a file as an event stream, as fast as it is read: usage: server.mjs FILE; the URL is printed.
import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'

const server = createServer((request, response) => {
  request.resume()
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  createReadStream(process.argv[2], { highWaterMark: 262_144 }).pipe(response)
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/v1`))
