// Compares three ways to print the text of an answer under the same ten faults: exit status in sh, and how much text is kept.
// usage: npm run --silent bench:faults > bench/faults.md      prints a Markdown table, which npm run docs adds to docs/reliability.md
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const WORDS = ['Blue ', 'light ', 'is ', 'scattered ', 'most.']
const TEXT = WORDS.join('')
/** Milliseconds after which a command counts as hanging. */
const TIMEOUT = 10_000

const event = (value) => `data: ${JSON.stringify(value)}\n\n`
const chunk = (content, finish_reason = null) =>
  event({ id: 'gen-1', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason }] })
const words = WORDS.map((word) => chunk(word)).join('')
const WHOLE = `${words}${chunk('', 'stop')}data: [DONE]\n\n`

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n'
const coded = (body) => `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`
/** Returns the start of a chunked response, or a complete one. */
const incomplete = (body) => `${HEAD}transfer-encoding: chunked\r\n\r\n${coded(body)}`
const whole = (body) => `${incomplete(body)}0\r\n\r\n`
const refusal = (status, message, header = '') => {
  const body = JSON.stringify({ error: { code: status, message } })
  return `HTTP/1.1 ${status} No\r\ncontent-type: application/json\r\n${header}content-length: ${body.length}\r\n\r\n${body}`
}

/** Faults: name, behaviour of the server for each request in turn, and the text that it sends. */
const FAULTS = [
  ['none', [answer], TEXT],
  ['cut, in chunks', [(socket) => socket.end(incomplete(words))], TEXT],
  ['cut, without a length', [(socket) => socket.end(`${HEAD}connection: close\r\n\r\n${words}`)], TEXT],
  ['reset', [reset], TEXT],
  ['error event in a 200', [(socket) => socket.end(whole(words + errorEvent() + 'data: [DONE]\n\n'))], TEXT],
  [
    'line `error: {…}`',
    [(socket) => socket.end(whole(`${words}error: {"code":500,"message":"it fell over"}\n\n`))],
    TEXT,
  ],
  ['401', [(socket) => socket.end(refusal(401, 'no such key'))], ''],
  ['429, then fine', [(socket) => socket.end(refusal(429, 'slow down', 'retry-after: 1\r\n')), answer], TEXT],
  ['silence', [(socket) => socket.write(incomplete(words))], TEXT],
  ['half an event at the end', [(socket) => socket.end(whole(words + chunk('And so on').slice(0, -20)))], TEXT],
  ['disk full', [answer], TEXT],
]

function answer(socket) {
  socket.end(whole(WHOLE))
}

async function reset(socket) {
  socket.write(incomplete(words))
  // A reset discards data that has not been read.
  await wait(200)
  socket.resetAndDestroy()
}

function errorEvent() {
  const choices = [{ index: 0, delta: { content: '' }, finish_reason: 'error' }]
  return event({ id: 'gen-1', error: { code: 502, message: 'the provider fell over' }, choices })
}

const asked = `{"model":"test/model","stream":true,"messages":[{"role":"user","content":"Why is the sky blue?"}]}`
const auth = '-H "Authorization: Bearer $OPENROUTER_API_KEY" -H "Content-Type: application/json"'
/** Ways to print the text: name in the table, and command line. */
const WAYS = [
  [
    '`curl \\| grep \\| sed \\| jq`',
    `curl -sN --max-time 3 "$OPENROUTER_BASE_URL/chat/completions" ${auth} -d '${asked}' | grep '^data: ' | sed 's/^data: //; /^\\[DONE\\]/d' | jq -rj '.choices[0].delta.content // empty'`,
  ],
  ['OpenAI SDK', 'node bench/peers/openai-client.mjs'],
  [
    '`or-stream \\| sse-text`',
    'node dist/bin/or-stream.cjs -n --idle-timeout 1s "Why is the sky blue?" | node dist/bin/sse-text.cjs',
  ],
]

const folder = mkdtempSync(join(tmpdir(), 'or-stream-faults-'))

/** Runs a command line against a faulty server, and returns its exit status and the text that it printed. */
async function measure(command, turns, isFull) {
  let turn = 0
  const server = createServer((socket) => {
    let request = ''
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      request += bytes.toString('latin1')
      const [head, body] = request.split('\r\n\r\n')
      if (body === undefined || body.length < Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)) return
      request = ''
      turns[Math.min(turn++, turns.length - 1)](socket)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const out = isFull ? '/dev/full' : join(folder, 'out')
  const env = { PATH: process.env.PATH, OPENROUTER_API_KEY: 'sk-or-v1-0123456789abcdef' }
  const sh = spawn('sh', ['-c', command], {
    stdio: ['ignore', openSync(out, 'w'), 'ignore'],
    env: { ...env, OPENROUTER_BASE_URL: `http://127.0.0.1:${server.address().port}/api/v1` },
    detached: true,
  })
  const timer = setTimeout(() => process.kill(-sh.pid, 'SIGKILL'), TIMEOUT)
  const [status] = await once(sh, 'close')
  clearTimeout(timer)
  server.close()
  const kept = isFull ? '' : readFileSync(out, 'utf8')
  return { status, kept }
}

const versionOf = (...command) => execFileSync(command[0], command.slice(1), { encoding: 'utf8' }).split('\n')[0]
const sdk = JSON.parse(readFileSync('node_modules/openai/package.json', 'utf8')).version
const own = JSON.parse(readFileSync('package.json', 'utf8')).version

const lines = []
for (const [name, turns, text] of FAULTS) {
  const cells = []
  for (const [, command] of WAYS) {
    const { status, kept } = await measure(command, turns, name === 'disk full')
    const isPrefix = text.startsWith(kept)
    cells.push(
      `${status ?? `none in ${TIMEOUT / 1000} s`} · ${isPrefix ? `${kept.length} of ${text.length}` : 'other text'}`,
    )
  }
  lines.push(`| ${name} | ${cells.join(' | ')} |`)
}
rmSync(folder, { recursive: true })

console.log(`| fault | ${WAYS.map(([name]) => name).join(' | ')} |
| --- | --- | --- | --- |
${lines.join('\n')}

Measured with ${versionOf('curl', '--version').split(' ').slice(0, 2).join(' ')}, ${versionOf('jq', '--version')}, openai ${sdk}, or-stream ${own}, Node ${process.version}, by \`npm run --silent bench:faults\`.
The command lines:

\`\`\`sh
${WAYS.map(([, command]) => command).join('\n')}
\`\`\``)
