import { createHash } from 'node:crypto'
import { closeSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { folderWith } from '../support/folder.js'
import { inState, peakOf, pipe, pipeOf, waiting, type InheritedFd } from '../support/pipe.js'
import { sized, few } from '../support/size.js'
import { ENV, program, shell, start, startShell, type Running } from '../support/spawn.js'
import { reply, stream, upstream, type Upstream } from '../support/upstream.js'
import { ANSWER, chunk, DONE, errorEvent, WORDS } from '../support/wire.js'

const programs = readdirSync(new URL('../../bin/', import.meta.url)).map((file) => file.replace(/\.ts$/, ''))
const filters = programs.filter((name) => name.startsWith('sse-'))
/** Options that make a filter write while it reads, if it doesn't by default. */
const WRITES: Record<string, string[]> = { 'sse-usage': ['--tee'] }
/** Filters that do not print the text of an answer, or only at its end. */
const REPORTS = new Set(['sse-check', 'sse-fold', 'sse-json'])
/** The exit statuses of the filters that refuse plain text. */
const OF_WORDS: Record<string, number> = { 'sse-json': 65 }
const passing = filters.filter((name) => !REPORTS.has(name))
const streaming = passing.map((name) => [name, WRITES[name] ?? []] as const)
/** The filters that do not judge answers. */
const UNJUDGING = new Set(['sse-format', 'sse-parse', 'sse-replay'])
/** The programs whose output is as long as their input. */
const writers = [...passing, 'or-stream']
/** The programs that read all files in a folder. */
const FOLDERS = new Set(['sse-check'])

/** 2,002,000 bytes of text, in lines of 100 bytes. */
const LINES = 20_020
const lines = Array.from({ length: LINES }, (_, number) => `${`line ${number} `.padEnd(99, '.')}\n`)
const body = lines.map((line) => chunk(line)).join('')
const END = `${chunk('', 'stop')}${DONE}`

/** The same answer with each ending; `STATUS` has the exit statuses of a program that judges it. */
const BODIES = { whole: body + END, cut: body, error: body + errorEvent(429, 'slow down') }
type Ending = keyof typeof BODIES
const ENDINGS = ['whole', 'cut', 'error'] as const satisfies Ending[]
const STATUS: Record<Ending, number> = { whole: 0, cut: 76, error: 75 }
/** The trailers that or-stream writes to a pipe. */
const TRAILERS: Record<Ending, string> = {
  whole: '',
  cut: ': or-stream status=76 verdict=truncated code=truncated told=1\n',
  error: ': or-stream status=75 verdict=error code=rate_limited told=1\n',
}
const statusOf = (name: string, ending: Ending) => (UNJUDGING.has(name) ? 0 : STATUS[ending])

const fish = `${chunk('空 🐟')}${END}`

const folder = folderWith({
  ...Object.fromEntries(Object.entries(BODIES).map(([ending, text]) => [`${ending}.sse`, text])),
  'answer.sse': ANSWER,
  'fish.sse': fish,
})
const big = join(folder, 'whole.sse')

/** A program with much output: its arguments, its environment, and the server of or-stream. */
interface Writer {
  readonly args: readonly string[]
  readonly command: string
  readonly env: Record<string, string>
  readonly server?: Upstream
}

/** Returns a program call that writes 2 MB. The server of or-stream answers with `script`. */
async function writer(name: string, ending: Ending = 'whole', script = stream(BODIES[ending])): Promise<Writer> {
  const filtered = [...(WRITES[name] ?? []), join(folder, `${ending}.sse`)]
  if (name !== 'or-stream') return { args: filtered, command: [name, ...filtered].join(' '), env: {} }
  const server = await upstream(script)
  const args = ['-n', 'x']
  return { args, command: [name, ...args].join(' '), env: { OPENROUTER_BASE_URL: server.url }, server }
}

/** Returns the output of a program without faults. */
async function written(name: string, ending: Ending = 'whole'): Promise<Buffer> {
  const file = join(folder, `${name}.${ending}`)
  if (!existsSync(file)) {
    const { command, env } = await writer(name, ending)
    await shell(`${command} >${file} 2>/dev/null`, { env })
  }
  return readFileSync(file)
}

const SSE = { 'content-type': 'text/event-stream' }
const COMMENT = ': OPENROUTER PROCESSING\n\n'

/** Returns at least `length` bytes of the body, repeated. */
const poured = (length: number) => body.repeat(Math.ceil(length / body.length))

/** Sends a text repeatedly, as fast as it is read: endlessly, or `times` times and then `end`. */
function pours(text: string, times = Number.POSITIVE_INFINITY, end = '', onSent?: () => void) {
  return (response: ServerResponse) => {
    response.writeHead(200, SSE)
    let remaining = times
    const pour = () => {
      if (remaining-- <= 0) response.end(end)
      else {
        response.write(text, onSent)
        response.once('drain', pour)
      }
    }
    pour()
  }
}

/** Starts an answer and then sends comments until the client disconnects, like a slow model. */
const slow = () =>
  upstream((response) => {
    response.writeHead(200, SSE)
    response.write(chunk('Blue is '))
    const comments = setInterval(() => response.write(COMMENT), 20)
    response.on('close', () => clearInterval(comments))
  })

/** Starts a server whose only answer is written by the test, piece by piece. */
async function byHand(): Promise<{ server: Upstream; response: Promise<ServerResponse> }> {
  let give: (response: ServerResponse) => void
  const response = new Promise<ServerResponse>((resolve) => (give = resolve))
  return { server: await upstream((one) => give(one)), response }
}

const startAnswer = (response: ServerResponse) => response.writeHead(200, SSE).write(chunk('Blue is '))
const asks = (server: Upstream, ...args: string[]) => start('or-stream', ['-n', '--base-url', server.url, ...args, 'x'])

const failed = (name: string, reason: string) => ({
  stdout: '',
  stderr: `${name}: write_failed: write error: ${reason}\n`,
  status: 74,
})

describe('R1 · standard output is a full disk · one line says so, and the request is closed · 74', () => {
  test.each(few(programs))('%s --help', async (name) => {
    expect(await shell(`${name} --help >/dev/full`)).toEqual(failed(name, 'No space left on device'))
  })

  test.each(few(writers))('%s', async (name) => {
    const { command, env, server } = await writer(name, 'whole', pours(body))
    expect(await shell(`${command} >/dev/full`, { env })).toEqual(failed(name, 'No space left on device'))
    expect(await (server?.left ?? true)).toBe(true)
  })

  test('sse-text --final, sse-usage: what writes only at the end', async () => {
    expect(await shell(`sse-text --final ${big} >/dev/full`)).toEqual(failed('sse-text', 'No space left on device'))
    expect(await shell(`sse-usage ${big} >/dev/full`)).toEqual(failed('sse-usage', 'No space left on device'))
  })

  test('or-serve: it ends where its URL cannot be written', async () => {
    const command = 'timeout -s KILL 10 or-serve --quiet --port 0 >/dev/full'
    expect(await shell(command)).toEqual(failed('or-serve', 'No space left on device'))
  })
})

describe('R2 · a write fails in mid-output · what was written stays, one line says why · 74', () => {
  test.each(few(writers))('%s: the largest size of a file is reached', async (name) => {
    const file = join(folder, `${name}.limited`)
    const limited = await writer(name, 'whole', pours(body))
    const ended = await shell(`ulimit -f 1000; exec ${limited.command} >${file}`, { env: limited.env }, 'bash')
    expect(ended).toEqual(failed(name, 'File too large'))
    const kept = readFileSync(file)
    const isPrefix = (await written(name)).subarray(0, kept.length).equals(kept)
    expect({ size: kept.length, isPrefix, left: await (limited.server?.left ?? true) }).toEqual({
      size: 1_024_000,
      isPrefix: true,
      left: true,
    })
  })

  // The start of a process's memory can't be written. It is not a disk, but it fails like a broken one.
  test.each(few(writers))('%s: the device is broken', async (name) => {
    const { command, env, server } = await writer(name, 'whole', pours(body))
    expect(await shell(`${command} >/proc/self/mem`, { env })).toEqual(failed(name, 'Input/output error'))
    expect(await (server?.left ?? true)).toBe(true)
  })

  // The memory of a replaced process image accepts no bytes: bash opens it and then execs the program.
  test.each(few(writers))('%s: the device takes no byte', async (name) => {
    const { command, env, server } = await writer(name, 'whole', pours(body))
    const ended = await shell(`timeout -s KILL 10 ${command} >/proc/self/mem`, { env }, 'bash')
    expect(ended).toEqual({
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`^${name}: write_failed: .+\n$`)),
      status: 74,
    })
    expect(await (server?.left ?? true)).toBe(true)
  })
})

describe('R3 · the reader leaves · silence, and the request is closed · 141', () => {
  test.each(few(writers))('%s', async (name) => {
    const { command, env, server } = await writer(name, 'whole', pours(body))
    expect(await shell(`${command} | head -n 1 | wc -l; echo "\${PIPESTATUS[*]}"`, { env }, 'bash')).toEqual({
      stdout: '1\n141 0 0\n',
      stderr: '',
      status: 0,
    })
    expect(await (server?.left ?? true)).toBe(true)
  })

  test('a whole pipeline closes, from its end to the server', async () => {
    const { command, env, server } = await writer('or-stream', 'whole', pours(body))
    const pipeline = `${command} | sse-parse | sse-usage --tee 2>/dev/null | sse-text | head -n 1`
    expect(await shell(`${pipeline}; echo "\${PIPESTATUS[*]}"`, { env }, 'bash')).toEqual({
      stdout: `${lines[0]}141 141 141 141 0\n`,
      stderr: '',
      status: 0,
    })
    expect(await server?.left).toBe(true)
  })

  test('while few words come: a comment is enough', async () => {
    const server = await slow()
    const command = 'or-stream x | head -n 1; echo "${PIPESTATUS[*]}"'
    expect(await shell(command, { env: { OPENROUTER_BASE_URL: server.url } }, 'bash')).toEqual({
      stdout: `${chunk('Blue is ').trim()}\n141 0\n`,
      stderr: '',
      status: 0,
    })
    expect(await server.left).toBe(true)
  })
})

const gone = (stdout: string | RegExp) => ({
  stdout: typeof stdout === 'string' ? stdout : expect.stringMatching(stdout),
  stderr: '',
  status: 141,
})

describe('R4 · the reader leaves in a silence · noticed at the next byte, or heartbeat · 141', () => {
  test.each(
    few([
      ['a comment', COMMENT],
      ['a newline', '\n'],
      ['half an event', 'data: {'],
    ]),
  )('at %s', async (_, bytes) => {
    const { server, response } = await byHand()
    const child = asks(server)
    startAnswer(await response)
    await child.wrote('Blue is ')
    child.leave()
    ;(await response).write(bytes)
    expect(await child.ended).toEqual(gone(chunk('Blue is ')))
    expect(await server.left).toBe(true)
  })

  test('at a heartbeat, where the server says nothing more', async () => {
    const { server, response } = await byHand()
    const child = asks(server, '--heartbeat', '50ms')
    startAnswer(await response)
    await child.wrote('Blue is ')
    child.leave()
    expect(await server.left).toBe(true)
    expect(await child.ended).toEqual(gone(/^(:.*\n+)*data: .*Blue is .*\n\n(:.*\n+)*$/))
  })

  test('at a heartbeat, where the server has not even begun', async () => {
    const { server } = await byHand()
    const child = asks(server, '--heartbeat', '50ms')
    await server.asked
    child.leave()
    expect(await server.left).toBe(true)
    expect(await child.ended).toEqual(gone(/^(:.*\n+)*$/))
  })

  test('heartbeats stand between whole blocks, and no reader minds them', async () => {
    const [server, other] = [await byHand(), await byHand()]
    const [child, meter] = [asks(server.server, '--heartbeat', '20ms'), asks(other.server, '--heartbeat', '20ms')]
    startAnswer(await other.response)
    const response = await server.response
    startAnswer(response)
    await child.wrote(`${chunk('Blue is ')}:`)
    const [head, tail] = [chunk('short.').slice(0, 30), chunk('short.').slice(30)]
    response.write(head)
    await child.wrote(head)
    // Wait inside the block until another or-stream, which waits between blocks, has written five more heartbeats.
    await meter.wrote(':')
    const beats = async () => (await meter.wrote('')).match(/^:/gm)?.length ?? 0
    const enough = (await beats()) + 5
    while ((await beats()) < enough) await pause(5)
    meter.kill('SIGKILL')
    response.end(tail + END)
    const { stdout, ...rest } = await child.ended
    const blocks = stdout.replaceAll(/^:.*\n+/gm, '')
    expect({ blocks, hasBeats: stdout !== blocks, ...rest }).toEqual({
      blocks: ANSWER,
      hasBeats: true,
      stderr: '',
      status: 0,
    })
    expect(await program('sse-text', [], { input: stdout })).toEqual({ stdout: WORDS, stderr: '', status: 0 })
  })
})

/** Starts a program whose output goes to a pipe that is not read yet. */
async function unread({ args, env }: Writer, name: string) {
  const output = await pipe(folder)
  const child = start(name, args, { env, stdout: output.write })
  output.closeWriteEnd()
  onTestFinished(() => child.kill('SIGKILL'))
  return { child, output }
}

const TIMES = sized({ small: 8, ci: 20, long: 200 })
const PATIENCE = sized({ small: 30_000, ci: 60_000, long: 600_000 })
const MEGABYTE = 1024 * 1024

describe('R5 · a slow reader · memory stays flat, nothing is lost, the server waits · 0', () => {
  test.each(few(writers))('%s', { timeout: PATIENCE }, async (name) => {
    const whole = await written(name)
    const short = await unread(await writer(name), name)
    await waiting(short.child.pid)
    const base = peakOf(short.child.pid)
    await short.output.rest()

    let sent = 0
    const { args, env } = await writer(
      name,
      'whole',
      pours(body, TIMES, END, () => (sent += body.length)),
    )
    const files = name === 'or-stream' ? args : [...args, ...Array<string>(TIMES - 1).fill(big)]
    const { child, output } = await unread({ args: files, command: '', env }, name)
    await waiting(child.pid)
    const early = sent
    const [came, expected] = [createHash('sha256'), createHash('sha256')]
    for await (const piece of output.pieces((whole.length * TIMES) / 2)) came.update(piece)
    await waiting(child.pid)
    const growth = peakOf(child.pid) - base
    for await (const piece of output.pieces(Number.POSITIVE_INFINITY)) came.update(piece)

    for (let time = 1; time < TIMES; time++) expected.update(name === 'or-stream' ? body : whole)
    expected.update(whole)
    expect({ all: came.digest('hex'), ...(await child.ended) }).toEqual({
      all: expected.digest('hex'),
      ...(await short.child.ended),
      stderr: expect.any(String),
    })
    expect(growth).toBeLessThan(40)
    expect(early / MEGABYTE).toBeLessThan(16)
  })

  test('or-stream: a reader that is slow is no server that is silent', async () => {
    const { args, env } = await writer('or-stream')
    const { child, output } = await unread(
      { args: ['--idle-timeout', '200ms', ...args], command: '', env },
      'or-stream',
    )
    await waiting(child.pid)
    await pause(400)
    expect({ isWhole: (await output.rest()).equals(Buffer.from(BODIES.whole)), ...(await child.ended) }).toEqual({
      isWhole: true,
      stdout: '',
      stderr: '',
      status: 0,
    })
  })
})

describe('R6 · the end comes while output is pending · all of it is written first · the same', () => {
  const endings = writers.flatMap((name) =>
    ENDINGS.map((ending) => ({ name, ending, added: name === 'or-stream' ? TRAILERS[ending] : '' })),
  )

  test.each(few(endings))('$name, an answer that is $ending', async ({ name, ending, added }) => {
    const expected = await written(name, ending)
    const { child, output } = await unread(await writer(name, ending), name)
    await waiting(child.pid)
    const all = await output.rest()
    expect({
      isSame: all.subarray(0, expected.length).equals(expected),
      added: all.subarray(expected.length).toString(),
      status: (await child.ended).status,
    }).toEqual({ isSame: true, added, status: statusOf(name, ending) })
  })

  test('sse-text: the bytes, counted', async () => {
    const { child, output } = await unread(await writer('sse-text', 'cut'), 'sse-text')
    await waiting(child.pid)
    expect({ size: (await output.rest()).length, ...(await child.ended) }).toEqual({
      size: 2_002_000,
      stdout: '',
      stderr: `sse-text: truncated: the stream ended after ${LINES} events without an end marker\n`,
      status: 76,
    })
  })

  test('or-stream, a server that falls silent', async () => {
    const open = await writer('or-stream', 'cut', (response) => void response.writeHead(200, SSE).write(body))
    const args = ['--idle-timeout', '200ms', ...open.args]
    const { child, output } = await unread({ ...open, args }, 'or-stream')
    await waiting(child.pid)
    const all = (await output.rest()).toString()
    expect({ isAll: all.startsWith(body), rest: all.slice(body.length), ...(await child.ended) }).toEqual({
      isAll: true,
      rest: TRAILERS.cut,
      stdout: '',
      stderr: expect.stringMatching(/^or-stream: truncated: the answer was cut off after \d+ bytes: .+\n$/),
      status: 76,
    })
    expect(await open.server?.left).toBe(true)
  })

  test('sse-text --final: all of it at once', async () => {
    const all = await unread({ args: ['--final', big], command: '', env: {} }, 'sse-text')
    await waiting(all.child.pid)
    expect({ size: (await all.output.rest()).length, ...(await all.child.ended) }).toEqual({
      size: 2_002_000,
      stdout: '',
      stderr: '',
      status: 0,
    })
  })
})

const sumOf = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')

describe('R7 · another program has made standard output non-blocking · nothing is lost · 0', () => {
  test.each(few(writers))('%s', async (name) => {
    const expected = await written(name)
    const { command, env } = await writer(name)
    const fifo = join(folder, `${name}.stdout`)
    const [fd] = (await pipeOf(fifo, constants.O_RDWR | constants.O_NONBLOCK)) as [InheritedFd]
    const reader = `(exec <${fifo} 3>&-; sleep 0.2; sha256sum) &`
    const options = { env, stdio: ['ignore', 'pipe', 'pipe', fd] } as const
    const read = shell(`${reader} ${command} >&3; echo $?; exec 3>&-; wait`, options)
    closeSync(fd)
    expect(await read).toEqual({
      stdout: `0\n${sumOf(expected)}  -\n`,
      stderr: expect.not.stringContaining('error'),
      status: 0,
    })
  })
})

/** Runs a command line with non-blocking input that has no data at first. `feeds` writes the data to descriptor 4. */
async function late(name: string, command: string, feeds: string, env: Record<string, string> = {}) {
  const flags = [constants.O_RDONLY | constants.O_NONBLOCK, constants.O_WRONLY]
  const [input, output] = (await pipeOf(join(folder, `${name}.stdin`), ...flags)) as [InheritedFd, InheritedFd]
  const stdio = ['ignore', 'pipe', 'pipe', input, output] as const
  const writing = `(exec 3<&-; sleep 0.2; ${feeds} >&4) & exec 4>&-;`
  const ended = shell(`${writing} ${command}`, { env, stdio }, 'bash')
  closeSync(input)
  closeSync(output)
  return ended
}

/** Runs a command line in a terminal, with its output redirected to files. */
const inTerminal = (name: string, command: string, env: Record<string, string> = {}) => {
  const [out, error] = [join(folder, `${name}.out`), join(folder, `${name}.err`)]
  const alone = `script -qec '${command} >${out} 2>${error}' /dev/null; status=$?; cat ${out}; cat ${error} >&2; exit $status`
  return shell(alone, { env })
}

describe('R8 · standard input is non-blocking, or a terminal without data · read on, or a word of how to use it · 0, 64', () => {
  test.each(few(streaming))('%s, non-blocking', async (name, args) => {
    const expected = await written(name)
    const command = `${[name, ...args].join(' ')} <&3 | sha256sum; echo "\${PIPESTATUS[*]}"`
    expect(await late(name, command, `cat ${big}`)).toEqual({
      stdout: `${sumOf(expected)}  -\n0 0\n`,
      stderr: expect.not.stringContaining('error'),
      status: 0,
    })
  })

  test('or-stream, non-blocking: the prompt is read', async () => {
    const server = await upstream(stream(ANSWER))
    const env = { OPENROUTER_BASE_URL: server.url }
    expect(await late('or-stream', 'or-stream <&3', 'echo Why?', env)).toEqual({
      stdout: ANSWER,
      stderr: '',
      status: 0,
    })
    expect(server.requests.map(({ body: sent }) => JSON.parse(sent) as unknown)).toMatchObject([
      { messages: [{ role: 'user', content: 'Why?' }] },
    ])
  })

  test.each(few(filters))('%s, alone in a terminal', async (name) => {
    expect(await inTerminal(name, name)).toEqual({
      stdout: '',
      stderr: `${name}: usage: nothing to read: pipe a stream in or name a file (${name} --help)\n`,
      status: 64,
    })
  })

  test('or-stream, alone in a terminal', async () => {
    expect(await inTerminal('or-stream', 'or-stream', { OPENROUTER_API_KEY: 'sk-or-1' })).toEqual({
      stdout: '',
      stderr: 'or-stream: usage: no prompt given (pass it as an argument or on standard input)\n',
      status: 64,
    })
  })

  test('or-stream with a prompt waits for no terminal', async () => {
    const server = await upstream(stream(ANSWER))
    const env = { OPENROUTER_BASE_URL: server.url }
    expect(await inTerminal('or-stream', 'or-stream x', env)).toEqual({ stdout: ANSWER, stderr: '', status: 0 })
  })
})

describe('R9 · the input is a directory, or cannot be read · one line names it · 66, 74', () => {
  test.each(few(filters.filter((name) => !FOLDERS.has(name))))('%s: a directory', async (name) => {
    expect(await program(name, [folder])).toMatchObject({
      stderr: `${name}: no_input: ${folder}: Is a directory\n`,
      status: 66,
    })
    expect(await shell(`${name} <${folder}`)).toMatchObject({
      stderr: `${name}: no_input: standard input: Is a directory\n`,
      status: 66,
    })
  })

  // The start of a process's memory can't be read. It is not a disk, but it fails like a broken one.
  test.each(few(filters))('%s: a broken device', async (name) => {
    expect(await program(name, ['/proc/self/mem'])).toMatchObject({
      stderr: `${name}: read_failed: /proc/self/mem: Input/output error\n`,
      status: 74,
    })
    expect(await shell(`${name} </proc/self/mem`)).toMatchObject({
      stderr: `${name}: read_failed: standard input: Input/output error\n`,
      status: 74,
    })
  })

  test.each(
    few([
      ['a directory', folder, 'no_input', 'Is a directory', 66],
      ['a broken device', '/proc/self/mem', 'read_failed', 'Input/output error', 74],
    ]),
  )('or-stream: %s, as its prompt; nothing is asked', async (_, place, code, reason, status) => {
    const server = await upstream(stream(ANSWER))
    const env = { OPENROUTER_BASE_URL: server.url }
    expect(await shell(`or-stream >${folder}/asked <${place}`, { env })).toEqual({
      stdout: '',
      stderr: `or-stream: ${code}: standard input: ${reason}\n`,
      status,
    })
    expect(await shell(`or-stream x >${folder}/asked <${place}`, { env })).toEqual({
      stdout: '',
      stderr: `or-stream: ${code}: standard input: ${reason}\n`,
      status,
    })
    expect(await shell(`or-stream -f ${place} x >${folder}/asked </dev/null`, { env })).toEqual({
      stdout: '',
      stderr: `or-stream: ${code}: ${place}: ${reason}\n`,
      status,
    })
    expect(server.requests).toEqual([])
  })

  test('or-serve: a broken device', async () => {
    expect(await shell('timeout -s KILL 10 or-serve --port 0 /proc/self/mem')).toEqual({
      stdout: '',
      stderr: 'or-serve: read_failed: /proc/self/mem: Input/output error\n',
      status: 74,
    })
  })
})

/** The output of a filter for empty input. A filter that judges answers reports that there is none. */
const EMPTY: Record<string, RegExp> = { 'sse-usage': /^verdict +empty\n/ }
const emptyEnd = (name: string) => ({
  stdout: expect.stringMatching(EMPTY[name] ?? /^$/),
  stderr: UNJUDGING.has(name) ? '' : `${name}: empty: the stream ended without a data event\n`,
  status: UNJUDGING.has(name) ? 0 : 76,
})

/** Starts or-serve in a shell with redirections. */
async function serving(redirection: string): Promise<Running> {
  const child = startShell(`exec or-serve --port 0 --speed max ${join(folder, 'answer.sse')} ${redirection}`)
  onTestFinished(() => child.kill('SIGKILL'))
  return child
}

describe('R10 · standard input is closed or empty · no answer, and no prompt · 0, 64, 76', () => {
  test.each(few(filters))('%s', async (name) => {
    expect(await shell(`${name} <&-`)).toEqual(emptyEnd(name))
    expect(await program(name, [], { input: '' })).toEqual(emptyEnd(name))
    expect(await program(name, ['/dev/null'])).toEqual(emptyEnd(name))
  })

  test('or-stream: the argument is the prompt, and without one there is none', async () => {
    const server = await upstream(stream(ANSWER))
    const env = { OPENROUTER_BASE_URL: server.url }
    expect(await shell('or-stream x <&-', { env })).toEqual({ stdout: ANSWER, stderr: '', status: 0 })
    expect(await shell(`or-stream <&- >${folder}/none`, { env })).toEqual({
      stdout: '',
      stderr: 'or-stream: usage: no prompt given (pass it as an argument or on standard input)\n',
      status: 64,
    })
  })

  test('or-serve does not read it', async () => {
    const child = await serving('<&-')
    await child.wrote('Ctrl-C ends it\n', 'stderr')
    child.kill('SIGTERM')
    expect((await child.ended).status).toBe(143)
  })
})

describe('R11 · standard output is closed · no program under Node can see it, none crashes · the same', () => {
  const closed = writers.flatMap((name) => (['whole', 'error'] as const).map((ending) => ({ name, ending })))

  test.each(few(closed))('$name, an answer that is $ending', async ({ name, ending }) => {
    const { command, env } = await writer(name, ending)
    const open = await shell(`${command} >/dev/null`, { env })
    expect(open.status).toBe(statusOf(name, ending))
    expect(await shell(`${command} >&-`, { env })).toEqual(open)
    expect((await shell(`${command} <&- >&- 2>&-`, { env })).status).toBe(open.status)
  })

  test('or-serve', async () => {
    const child = await serving('>&-')
    await child.wrote('Ctrl-C ends it\n', 'stderr')
    child.kill('SIGTERM')
    expect((await child.ended).status).toBe(143)
  })
})

describe('R12 · standard error is closed, full, or without a reader · the status still tells · the same', () => {
  const places = [
    ['closed', '2>&-'],
    ['a full disk', '2>/dev/full'],
    ['a broken device', '2>/proc/self/mem'],
    ['a pipe that nobody reads', '2> >(exec <&-)'],
  ] as const

  const rows = [
    ...filters.flatMap((name) => [
      { command: `${name} nowhere.sse`, status: 66 },
      { command: `${name} ${big}`, status: OF_WORDS[name] ?? 0 },
    ]),
    { command: `sse-text --chat --usage ${big}`, status: 0 },
    { command: `sse-usage --tee ${big}`, status: 0 },
  ]

  test.each(few(places, 2))('%s', async (_, place) => {
    const ends = []
    for (const { command } of rows) {
      ends.push({ command, ...(await shell(`timeout -s KILL 10 ${command} >/dev/null ${place}`, {}, 'bash')) })
    }
    expect(ends).toEqual(rows.map((row) => ({ ...row, stdout: '', stderr: '' })))
  })

  test.each(few(places, 2))('or-stream: %s', async (_, place) => {
    const refusing = await upstream(reply(401, '{"error":{"code":401,"message":"no"}}'))
    const failing = await writer('or-stream', 'cut')
    const whole = await writer('or-stream')
    const ends = []
    for (const { env } of [{ env: { OPENROUTER_BASE_URL: refusing.url } }, failing, whole]) {
      ends.push(await shell(`or-stream -n -v x >/dev/null ${place}`, { env }, 'bash'))
    }
    expect(ends).toEqual([77, 76, 0].map((status) => ({ stdout: '', stderr: '', status })))
  })

  test.each(few(places, 2))('or-serve: %s', async (_, place) => {
    const child = startShell(`exec or-serve -v --port 0 --speed max ${join(folder, 'answer.sse')} ${place}`, {}, 'bash')
    onTestFinished(() => child.kill('SIGKILL'))
    const url = (await child.wrote('\n')).trim()
    expect(await program('or-stream', ['-n', '--base-url', url, 'x'])).toEqual({
      stdout: ANSWER,
      stderr: '',
      status: 0,
    })
    child.kill('SIGTERM')
    expect((await child.ended).status).toBe(143)
  })
})

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const
/** The filters that read on after a signal. sse-replay is a source: a signal ends it at once, see its own tests. */
const readingOn = streaming.filter(([name]) => name !== 'sse-replay')
const signalled = readingOn.flatMap(([name, args]) =>
  SIGNALS.map(([signal, status]) => ({ name, args, signal, status })),
)

describe('R13, R14 · a signal · what came is written, the request is closed, it dies of the signal · 130, 143, 129', () => {
  test.each(few(signalled))('$name: after $signal it reads on to the end', async ({ name, args, signal, status }) => {
    const whole = await program(name, args, { input: ANSWER })
    const child = start(name, args)
    child.feed(chunk('Blue is '))
    await child.wrote('Blue is ')
    child.kill(signal)
    child.feed(chunk('short.'))
    await child.wrote('short.')
    child.feed(END)
    child.close()
    expect(await child.ended).toEqual({ ...whole, stderr: expect.any(String), status })
  })

  test.each(few(signalled))('$name: a second $signal ends it at once', async ({ name, args, signal, status }) => {
    const child = start(name, args)
    child.feed(chunk('Blue is '))
    await child.wrote('Blue is ')
    child.kill(signal)
    child.feed(chunk('short.'))
    await child.wrote('short.')
    child.kill(signal)
    expect(await child.ended).toEqual({ stdout: expect.stringContaining('short.'), stderr: '', status })
  })

  test.each(few(readingOn))('%s: a signal that finds a cut answer is not told as a failure', async (name, args) => {
    const child = start(name, args)
    child.feed(chunk('Blue is '))
    await child.wrote('Blue is ')
    child.kill('SIGINT')
    child.feed(chunk('short.'))
    await child.wrote('short.')
    child.close()
    expect(await child.ended).toEqual({
      stdout: expect.stringContaining('Blue is '),
      stderr: expect.not.stringContaining('truncated:'),
      status: 130,
    })
  })

  test.each(few(SIGNALS))('or-stream: %s in mid-answer', async (signal, status) => {
    const server = await slow()
    const child = asks(server)
    await child.wrote('Blue is ')
    child.kill(signal)
    expect(await child.ended).toEqual({
      stdout: expect.stringMatching(/^data: .*Blue is .*\n\n(: OPENROUTER PROCESSING\n\n)*$/),
      stderr: '',
      status,
    })
    expect(await server.left).toBe(true)
  })

  test.each(few(SIGNALS))('or-stream: %s before the answer', async (signal, status) => {
    const server = await upstream(() => {})
    const child = asks(server)
    await server.asked
    child.kill(signal)
    expect(await child.ended).toEqual({ stdout: '', stderr: '', status })
    expect(await server.left).toBe(true)
  })

  test.each(few(SIGNALS))('or-stream: %s between the head and the first byte of a body', async (signal, status) => {
    const server = await upstream((response) => response.writeHead(200, SSE).flushHeaders())
    const child = asks(server, '-v')
    await child.wrote('HTTP 200', 'stderr')
    child.kill(signal)
    expect(await child.ended).toEqual({
      stdout: '',
      stderr: expect.stringMatching(/HTTP 200\nor-stream: answer abandoned\n$/),
      status,
    })
    expect(await server.left).toBe(true)
  })

  test('or-stream: SIGINT while it waits for standard input', async () => {
    const server = await upstream(() => {})
    const child = start('or-stream', ['--base-url', server.url, 'x'])
    await child.wrote('waiting for standard input', 'stderr')
    child.kill('SIGINT')
    expect({ ...(await child.ended), requests: server.requests }).toEqual({
      stdout: '',
      stderr: expect.stringMatching(/^or-stream: waiting for standard input .+\n$/),
      status: 130,
      requests: [],
    })
  })

  test('or-stream: the pipe that it has waited for is left as it was, for who reads it next', async () => {
    const pid = join(folder, 'pid')
    const env = { OPENROUTER_BASE_URL: 'http://127.0.0.1:1/' }
    const loop = startShell(`bash -c 'echo $$ >${pid}; exec or-stream x' | cat; exec cat`, { env })
    await loop.wrote('waiting for standard input', 'stderr')
    process.kill(Number(readFileSync(pid, 'utf8')), 'SIGINT')
    await loop.wrote('code=interrupted')
    // By now it is the `cat`. If it has ended, the assertion below fails.
    await waiting(loop.pid).catch(() => {})
    loop.feed('later\n')
    loop.close()
    expect(await loop.ended).toEqual({
      stdout: ': or-stream status=130 verdict=truncated code=interrupted told=0\nlater\n',
      stderr: expect.stringMatching(/^or-stream: waiting for standard input .+\n$/),
      status: 0,
    })
  })

  const blocked = writers.flatMap((name) =>
    SIGNALS.slice(0, sized({ small: 1, ci: SIGNALS.length, long: SIGNALS.length })).map(([signal, status]) => ({
      name,
      signal,
      status,
      // The trailer tells the next program that the answer did not end by itself.
      added: name === 'or-stream' ? `: or-stream status=${status} verdict=truncated code=interrupted told=0\n` : '',
    })),
  )

  test.each(few(blocked, 2))('$name: $signal while nobody reads: what is pending is written', async (one) => {
    const { name, signal, status, added } = one
    const { child, output } = await unread(await writer(name, 'whole', pours(body)), name)
    await waiting(child.pid)
    child.kill(signal)
    await waiting(child.pid)
    const [bytes = '', trailer = ''] = (await output.rest()).toString().split(/^(?=: or-stream )/m)
    expect({
      isSome: bytes.length > 0,
      // The trailer starts on a new line.
      isPrefix:
        [bytes, bytes.slice(0, -1)].some((text) => poured(text.length).startsWith(text)) || name !== 'or-stream',
      isText: (await written(name)).toString().startsWith(bytes) || name === 'or-stream',
      trailer,
      ...(await child.ended),
    }).toEqual({ isSome: true, isPrefix: true, isText: true, trailer: added, stdout: '', stderr: '', status })
  })

  test.each(few(blocked, 2))('$name: a second $signal while nobody reads', async ({ name, signal, status }) => {
    const { child } = await unread(await writer(name, 'whole', pours(body)), name)
    await waiting(child.pid)
    child.kill(signal)
    await waiting(child.pid)
    child.kill(signal)
    expect(await child.ended).toEqual({ stdout: '', stderr: '', status })
  })

  test.each(few(SIGNALS))('or-serve: %s', async (signal, status) => {
    const child = await serving('')
    await child.wrote('Ctrl-C ends it\n', 'stderr')
    child.kill(signal)
    expect(await child.ended).toEqual({
      stdout: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/api\/v1\n$/),
      stderr: 'or-serve: answering with 1 recording; Ctrl-C ends it\n',
      status,
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

  test('a terminal that is closed takes the request with it', async () => {
    const server = await slow()
    const command = `exec script -qec 'or-stream -n x; echo $? >${folder}/hung-up' /dev/null`
    const terminal = startShell(command, { env: { OPENROUTER_BASE_URL: server.url } })
    await terminal.wrote('Blue is ')
    terminal.kill('SIGKILL')
    expect(await server.left).toBe(true)
    await terminal.ended
  })
})

/** Stops a program for longer than its timeout, then continues it. */
async function stopped(child: Running): Promise<void> {
  child.kill('SIGSTOP')
  await inState(child.pid, 'T')
  await pause(1500)
  child.kill('SIGCONT')
}

describe('R15 · stopped for a while · it goes on, and the time does not count as silence · 0', () => {
  test.each(few(streaming))('%s', async (name, args) => {
    const whole = await program(name, args, { input: ANSWER })
    const child = start(name, args)
    child.feed(chunk('Blue is '))
    await child.wrote('Blue is ')
    child.kill('SIGSTOP')
    await inState(child.pid, 'T')
    child.feed(chunk('short.') + END)
    child.close()
    child.kill('SIGCONT')
    expect(await child.ended).toEqual({ ...whole, stderr: expect.any(String) })
  })

  test.each(
    few([
      ['--idle-timeout', chunk('Blue is ')],
      ['--data-timeout', chunk('Blue is ')],
      ['--first-byte-timeout', ''],
    ]),
  )('or-stream: %s begins anew', async (option, first) => {
    const { server, response } = await byHand()
    const child = asks(server, '-v', '--retry', '0', option, '1s')
    const answer = await response
    if (first !== '') {
      answer.writeHead(200, SSE).write(first)
      await child.wrote(first)
    }
    await stopped(child)
    if (first === '') answer.writeHead(200, SSE)
    answer.end(ANSWER.slice(first.length))
    expect(await child.ended).toEqual({ stdout: ANSWER, stderr: expect.stringMatching(/HTTP 200\n/), status: 0 })
  })

  test('or-stream: --max-time goes on', async () => {
    const { server, response } = await byHand()
    const child = asks(server, '--max-time', '1s')
    startAnswer(await response)
    await child.wrote('Blue is ')
    await stopped(child)
    expect(await child.ended).toEqual({
      stdout: chunk('Blue is '),
      stderr: expect.stringMatching(/^or-stream: truncated: the answer was cut off after \d+ bytes: .+\n$/),
      status: 76,
    })
    expect(await server.left).toBe(true)
  })
})

describe('R16 · a broken locale, a dumb terminal, no colours, no home · works as ever · 0', () => {
  const ODD = 'LC_ALL=xx_YY.nonsense LANG=C TERM=dumb NO_COLOR=1'
  const bare = (command: string, env = '') => `env -i PATH="$PATH" ${ODD} ${env} ${command}`

  test.each(few(programs))('%s --help', async (name) => {
    expect(await shell(bare(`${name} --help`))).toEqual(await program(name, ['--help']))
  })

  test.each(few(filters))('%s', async (name) => {
    const file = join(folder, 'fish.sse')
    const ended = await shell(bare(`${name} ${file}`))
    expect(ended).toEqual(await program(name, [file], { env: { LC_ALL: 'C.UTF-8', HOME: folder } }))
    expect(ended).toMatchObject(OF_WORDS[name] === undefined ? { stderr: '', status: 0 } : { status: OF_WORDS[name] })
  })

  test('or-stream', async () => {
    const server = await upstream(stream(fish))
    const asked = bare("or-stream '空 🐟' </dev/null", `OPENROUTER_BASE_URL=${server.url}`)
    expect(await shell(asked)).toEqual({ stdout: fish, stderr: '', status: 0 })
    expect(server.requests.map(({ body: sent }) => JSON.parse(sent) as unknown)).toMatchObject([
      { messages: [{ content: '空 🐟' }] },
    ])
  })

  test('or-serve', async () => {
    const child = startShell(`exec ${bare(`or-serve --port 0 ${join(folder, 'answer.sse')}`)}`, { env: ENV })
    await child.wrote('Ctrl-C ends it\n', 'stderr')
    child.kill('SIGINT')
    expect(await child.ended).toMatchObject({ stdout: expect.stringMatching(/^http:.+\n$/), status: 130 })
  })
})
