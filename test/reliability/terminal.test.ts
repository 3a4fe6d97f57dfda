import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parseAnswers } from '../../src/core/answer/answers.js'
import { chain } from '../../src/core/stream/stage.js'
import { visible } from '../../src/core/text/terminal.js'
import { dialects } from '../../src/dialects/index.js'
import { text } from '../../src/filters/text/text.js'
import { everyCut, run, utf8Bytes } from '../support/feed.js'
import { folderWith } from '../support/folder.js'
import { few } from '../support/size.js'
import { program, shell, start, startShell } from '../support/spawn.js'
import { rawUpstream, reply, stream, STREAM_HEAD, upstream } from '../support/upstream.js'
import { ANSWER, chunk, DONE, errorEvent, event } from '../support/wire.js'

/** Control sequences, and how they are shown in a terminal. */
const DRIVES = [
  ['a colour', '\u001b[31m', '^[[31m'],
  ['clears the screen', '\u001b[2J\u001b[H', '^[[2J^[[H'],
  ['asks for an answer that is typed', '\u001b[6n\u001b[c', '^[[6n^[[c'],
  ['the title, OSC 0', '\u001b]0;title\u0007', '^[]0;title^G'],
  [
    'a link, OSC 8',
    '\u001b]8;;https://x.example\u001b\\here\u001b]8;;\u001b\\',
    '^[]8;;https://x.example^[\\here^[]8;;^[\\',
  ],
  ['the clipboard, OSC 52', '\u001b]52;c;cm0gLXJm\u0007', '^[]52;c;cm0gLXJm^G'],
  ['a file, OSC 1337', '\u001b]1337;File=:x\u001b\\', '^[]1337;File=:x^[\\'],
  ['DCS', '\u001bP$q"p\u001b\\', '^[P$q"p^[\\'],
  ['APC, PM, SOS', '\u001b_a\u001b\\\u001b^b\u001b\\\u001bXc\u001b\\', '^[_a^[\\^[^b^[\\^[Xc^[\\'],
  ['a reset', '\u001bc', '^[c'],
  ['another character set', '\u001b(0\u000eabc\u000f', '^[(0^Nabc^O'],
  ['CSI as one character', '\u009b31m', '<U+009B>31m'],
  ['OSC as one character', '\u009d52;c;eA==\u009c', '<U+009D>52;c;eA==<U+009C>'],
  ['DCS as one character', '\u0090q\u009c', '<U+0090>q<U+009C>'],
  ['the ends of C1', '\u0080\u0085\u008d\u009f', '<U+0080><U+0085><U+008D><U+009F>'],
  ['a bell', 'a\u0007b', 'a^Gb'],
  ['backspaces', 'good\b\b\b\bevil', 'good^H^H^H^Hevil'],
  ['a return without a new line', 'good\revil', 'good^Mevil'],
  ['a return before a new line', 'good\r\nevil', 'good^M\nevil'],
  ['DEL', 'a\u007fb', 'a<U+007F>b'],
  ['NUL, ENQ, XON, XOFF, SUB', '\0\u0005\u0011\u0013\u001a', '^@^E^Q^S^Z'],
  ['a vertical tab, a new page', '\v\f', '^K^L'],
  ['a half sequence at the end', 'a\u001b', 'a^['],
] as const

const BIDI = [
  ['overrides', '\u202aa\u202bb\u202cc\u202dd\u202ee', '<U+202A>a<U+202B>b<U+202C>c<U+202D>d<U+202E>e'],
  ['isolates', '\u2066a\u2067b\u2068c\u2069d', '<U+2066>a<U+2067>b<U+2068>c<U+2069>d'],
  ['in a line of code', 'if (x) \u2066// \u202eadmin', 'if (x) <U+2066>// <U+202E>admin'],
] as const

/** Unusual text that must not be changed. */
const HARMLESS = [
  ['tabs and new lines', 'a\tb\n\nc\n'],
  ['joined emoji', '👩‍👩‍👧 🏴‍☠️'],
  ['right to left', 'שלום עליכם مرحبا'],
  ['marks of direction', 'a\u200eb\u200fc\u061cd'],
  ['letters that look like others', 'раураl'],
  ['zero width', 'a\u200bb\u200dc\ufeffd'],
  ['the ends of the range', ' ~\u00a0\u2029\u202f\u2065\u206a'],
] as const

const HOSTILE = [...DRIVES, ...BIDI]
/** Characters that must not be sent to a terminal. */
const DRIVEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/
const END = `${chunk('', 'stop')}${DONE}`

/** Splits a text in two at every UTF-16 offset, also inside a surrogate pair. */
const splits = (whole: string) =>
  Array.from({ length: whole.length - 1 }, (_, at) => [whole.slice(0, at + 1), whole.slice(at + 1)] as const)

/** Returns the writes to standard output for the bytes of a stream. */
const pieces = (bytes: Iterable<Uint8Array>) =>
  run(chain(parseAnswers(dialects), text()), bytes).filter((piece) => typeof piece === 'string')

const folder = folderWith({
  'hostile.sse': `${HOSTILE.map(([title, hostile]) => chunk(`${title}: ${hostile}\n`)).join('')}${END}`,
  'harmless.sse': `${HARMLESS.map(([title, harmless]) => chunk(`${title}: ${harmless}\n`)).join('')}${END}`,
})

/** The hint of or-stream before it writes to a terminal. */
const HINT = 'or-stream: the output is raw SSE; append "| sse-text" to print only the text of the answer\n'

/** Runs a command line in a terminal and returns everything sent to it, with LF as line ends. */
async function shown(command: string, env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await shell(`script -qec "$COMMAND" /dev/null`, { cwd: folder, env: { ...env, COMMAND: command } })
  return stdout.replaceAll('\r\n', '\n')
}

/** Starts sse-text in a terminal and writes deltas one by one, each after the previous one is shown. */
async function typed(name: string, deltas: readonly (readonly [delta: string, shown: string])[]): Promise<string> {
  const fifo = join(folder, name)
  await execa('mkfifo', [fifo])
  const terminal = startShell(`exec script -qec 'sse-text <${fifo}' /dev/null`)
  onTestFinished(() => terminal.kill('SIGKILL'))
  const input = createWriteStream(fifo)
  let whole = ''
  for (const [delta, part] of deltas) {
    input.write(chunk(delta))
    whole += part.replaceAll('\n', '\r\n')
    await terminal.wrote(whole)
  }
  input.end(END)
  return (await terminal.ended).stdout.replaceAll('\r\n', '\n')
}

describe('R73 · control sequences in the words of a model · shown in a terminal, unchanged in a pipe · 0', () => {
  test.each(few(HOSTILE))('in any two pieces: %s', (_, hostile, seen) => {
    for (const [head, tail] of splits(hostile)) {
      const written = pieces([utf8Bytes(chunk(head)), utf8Bytes(chunk(tail) + END)])
      expect(written.join('')).toBe(hostile)
      expect(written.map(visible).join('')).toBe(seen)
    }
  })

  test('the bytes of a stream cut anywhere', () => {
    const bytes = utf8Bytes(HOSTILE.map(([, hostile]) => chunk(hostile)).join('') + END)
    const seen = HOSTILE.map(([, , one]) => one).join('')
    for (const [name, cut] of everyCut(bytes)) expect([name, pieces(cut).map(visible).join('')]).toEqual([name, seen])
  })

  test('all of them in a terminal', async () => {
    expect(await shown('sse-text hostile.sse')).toBe(HOSTILE.map(([title, , seen]) => `${title}: ${seen}\n`).join(''))
  })

  test('all of them in a terminal, in two writes', async () => {
    const rows = HOSTILE.flatMap(([, hostile, seen], row) =>
      splits(hostile).map(([head, tail], at) => {
        const first = `#${row}.${at} `
        // The number before each text and the dot after it identify the write.
        return [`${first}${head}`, `${tail} .\n`, `${first}${seen} .\n`] as const
      }),
    )
    const deltas = rows.flatMap(([head, tail]) => [head, tail]).map((delta) => [delta, visible(delta)] as const)
    expect(await typed('split', deltas)).toBe(rows.map(([, , seen]) => seen).join(''))
  })

  test('what is harmless stays as it is', async () => {
    const words = HARMLESS.map(([title, harmless]) => `${title}: ${harmless}\n`).join('')
    expect(await shown('sse-text harmless.sse')).toBe(words)
    expect(await shell('sse-text harmless.sse', { cwd: folder })).toEqual({ stdout: words, stderr: '', status: 0 })
  })

  test('to a pipe and to a file all goes as it came', async () => {
    const words = HOSTILE.map(([title, hostile]) => `${title}: ${hostile}\n`).join('')
    const expected = { stdout: words, stderr: '', status: 0 }
    expect(await shell('sse-text hostile.sse', { cwd: folder })).toEqual(expected)
    expect(await shell('sse-text hostile.sse >words; cat words', { cwd: folder })).toEqual(expected)
    expect(await shell('sse-text hostile.sse | cat', { cwd: folder, env: { TERM: 'xterm' } })).toEqual(expected)
  })

  test('a character that the bytes of a server are cut in', async () => {
    const sockets: Socket[] = []
    const server = await rawUpstream((socket) => {
      sockets.push(socket)
      socket.write(Buffer.from(`${STREAM_HEAD}\r\n${chunk('Blue is ')}: a\u00c2`, 'latin1'))
    })
    const env = { OPENROUTER_BASE_URL: server.url }
    const terminal = startShell("exec script -qec 'or-stream -n x' /dev/null", { env })
    await terminal.wrote(': a')
    sockets[0]?.end(Buffer.from(`\u009b31m\n\n${chunk('short.')}${END}`, 'latin1'))
    expect((await terminal.ended).stdout.replaceAll('\r\n', '\n')).toBe(
      `${HINT}${chunk('Blue is ')}: a<U+009B>31m\n\n${chunk('short.')}${END}`,
    )
  })

  test('bytes that are no characters', async () => {
    const bytes = Buffer.from([...Buffer.from(': a'), 0x9b, 0x33, 0x31, 0x6d, 0xff, 0xc2, 0x0a, 0x0a])
    const server = await upstream(stream(Buffer.concat([bytes, Buffer.from(ANSWER)])))
    expect(await shown('or-stream -n x', { OPENROUTER_BASE_URL: server.url })).toBe(
      `${HINT}: a\ufffd31m\ufffd\ufffd\n\n${ANSWER}`,
    )
  })
})

describe('raw SSE in a terminal · one line on stderr names sse-text before the first byte · 0', () => {
  test.each([
    ['or-stream -n x', `${HINT}${ANSWER}`],
    ['or-stream -nq x', ANSWER],
    ['or-stream -n x 2>/dev/null', ANSWER],
    ['or-stream -n x | cat', ANSWER],
    ['or-stream -n x >/dev/null', ''],
    ['or-stream --dry-run -n -m a/b x', '{"model":"a/b","messages":[{"role":"user","content":"x"}],"stream":true}\n'],
  ])('%s', async (command, seen) => {
    const server = await upstream(stream(ANSWER))
    expect(await shown(command, { OPENROUTER_BASE_URL: server.url })).toBe(seen)
  })

  test('a refused request has no such line', async () => {
    const server = await upstream(reply(402, '{"error":{"message":"no"}}'))
    expect(await shown('or-stream -n x', { OPENROUTER_BASE_URL: server.url })).toBe(
      'or-stream: credits: no (HTTP 402); add credits, raise the limit, or use a free model\n',
    )
  })
})

const NAME = 'x\u001b[31m\u009b2J\u0007\u202e\r\u007f'
const SEEN = 'x^[[31m<U+009B>2J^G<U+202E>^M<U+007F>'

/** Returns a chunk with `name` in every field that contains a name. */
const named = (name: string, content = `${name}\n`) =>
  event({
    id: name,
    object: 'chat.completion.chunk',
    model: name,
    provider: name,
    choices: [{ index: 0, delta: { content, reasoning: name }, finish_reason: 'stop', native_finish_reason: name }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  })

describe('R73, R74 · control sequences in whatever a program writes · shown in a terminal · 0', () => {
  writeFileSync(join(folder, 'named.sse'), `: ${NAME}\nevent: ${NAME}\n${named(NAME)}${DONE}`)
  writeFileSync(join(folder, 'other.sse'), `: ${NAME}\n\n${named(NAME)}${DONE}`)
  writeFileSync(join(folder, NAME), ANSWER)

  test.each(
    few([
      'sse-text --reasoning stdout other.sse',
      'sse-text --reasoning stderr other.sse',
      'sse-text --reasoning only other.sse',
      'sse-text --chat --usage other.sse',
      'sse-text --choice all other.sse',
      'sse-text --final other.sse',
      'sse-usage other.sse',
      'sse-usage --tee other.sse',
      'sse-usage --json other.sse',
      'sse-usage --by model other.sse named.sse',
      'sse-usage x* other.sse',
      'sse-parse --all named.sse',
      'sse-parse --decode --all named.sse',
    ]),
  )('%s', async (command) => {
    const seen = await shown(command)
    expect(seen.replaceAll('\n', '')).not.toMatch(DRIVEN)
    expect(seen).toContain('<U+202E>')
  })

  test.each(few(['or-stream -n', 'or-stream --dry-run', 'or-stream --curl']))('%s', async (command) => {
    const server = await upstream(stream(`: ${NAME}\n\n${ANSWER}`))
    const env = { OPENROUTER_BASE_URL: server.url, PROMPT: NAME }
    const seen = await shown(`${command} "$PROMPT"`, env)
    expect(seen.replaceAll('\n', '')).not.toMatch(DRIVEN)
    expect(seen).toContain('<U+202E>')
  })

  test('a dumb terminal is one too', async () => {
    expect(await shown('sse-text hostile.sse', { TERM: 'dumb', NO_COLOR: '1' })).toBe(
      HOSTILE.map(([title, , seen]) => `${title}: ${seen}\n`).join(''),
    )
  })
})

describe('R74 · text that is written backwards, or looks like another · direction marks are shown in a terminal · 0', () => {
  test.each(few(BIDI))('%s', async (_, hostile, seen) => {
    writeFileSync(join(folder, 'bidi.sse'), chunk(hostile) + END)
    expect(await shown('sse-text bidi.sse')).toBe(`${seen}\n`)
    expect(await shell('sse-text bidi.sse', { cwd: folder })).toEqual({ stdout: hostile, stderr: '', status: 0 })
  })
})

/** A command line whose standard error contains a name from its input. */
interface StderrCase {
  readonly title: string
  readonly name: string
  readonly args: readonly string[]
  readonly input?: string
}

const failing = (fields: object) =>
  `${chunk('a')}${event({ choices: [], error: { code: 500, message: 'm', ...fields } })}`

const filtered: readonly StderrCase[] = [
  { title: 'the model, in the report of a tee', name: 'sse-usage', args: ['--tee'], input: named(NAME) + DONE },
  { title: 'the model, in a footer', name: 'sse-text', args: ['--usage'], input: named(NAME) + DONE },
  { title: 'reasoning', name: 'sse-text', args: ['--reasoning', 'stderr'], input: named(NAME) + DONE },
  { title: 'the message of an error', name: 'sse-text', args: [], input: failing({ message: NAME }) },
  { title: 'the code of an error', name: 'sse-text', args: [], input: failing({ code: NAME }) },
  {
    title: 'the provider of an error',
    name: 'sse-text',
    args: [],
    input: failing({ message: NAME, metadata: { provider_name: NAME } }),
  },
  { title: 'what is no event stream', name: 'sse-text', args: [], input: `hello ${NAME}\n` },
  { title: 'what is no event stream', name: 'sse-parse', args: [], input: `hello ${NAME}\n` },
  { title: 'what is no JSON', name: 'sse-usage', args: [], input: `data: {${NAME}\n\n${DONE}` },
  { title: 'a line that is no JSON', name: 'sse-parse', args: [], input: `{${NAME}\n` },
  { title: 'a file that is not there', name: 'sse-parse', args: [`no-${NAME}`] },
  { title: 'one file of several', name: 'sse-text', args: [NAME, `no-${NAME}`] },
  { title: 'the value of an option', name: 'sse-text', args: ['--dialect', NAME] },
  { title: 'an option that is none', name: 'sse-text', args: [`--${NAME}`] },
  { title: 'a size', name: 'sse-parse', args: ['--max-event-bytes', NAME] },
]

const message = (said: string) => JSON.stringify({ error: { code: 400, message: said } })

describe('R75 · control sequences in names, messages and comments that standard error tells · always shown · the same', () => {
  test.each(few(filtered))('$name: $title', async ({ name, args, input = '' }) => {
    const { stderr } = await program(name, args, { cwd: folder, input })
    expect(stderr.replaceAll('\n', '')).not.toMatch(DRIVEN)
    expect(stderr).toContain('x^[[31m<U+009B>2J^G<U+202E>')
  })

  test('a comment of or-stream that is none of its own', async () => {
    const input = `: or-stream status=77 verdict=${NAME} code=${NAME} told=0\n`
    for (const name of ['sse-text', 'sse-usage', 'sse-parse']) {
      const { stderr } = await program(name, ['-v'], { input: chunk('a') + input })
      expect(stderr.replaceAll('\n', '')).not.toMatch(DRIVEN)
    }
  })

  test.each(
    few([
      ['the message of a refusal', reply(400, message(NAME))],
      ['a refusal that is a string', reply(400, JSON.stringify({ error: NAME }))],
      ['a refusal that is text', reply(400, NAME)],
      ['the title of a page', reply(400, `<title>${NAME}</title>`, { 'content-type': 'text/html' })],
      ['a page in place of a stream', reply(200, `<title>${NAME}</title>`, { 'content-type': 'text/html' })],
      ['who answered', stream(`${named(NAME)}${DONE}`)],
      ['the message of an error in mid-stream', stream(chunk('a') + errorEvent(500, NAME))],
      ['what is no JSON', stream(`data: {${NAME}\n\n`)],
    ]),
  )('or-stream: %s', async (_, script) => {
    const server = await upstream(script)
    const { stderr } = await program('or-stream', ['-n', '-v', '--base-url', server.url, 'x'])
    expect(stderr.replaceAll('\n', '')).not.toMatch(DRIVEN)
    expect(stderr).toContain('x^[[31m<U+009B>2J^G<U+202E>')
  })

  test.each(few(['content-type: text/\u009b31m', 'x-generation-id: a\u009b31m', 'content-encoding: \u009b31m']))(
    'or-stream: a header with a byte of C1 in it, %j',
    async (header) => {
      const server = await rawUpstream((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n')
        if (!header.startsWith('content-type')) socket.write('content-type: text/event-stream\r\n')
        socket.end(Buffer.from(`${header}\r\n\r\n${ANSWER}`, 'latin1'))
      })
      const { stderr } = await program('or-stream', ['-n', '-v', '--base-url', server.url, 'x'])
      expect(stderr.replaceAll('\n', '')).not.toMatch(DRIVEN)
    },
  )

  test.each(
    few([
      [['--base-url', `http://${NAME}/`]],
      [['--base-url', `http://127.0.0.1/${NAME}?`]],
      [['--endpoint', NAME]],
      [['-f', `no-${NAME}`]],
      [['-a', `no-${NAME}`]],
      [['-s', `@no-${NAME}`]],
      [['-H', `${NAME}: 1`]],
      [['-o', NAME]],
      [['-t', NAME]],
      [['--api', NAME]],
      [['--schema', NAME]],
      [['--api-key-file', `no-${NAME}`]],
      [['-v', '-m', NAME]],
    ]),
  )('or-stream %j', async (args) => {
    const server = await upstream(stream(ANSWER))
    const env = { OPENROUTER_BASE_URL: server.url }
    const { stderr } = await program('or-stream', ['-n', ...args, 'x'], { cwd: folder, env })
    expect(stderr).not.toBe('')
    expect(stderr.replaceAll('\n', '')).not.toMatch(DRIVEN)
  })

  test.each(
    few([
      'OPENROUTER_BASE_URL',
      'OPENROUTER_TEMPERATURE',
      'OPENROUTER_MAX_TOKENS',
      'OPENROUTER_API_KEY',
      'HTTPS_PROXY',
    ]),
  )('or-stream: %s in the environment', async (variable) => {
    const { stderr } = await program('or-stream', ['-n', 'x'], { env: { OPENROUTER_API_KEY: 'k', [variable]: NAME } })
    expect(stderr).toMatch(/^or-stream: \w+: .+\n$/)
    expect(stderr.replaceAll('\n', '')).not.toMatch(DRIVEN)
  })

  test('or-serve: the name of a recording, told for each request', async () => {
    mkdirSync(join(folder, 'served'))
    writeFileSync(join(folder, 'served', `${NAME}.sse`), ANSWER)
    const child = start('or-serve', ['-v', '--port', '0', '--speed', 'max', 'served'], { cwd: folder })
    onTestFinished(() => child.kill('SIGKILL'))
    const url = (await child.wrote('\n')).trim()
    await fetch(`${url}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"stream":true}',
    })
    expect(await child.wrote('.sse', 'stderr')).toContain(SEEN.replace('^M', ' '))
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.end(Buffer.from('POST /x\u009b31m HTTP/1.1\r\nhost: x\u009b31m\r\ncontent-length: 0\r\n\r\n', 'latin1'))
    await once(socket.resume(), 'close')
    child.kill('SIGTERM')
    expect((await child.ended).stderr.replaceAll('\n', '')).not.toMatch(DRIVEN)
  })

  test('or-serve: a recording that is not there', async () => {
    const { stderr, status } = await program('or-serve', ['--port', '0', `no-${NAME}`])
    expect({ stderr, status }).toEqual({
      stderr: `or-serve: no_input: no-${SEEN.replace('^M', ' ')}: No such file or directory\n`,
      status: 66,
    })
  })

  const FORGED = 'x\ncost           $0\nsse-usage: warning: all is well'

  test.each(
    few([
      ['sse-usage', ['--tee']],
      ['sse-text', ['--usage']],
      ['sse-text', ['--chat']],
      ['sse-usage', []],
      ['sse-usage', ['--by', 'model', '-', '/dev/null']],
    ]),
  )('%s %j: a name with a new line in it makes no line of its own', async (name, args) => {
    const { stdout, stderr } = await program(name, args, {
      input: named(FORGED, 'hi') + DONE,
    })
    const told = stderr === '' || (args as readonly string[]).includes('--by') ? stdout : stderr
    expect(told.split('\n').filter((line) => /^(cost +\$0|sse-usage: warning)/.test(line))).toEqual([])
    expect(told).toContain('all is well')
  })
})

test('a message about an answer begins on a new line', async () => {
  const folderOfCut = folderWith({ 'cut.sse': chunk('Many birds fly') })
  expect(await shown(`sse-text ${folderOfCut}/cut.sse`)).toBe(
    'Many birds fly\nsse-text: truncated: the stream ended after 1 event without an end marker\n',
  )
})
