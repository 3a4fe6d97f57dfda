// The same ten faults for three ways to the words of an answer: what $? says in sh, and how much of the text is kept.
// usage: npm run --silent bench:faults > bench/faults.md      a Markdown table; npm run docs puts it into docs/reliability.md
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const WORDS = ['Blue ', 'light ', 'is ', 'scattered ', 'most.']
const TEXT = WORDS.join('')
/** What waits longer than this for an answer that has gone silent waits for ever. */
const PATIENCE = 10_000

const event = (value) => `data: ${JSON.stringify(value)}\n\n`
const chunk = (content, finish_reason = null) =>
  event({ id: 'gen-1', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason }] })
const words = WORDS.map((word) => chunk(word)).join('')
const WHOLE = `${words}${chunk('', 'stop')}data: [DONE]\n\n`

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n'
const coded = (body) => `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`
/** The beginning of an answer in chunks, and a whole one. */
const begun = (body) => `${HEAD}transfer-encoding: chunked\r\n\r\n${coded(body)}`
const whole = (body) => `${begun(body)}0\r\n\r\n`
const refusal = (status, message, header = '') => {
  const body = JSON.stringify({ error: { code: status, message } })
  return `HTTP/1.1 ${status} No\r\ncontent-type: application/json\r\n${header}content-length: ${body.length}\r\n\r\n${body}`
}

/** Each fault: its name, what the server does with the first, the second … request, and how much text it sends. */
const FAULTS = [
  ['none', [answer], TEXT],
  ['cut, in chunks', [(socket) => socket.end(begun(words))], TEXT],
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
  ['silence', [(socket) => socket.write(begun(words))], TEXT],
  ['half an event at the end', [(socket) => socket.end(whole(words + chunk('And so on').slice(0, -20)))], TEXT],
  ['disk full', [answer], TEXT],
]

function answer(socket) {
  socket.end(whole(WHOLE))
}

async function reset(socket) {
  socket.write(begun(words))
  // What has not been read at a reset is lost.
  await wait(200)
  socket.resetAndDestroy()
}

function errorEvent() {
  const choices = [{ index: 0, delta: { content: '' }, finish_reason: 'error' }]
  return event({ id: 'gen-1', error: { code: 502, message: 'the provider fell over' }, choices })
}

const asked = `{"model":"test/model","stream":true,"messages":[{"role":"user","content":"Why is the sky blue?"}]}`
const auth = '-H "Authorization: Bearer $OPENROUTER_API_KEY" -H "Content-Type: application/json"'
/** Each way: its name in the table, and its command line. */
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

/** Serves one fault to one command line: what `$?` says, and how many bytes of the text stand in its output. */
async function measured(command, turns, isFull) {
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
  const timer = setTimeout(() => process.kill(-sh.pid, 'SIGKILL'), PATIENCE)
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
    const { status, kept } = await measured(command, turns, name === 'disk full')
    const isPrefix = text.startsWith(kept)
    cells.push(
      `${status ?? `none in ${PATIENCE / 1000} s`} · ${isPrefix ? `${kept.length} of ${text.length}` : 'other text'}`,
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
