import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { program, shell } from '../support/spawn.js'

const KEY = 'sk-or-v1-0123456789abcdef'
const STREAM = 'data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
const requests: { headers: Record<string, unknown>; body: string }[] = []

let upstream: Server
let baseUrl: string

beforeAll(async () => {
  upstream = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const { authorization, 'content-type': type, 'x-mine': mine } = request.headers
    requests.push({ headers: { authorization, type, mine }, body: Buffer.concat(pieces).toString() })
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(STREAM)
  }).listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  baseUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`
})

afterAll(() => upstream.close())

test('the command of --curl sends the same request as or-stream', async () => {
  const args = ['--base-url', baseUrl, '-n', '-H', 'X-Mine: a b', "it's $HOME \\ and\n`date`"]
  const env = { OPENROUTER_API_KEY: KEY }
  expect(await program('or-stream', args, { env })).toEqual({ stdout: STREAM, stderr: '', status: 0 })

  const printed = await program('or-stream', ['--curl', ...args], { env })
  expect({ ...printed, stdout: printed.stdout.includes(KEY) }).toEqual({ stdout: false, stderr: '', status: 0 })
  // An endpoint on this machine needs no key, so the command has none.
  expect(await shell(printed.stdout.replace('curl -N', 'curl -sN'))).toEqual({ stdout: STREAM, stderr: '', status: 0 })

  const [byUs, byCurl] = requests
  expect(byCurl?.body).toBe(byUs?.body)
  expect(byCurl?.headers).toEqual({ ...byUs?.headers, authorization: undefined })
})

test.each([
  [[], '-H "authorization: Bearer $OPENROUTER_API_KEY"'],
  [['--endpoint', 'groq', '-m', 'm'], '-H "authorization: Bearer $GROQ_API_KEY"'],
  [['-H', 'Authorization: Bearer mine-mine-mine'], "-H 'authorization: …'"],
  [['-H', 'x-api-key: mine-mine-mine'], "-H 'x-api-key: …'"],
])('--curl %j prints no secret', async (args, header) => {
  const { stdout, ...rest } = await program('or-stream', ['--curl', '-n', ...args, 'hi'], {
    env: { OPENROUTER_API_KEY: KEY },
  })
  expect({ ...rest, header: stdout.includes(header), secret: /mine-mine|0123456789/.test(stdout) }).toEqual({
    stderr: '',
    status: 0,
    header: true,
    secret: false,
  })
})
