import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { faults } from '../support/faults.js'
import { resolving } from '../support/names.js'
import { few } from '../support/size.js'
import { CANARY, hasCanary, program, shell, start, type Ended } from '../support/spawn.js'
import { reply, stream, upstream, type Received } from '../support/upstream.js'
import { ANSWER, chunk, errorEvent } from '../support/wire.js'

/** One attempt only. */
const ONCE = ['--no-stdin', '--retry', '0']
const ask = (url: string, ...args: string[]) => program('or-stream', [...ONCE, ...args, '--base-url', url, 'x'])
const failed = (line: string, status: number): Ended => ({ stdout: '', stderr: `or-stream: ${line}\n`, status })

/** Starts an answer that never ends by itself. */
const waiting = (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write(chunk('Blue '))
}

const commandLineOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()

describe('R76 · the key on the command line, which all users of a machine can read · there is no option for it · 64', () => {
  test.each(few(['--key', '--api-key', '--token']))('%s', async (option) => {
    expect(await program('or-stream', [option, 'x', 'Why?'])).toMatchObject({
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`^or-stream: usage: unknown option ${option}\\b.*\n$`)),
      status: 64,
    })
  })

  test('during a call', async () => {
    const server = await upstream(waiting)
    const child = start('or-stream', ['-n', '--base-url', server.url, 'x'])
    await child.wrote('Blue ')
    expect(commandLineOf(child.pid)).toMatch(/or-stream\.cjs -n --base-url http:\S+ x$/)
    child.kill('SIGTERM')
    expect(await child.ended).toMatchObject({ status: 143 })
  })
})

describe('R78 · the key in what is told: --verbose, --dry-run, --curl, --errors=json, the log of a server · nowhere; the whole suite runs with a canary key, and fails where a program writes it · the same', () => {
  test('what finds it, finds it', () => {
    const half = CANARY.slice(-20)
    expect([CANARY, `x ${half.toUpperCase()} y`, half, 'sk-or-v1-', ''].map(hasCanary)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })

  test.each(
    few([
      ['--verbose', ['-v'], 0],
      ['--dry-run', ['--dry-run'], 0],
      ['--curl', ['--curl'], 0],
      ['--verbose --errors=json', ['-v', '--errors=json'], 0],
    ]),
  )('%s', async (_, args, status) => {
    const server = await upstream(stream(ANSWER))
    const ended = await ask(server.url, ...args)
    expect({ has: hasCanary(JSON.stringify(ended)), status: ended.status }).toEqual({ has: false, status })
  })

  test('the key is sent, so that there is something to find', async () => {
    const server = await upstream(stream(ANSWER))
    await ask(server.url)
    expect(server.requests.map(({ headers }) => headers['authorization'])).toEqual([`Bearer ${CANARY}`])
  })

  test('the log of or-serve', async () => {
    const server = start('or-serve', ['--port', '0', '-v'])
    const [url = ''] = (await server.wrote('/api/v1\n')).split('\n')
    expect((await ask(url)).status).toBe(0)
    server.kill('SIGTERM')
    expect(await server.ended).toMatchObject({ stderr: expect.not.stringContaining(CANARY), status: 143 })
  })
})

const message = (text: string) => JSON.stringify({ error: { code: 401, message: text } })
const html = { 'content-type': 'text/html' }

const echoes: readonly [string, (response: ServerResponse, request: Received) => void][] = [
  ['whole', (response) => reply(401, message(`Incorrect API key provided: ${CANARY}`))(response)],
  ['half of it', (response) => reply(401, message(`Incorrect API key provided: ${CANARY.slice(0, 20)}...`))(response)],
  ['masked', (response) => reply(401, message(`bad: ${CANARY.slice(0, 18)}****${CANARY.slice(-8)}`))(response)],
  ['as a header', (response, { headers }) => reply(400, message(JSON.stringify(headers)))(response)],
  ['in a page', (response) => reply(500, `<title>${CANARY}</title>`, html)(response)],
  ['in a redirect', (response) => reply(302, '', { location: `https://${CANARY}.example/` })(response)],
  ['in the type of the content', (response) => reply(200, 'x', { 'content-type': `x/${CANARY}` })(response)],
  ['in a 200', (response) => reply(200, `{"key":"${CANARY}"}`)(response)],
  ['in the metadata', (response) => reply(429, `{"error":{"metadata":{"raw":"${CANARY}"}}}`)(response)],
]

describe('R79 · a server that echoes the key, whole, in part or masked · every piece of eight characters is replaced before it is told · that of the failure', () => {
  test.each(few(echoes))('%s', async (_, script) => {
    const server = await upstream(script)
    for (const args of [['-v'], ['--errors=json', '-v']]) {
      const { stdout, stderr, status } = await ask(server.url, ...args)
      const found = Array.from({ length: CANARY.length - 7 }, (_piece, at) => CANARY.slice(at, at + 8))
      expect({ stdout, found: found.filter((piece) => stderr.includes(piece)), failed: status > 0 }).toEqual({
        stdout: '',
        found: [],
        failed: true,
      })
    }
  })

  test('in an error event: it is part of the answer, but not of the message', async () => {
    const key = 'sk-or-v1-0123456789abcdef'
    const bytes = `${chunk('one')}${errorEvent(401, `bad key ${key}`)}`
    const server = await upstream(stream(bytes))
    const args = [...ONCE, '--base-url', server.url, 'x']
    expect(await program('or-stream', args, { env: { OPENROUTER_API_KEY: key } })).toEqual({
      stdout: bytes,
      stderr: 'or-stream: auth: bad key [key] (401)\n',
      status: 77,
    })
  })
})

describe('R80 · a key with a new line, a tab, a blank, a letter beyond ASCII in it · blanks around it go; otherwise the place is named, never the key · 78', () => {
  test.each(
    few([
      ['a line break', 'ca11\nab1e', 5],
      ['a line break', 'ca11ab1e\rca11', 9],
      ['a line break', 'ca11ab1e\r\nX-Two: 2', 9],
      ['white space', 'ca11\tab1e', 5],
      ['white space', 'Bearer ca11ab1e', 7],
      ['a control character', '\u001b[31mca11ab1e', 1],
      ['a control character', 'ca11ab1e\u007f', 9],
      ['a non-ASCII character', 'c\u00e411ab1e', 2],
      ['a non-ASCII character', 'ca11\u20acab1e', 5],
      ['a non-ASCII character', 'ca11ab1e\u{1f41f}', 9],
    ]),
  )('%s: %j', async (kind, key, place) => {
    expect(await program('or-stream', ['-n', 'x'], { env: { OPENROUTER_API_KEY: key } })).toEqual(
      failed(`no_key: the key has ${kind} at position ${place}, which a key cannot have`, 78),
    )
  })

  test.each(few([` ${CANARY}`, `${CANARY}\n`, `\t${CANARY}\r\n`]))('blanks around it: %j', async (key) => {
    const server = await upstream(stream(ANSWER))
    const args = [...ONCE, '--base-url', server.url, 'x']
    expect(await program('or-stream', args, { env: { OPENROUTER_API_KEY: key } })).toEqual({
      stdout: ANSWER,
      stderr: '',
      status: 0,
    })
    expect(server.requests.map(({ headers }) => headers['authorization'])).toEqual([`Bearer ${CANARY}`])
  })
})

describe('R81 · NODE_DEBUG, which makes Node tell what it does · no header is among it · the same', () => {
  test.each(few(['*', 'http,https,net,tls,stream', 'undici,fetch']))('NODE_DEBUG=%s', async (modules) => {
    const server = await upstream(stream(ANSWER))
    const args = [...ONCE, '--base-url', server.url, 'x']
    const { stdout, stderr, status } = await program('or-stream', args, { env: { NODE_DEBUG: modules } })
    expect({ stdout, has: /ca11ab1e|authorization/i.test(stderr), status }).toEqual({
      stdout: ANSWER,
      has: false,
      status: 0,
    })
  })
})

const refused = (url: string) =>
  failed(
    `bad_config: "${url}" would send the prompt and the key unencrypted: use https://, or allow it with --insecure-http`,
    78,
  )

describe('R82 · http:// to another machine, which anybody between can read · refused before anything is sent, unless --insecure-http; never to a known provider · 78', () => {
  test.each(
    few(['http://192.0.2.1/v1', 'http://llm.example/v1', 'http://[2001:db8::1]:8080/v1', 'http://127.0.0.1.example']),
  )('%s', async (url) => {
    expect(await ask(url)).toEqual(refused(url))
  })

  test.each(few(['http://openrouter.ai/api/v1', 'http://api.openai.com/v1']))('a known provider: %s', async (url) => {
    expect(await ask(url, '--insecure-http')).toMatchObject({
      stdout: '',
      stderr: expect.stringMatching(/^or-stream: bad_config: \w+ requires https:\/\/, not "http:.+"\n$/),
      status: 78,
    })
  })

  test('another machine, which is not asked before it is allowed', async () => {
    const server = await faults(['whole'])
    const url = server.url.replace('127.0.0.1', 'llm.example')
    const env = resolving('llm.example', ['127.0.0.1'])
    const askName = (...args: string[]) => program('or-stream', [...ONCE, ...args, '--base-url', url, 'x'], { env })
    expect([await askName(), server.connections.all]).toEqual([refused(url), 0])
    expect(await askName('--insecure-http')).toEqual({ stdout: ANSWER, stderr: '', status: 0 })
  })
})

describe('R83 · a base URL of another scheme, with a password, with a host that is none · refused, and a password in it is not repeated · 78', () => {
  test.each(
    few([
      'data:text/plain,x',
      'file:///etc/passwd',
      'ftp://llm.example/v1',
      'javascript:alert(1)',
      'llm.example/v1',
      '//llm.example/v1',
      'https://me:ca11ab1e@llm.example/v1',
      'https://ca11ab1e@llm.example/v1',
      'https://llm.example./v1',
      'https://llm%2Fexample/v1',
      'https://llm.example:99999/v1',
      'https://llm.example/v1?key=ca11ab1e',
      'https://llm.example/v1#ca11ab1e',
      'https://',
    ]),
  )('%s', async (url) => {
    expect(await ask(url)).toMatchObject({
      stdout: '',
      stderr: expect.stringMatching(/^or-stream: bad_config: (?!.*ca11ab1e).+\n$/),
      status: 78,
    })
  })

  test('a host in another script is asked by its ASCII name', async () => {
    expect(await program('or-stream', ['--curl', '-n', '--base-url', 'https://ｌｌｍ.example/v1', 'x'])).toMatchObject({
      stdout: expect.stringContaining('https://llm.example/v1/chat/completions'),
      status: 0,
    })
  })
})

describe('R84 · a prompt that the other users of a machine may not read · from standard input or a file it stands on no command line · 0', () => {
  test('during a call', async () => {
    const server = await upstream(waiting)
    const child = start('or-stream', ['--base-url', server.url])
    child.feed('a secret wish')
    child.close()
    await child.wrote('Blue ')
    expect([commandLineOf(child.pid).includes('wish'), server.requests[0]?.body.includes('a secret wish')]).toEqual([
      false,
      true,
    ])
    child.kill('SIGTERM')
    expect(await child.ended).toMatchObject({ status: 143 })
  })
})

describe('R85 · a redirect to another origin · it gets nothing, neither key nor prompt · 76', () => {
  test.each(few([301, 302, 303, 307, 308]))('HTTP %i', async (status) => {
    const other = await faults()
    const server = await upstream(reply(status, '', { location: `${other.url}/chat/completions` }))
    expect(await shell(`or-stream -n x | cat >&2`, { env: { OPENROUTER_BASE_URL: server.url } })).toEqual({
      stdout: '',
      stderr: expect.stringContaining(`redirected to ${other.host} (HTTP ${status}); redirects are not followed`),
      status: 0,
    })
    expect([server.requests.length, other.connections.all]).toEqual([1, 0])
  })
})
