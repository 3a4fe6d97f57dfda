import { expect, test } from 'vitest'
import { shell, start, startShell } from '../support/spawn.js'
import { upstream } from '../support/upstream.js'
import { chunk } from '../support/wire.js'

/** Begins an answer and goes on with comments until the client leaves, as a slow model does. */
const slow = () =>
  upstream((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(chunk('Blue is '))
    const comments = setInterval(() => response.write(': OPENROUTER PROCESSING\n\n'), 20)
    response.on('close', () => clearInterval(comments))
  })

test('the reader leaves: the upstream request is closed, without a word', async () => {
  const server = await slow()
  const command = 'or-stream x | head -n 1; echo "${PIPESTATUS[*]}"'
  expect(await shell(command, { env: { OPENROUTER_BASE_URL: server.url } }, 'bash')).toEqual({
    stdout: `${chunk('Blue is ').trim()}\n141 0\n`,
    stderr: '',
    status: 0,
  })
  expect(await server.left).toBe(true)
})

test('the disk is full: the upstream request is closed', async () => {
  const server = await slow()
  expect(await shell('or-stream x >/dev/full', { env: { OPENROUTER_BASE_URL: server.url } })).toEqual({
    stdout: '',
    stderr: 'or-stream: write_failed: write error: No space left on device\n',
    status: 74,
  })
  expect(await server.left).toBe(true)
})

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const

test.each(SIGNALS)('%s in mid-answer: the request is closed, what came is kept', async (signal, status) => {
  const server = await slow()
  const child = start('or-stream', ['-n', '--base-url', server.url, 'x'])
  await child.wrote('Blue is ')
  child.kill(signal)
  expect(await child.ended).toEqual({
    stdout: expect.stringMatching(/^data: .*Blue is .*\n\n(: OPENROUTER PROCESSING\n\n)*$/),
    stderr: '',
    status,
  })
  expect(await server.left).toBe(true)
})

test.each(SIGNALS)('%s before the answer: the request is closed', async (signal, status) => {
  const server = await upstream(() => {})
  const child = start('or-stream', ['-n', '--base-url', server.url, 'x'])
  await server.asked
  child.kill(signal)
  expect(await child.ended).toEqual({ stdout: '', stderr: '', status })
  expect(await server.left).toBe(true)
})

test.each(SIGNALS)('%s between the head and the first byte of a body', async (signal, status) => {
  const server = await upstream((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  })
  const child = start('or-stream', ['-n', '-v', '--base-url', server.url, 'x'])
  await child.wrote('HTTP 200', 'stderr')
  child.kill(signal)
  expect(await child.ended).toEqual({ stdout: '', stderr: expect.stringMatching(/HTTP 200\n$/), status })
  expect(await server.left).toBe(true)
})

test('SIGINT while it waits for standard input', async () => {
  const server = await upstream(() => {})
  const child = start('or-stream', ['--base-url', server.url, 'x'])
  await child.wrote('waiting for standard input', 'stderr')
  child.kill('SIGINT')
  expect({ ...(await child.ended), requests: server.requests }).toEqual({
    stdout: '',
    stderr: expect.stringMatching(/^or-stream: waiting for standard input; .+\n$/),
    status: 130,
    requests: [],
  })
})

test('Ctrl-C in an interactive bash leaves the whole loop', async () => {
  const server = await slow()
  const env = { OPENROUTER_BASE_URL: server.url, PS1: '', TERM: 'dumb' }
  const terminal = startShell("script -qec 'bash --norc --noprofile -i' /dev/null", { env })
  terminal.feed('for i in 1 2 3; do or-stream "prompt $i" | sse-text; done; echo "left with $?"\n')
  await terminal.wrote('Blue is ')
  terminal.feed('\u0003')
  await server.left
  terminal.feed('echo "still $((40 + 2))"; exit\n')
  await terminal.wrote('still 42')
  const { stdout } = await terminal.ended
  expect({ asked: server.requests.length, wentOn: /^left with/m.test(stdout) }).toEqual({ asked: 1, wentOn: false })
})
