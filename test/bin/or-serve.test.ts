import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { cases } from '../support/fixtures.js'
import { folderWith } from '../support/folder.js'
import { program, start, type Running } from '../support/spawn.js'
import { ANSWER } from '../support/wire.js'

const SECOND = ANSWER.replace('short.', 'second.')

/** Makes `listen` fail as it does for a privileged port. */
const EACCES_PRELOAD = `require('node:net').Server.prototype.listen = function () {
  process.nextTick(() => this.emit('error', Object.assign(new Error('listen'), { code: 'EACCES' })))
  return this
}`

const folder = folderWith({
  'none/notes.txt': 'no recording',
  'first.sse': ANSWER,
  'refusing.cjs': EACCES_PRELOAD,
  'bad/a.sse': ANSWER,
  'bad/a.sse.meta.json': '{}',
  'deep/er/b.sse': SECOND,
  'deep/a.sse': ANSWER,
  'deep/notes.txt': 'no recording',
  'plain.txt': SECOND,
})

/** Starts or-serve on a free port at full speed, and waits until it is ready. */
async function serving(...args: readonly string[]): Promise<Running & { readonly url: string }> {
  const child = start('or-serve', ['--port', '0', '--speed', 'max', ...args], { cwd: folder })
  onTestFinished(() => child.kill('SIGKILL'))
  const url = (await child.wrote('\n')).trim()
  if (!args.includes('-q')) await child.wrote('Ctrl-C ends it\n', 'stderr')
  return { ...child, url }
}

const whole = (stdout: string) => ({ stdout, stderr: '', status: 0 })
const ask = (url: string) => program('or-stream', ['--base-url', url, 'x'], { encoding: 'latin1' })

test('with -q nothing is logged, and SIGTERM ends or-serve during an answer', async () => {
  const child = await serving('-q', '--speed', '0.001', '--drain', '0', 'first.sse')
  const asking = start('or-stream', ['-n', '-v', '--retry', '0', '--base-url', child.url, 'x'])
  await asking.wrote('HTTP 200', 'stderr')
  child.kill('SIGTERM')
  expect(await child.ended).toEqual({ stdout: `${child.url}\n`, stderr: '', status: 143 })
  expect(await asking.ended).toMatchObject({
    stdout: expect.stringContaining('or-serve is shutting down') as string,
    status: 75,
  })
})

test.each([
  ['chat', 'Why is the sky blue?', 'chat/sample-sky'],
  ['chat', 'Why are there tides?', 'chat/sample-tides'],
  ['chat', 'What is a Unix pipe?', 'chat/sample-pipes'],
  ['responses', 'Why is the sky blue?', 'responses/sample-sky'],
  ['messages', 'Why is the sky blue?', 'messages/sample-sky'],
])('without operands: %s, %s is answered by its sample, each time', async (api, prompt, name) => {
  const sample = cases().find((one) => one.name === name)
  const { url } = await serving()
  const sendPrompt = () => program('or-stream', ['--base-url', url, '--api', api, prompt], { encoding: 'latin1' })
  const answers = [await sendPrompt(), await sendPrompt()]
  expect(answers).toEqual(Array(2).fill(whole(sample?.stream.toString('latin1') ?? '')))
})

test('without operands: a prompt that no sample answers is refused, and a known one is named', async () => {
  const { url } = await serving()
  const { stderr, ...rest } = await ask(url)
  expect(rest).toEqual({ stdout: '', status: 69 })
  expect(stderr).toMatch(
    /^or-stream: not_found: .*no recording of this request; in the nearest, .*sample-sky\/stream\.sse, messages\[0\]\.content is "Why is the sky blue\?", not "x".*\n$/,
  )
})

test('files are served in order, folders recursively, byte for byte', async () => {
  const { url } = await serving('plain.txt', 'deep')
  const answers = []
  for (let turn = 0; turn < 4; turn++) answers.push(await ask(url))
  expect(answers).toEqual([SECOND, ANSWER, SECOND, SECOND].map(whole))
})

test('each request is logged on one line', async () => {
  const child = await serving('first.sse')
  await ask(child.url)
  await ask(`${child.url}/nowhere`)
  const log = await child.wrote('404', 'stderr')
  expect(log.split('\n').slice(1, 3)).toEqual([
    'or-serve: POST /api/v1/chat/completions 200 first.sse',
    expect.stringMatching(/^or-serve: POST \/api\/v1\/nowhere\/chat\/completions 404 no such path/),
  ])
})

test('a client that disconnects does not disturb the others', async () => {
  const child = await serving('--speed', '0.001', '--drain', '0', 'first.sse')
  const leaving = start('or-stream', ['-n', '-v', '--base-url', child.url, 'x'])
  await leaving.wrote('HTTP 200', 'stderr')
  leaving.kill('SIGINT')
  await child.wrote('first.sse, the client disconnected\n', 'stderr')
  const staying = start('or-stream', ['-n', '-v', '--base-url', child.url, 'x'])
  await staying.wrote('HTTP 200', 'stderr')
  staying.kill('SIGINT')
  expect((await staying.ended).status).toBe(130)
})

describe('R114 · a port that is in use, privileged or invalid · one line · 69, 77, 64', () => {
  test('in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    expect(await program('or-serve', ['--port', String(port)])).toEqual({
      stdout: '',
      stderr: `or-serve: port_taken: port ${port} is already in use; --port 0 chooses a free one\n`,
      status: 69,
    })
  })

  test('privileged', async () => {
    // The port may not be privileged on this machine, so the error is simulated.
    const env = { NODE_OPTIONS: `--require=${folder}/refusing.cjs` }
    expect(await program('or-serve', ['--port', '80'], { env })).toEqual({
      stdout: '',
      stderr: 'or-serve: forbidden: port 80 requires superuser rights\n',
      status: 77,
    })
  })

  test.each([
    ['70000', '--port takes 0 to 65535, not 70000'],
    ['1.5', '--port takes 0 to 65535, not 1.5'],
    ['http', '--port takes a number, not "http"'],
  ])('invalid: %s', async (port, message) => {
    expect(await program('or-serve', ['--port', port])).toEqual({
      stdout: '',
      stderr: `or-serve: usage: ${message}\n`,
      status: 64,
    })
  })
})

test.each(['0.5', '1', '2', '1e3', 'max'])('--speed %s', async (speed) => {
  const child = await serving('--speed', speed, 'first.sse')
  child.kill('SIGTERM')
  expect((await child.ended).status).toBe(143)
})

test.each([
  [['--speed', '0'], 'usage: --speed takes a number above 0 or "max", not "0"', 64],
  [['--speed=-1'], 'usage: --speed takes a number above 0 or "max", not "-1"', 64],
  [['--speed', 'fast'], 'usage: --speed takes a number above 0 or "max", not "fast"', 64],
  [['--speed='], 'usage: --speed takes a number above 0 or "max", not ""', 64],
  [['nowhere.sse'], 'no_input: nowhere.sse: No such file or directory', 66],
  [['first.sse', 'nowhere'], 'no_input: nowhere: No such file or directory', 66],
  [['none'], 'no_input: no .sse file in none', 66],
  [['bad'], 'bad_data: bad/a.sse.meta.json: this is not the metadata of a recording', 65],
  [
    ['--faults', 'fire'],
    'usage: --faults takes a status from 400 to 599, cut, reset, stall, slow, each with an optional rate (cut=0.1), not "fire"',
    64,
  ],
  [['--faults', 'cut=2'], 'usage: --faults takes rates from 0 to 1, not "cut=2"', 64],
  [
    ['--faults', '200'],
    'usage: --faults takes a status from 400 to 599, cut, reset, stall, slow, each with an optional rate (cut=0.1), not "200"',
    64,
  ],
  [['--record'], 'usage: --record needs exactly one folder for the recordings', 64],
  [['--record', 'a', 'b'], 'usage: --record needs exactly one folder for the recordings', 64],
  [['--upstream', 'http://127.0.0.1:1'], 'usage: --upstream needs --record', 64],
  [
    ['--record', '--upstream', 'ftp://x', 'a'],
    'bad_config: the base URL must begin with https:// or http://, not "ftp://x"',
    78,
  ],
])('%j', async (args, line, status) => {
  expect(await program('or-serve', args, { cwd: folder })).toEqual({
    stdout: '',
    stderr: `or-serve: ${line}\n`,
    status,
  })
})
