import { rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { Options } from 'execa'
import { describe, expect, test } from 'vitest'
import { decimalSum } from '../../src/core/text/decimal.js'
import { events } from '../../src/core/sse/detect.js'
import { INHERITED } from '../support/arbitrary.js'
import { utf8Bytes } from '../support/feed.js'
import { folderWith } from '../support/folder.js'
import { measure, type ResourceUsage } from '../support/peak.js'
import { SIZE, sized, some, few } from '../support/size.js'
import { program, shell, start, type Ended } from '../support/spawn.js'
import { coded, rawUpstream, reply, stream, STREAM_HEAD, upstream } from '../support/upstream.js'
import { ANSWER, chunk, DONE, event, WORDS } from '../support/wire.js'

const MEGABYTE = 1024 * 1024
const readers = ['sse-parse', 'sse-text', 'sse-usage']

/** Returns a shell command that prints `megabytes` MiB of one letter. */
function fill(letter: string, megabytes: number): string {
  return `head -c ${megabytes}M /dev/zero | tr '\\0' '${letter}'`
}

const ENDLESS = sized({ small: 24, ci: 112, long: 2048 })
/** Memory growth that still counts as flat, in MiB: four times the maximum event size. */
const FLAT = 64
/** The same for or-stream, which may buffer an event twice: for a possible retry, and for the verdict. */
const HOLDING = 100

/** The memory in MiB that each command line needs for a stream without large events. */
const baselines = new Map<string, Promise<number>>()

/** Returns `flat`, or the additional memory in MiB compared to a stream without large events. */
async function flatness(name: string, { memory }: ResourceUsage, limit = FLAT): Promise<string | number> {
  const plain = async () => {
    const server = await upstream(stream(chunk('word '.repeat(20)).repeat(20_000) + ANSWER))
    const command = `yes 'data: 1\n' | head -c 4M | taking ${name} >/dev/null`
    return (await measure(command, { OPENROUTER_BASE_URL: server.url })).memory
  }
  const baseline = baselines.get(name) ?? plain()
  baselines.set(name, baseline)
  const more = Math.round(memory - (await baseline))
  return more < limit ? 'flat' : more
}

const MARK = '\\n\\ndata: [DONE]\\n\\n'
const PARSED = '{"event":"message","data":"[DONE]"}\n'
const tooLarge = (name: string, what = 'an event has') =>
  `${name}: too_large: ${what} more than 16777216 bytes; raise --max-event-bytes\n`

describe('R87 · an endless line · of an event 65 at the bound; a comment or an unknown field is dropped, its memory too · 65 or 0', () => {
  const dropped = { stdout: PARSED, stderr: '', status: 0 }
  const LINES = [
    ['data', `printf 'data: '; ${fill('x', ENDLESS)}`, { stdout: '', stderr: tooLarge('sse-parse'), status: 65 }],
    ['a comment', `printf ': '; ${fill('x', ENDLESS)}; printf '${MARK}'`, dropped],
    ['an unknown field', `printf 'foo: '; ${fill('x', ENDLESS)}; printf '${MARK}'`, dropped],
    ['no field', `${fill('x', ENDLESS)}; printf '${MARK}'`, dropped],
    ['blanks', `${fill(' ', ENDLESS)}; printf '${MARK}'`, dropped],
    ['an id', `printf 'id: '; ${fill('x', ENDLESS)}; printf '${MARK}'`, dropped],
    ['an event name', `printf 'event: '; ${fill('x', ENDLESS)}; printf '${MARK}'`, dropped],
    ['a retry time', `printf 'retry: '; ${fill('1', ENDLESS)}; printf '${MARK}'`, dropped],
    [
      'a line of sse-parse',
      `printf '{"event":"message","data":"'; ${fill('x', Math.max(ENDLESS, 128))}`,
      { stdout: '', stderr: tooLarge('sse-parse', 'line 1 has an event of'), status: 65 },
    ],
  ] as const

  test.each(few(LINES))('%s', async (_, input, expected) => {
    const { memory, ...ended } = await measure(`(${input}) | taking sse-parse`)
    // JSON may escape one character of the data as six.
    const most = input.includes('"data"') ? 6 * FLAT : FLAT
    const memoryIs = await flatness('sse-parse', { memory, status: 0 }, most)
    expect({ ...ended, memoryIs }).toEqual({ ...expected, memoryIs: 'flat' })
  })

  test.each(few(readers.slice(1)))('%s: data and a comment', async (name) => {
    const data = await measure(`(printf 'data: '; ${fill('x', ENDLESS)}) | taking ${name}`)
    expect({ stderr: data.stderr, status: data.status, memoryIs: await flatness(name, data) }).toEqual({
      stderr: tooLarge(name),
      status: 65,
      memoryIs: 'flat',
    })
    const comment = await measure(`(printf ':'; ${fill('x', ENDLESS)}; printf '${MARK}') | taking ${name}`)
    expect({ stderr: comment.stderr, status: comment.status, memoryIs: await flatness(name, comment) }).toEqual({
      stderr: '',
      status: 0,
      memoryIs: 'flat',
    })
  })

  /** Sends `beginning`, then `ENDLESS` MiB as fast as they are read, then `end`. */
  async function sendEndless(socket: Socket, beginning: string, end: string) {
    socket.write(`${STREAM_HEAD}transfer-encoding: chunked\r\n\r\n${coded(beginning)}`)
    const piece = coded('x'.repeat(MEGABYTE))
    for (let sent = 0; sent < ENDLESS; sent++) {
      await new Promise<void>((resolve) => {
        socket.write(piece, () => resolve())
      })
    }
    socket.write(`${coded(end)}0\r\n\r\n`)
  }

  test.each(
    few([
      ['data before an answer', 'data: ', DONE, 65, tooLarge('or-stream')],
      ['data in an answer', `${chunk('Blue')}data: `, DONE, 65, tooLarge('or-stream')],
      ['a comment', ':', `\n\n${ANSWER}`, 0, ''],
    ]),
  )('or-stream: %s', async (_, beginning, end, status, stderr) => {
    const server = await rawUpstream((socket) => void sendEndless(socket, beginning, end))
    const name = 'or-stream --no-trailer -n x'
    const { stdout, ...ended } = await measure(`taking ${name} | wc -c`, { OPENROUTER_BASE_URL: server.url })
    const bytes = Number(stdout) - ENDLESS * MEGABYTE
    expect({
      bytes,
      stderr: ended.stderr,
      status: ended.status,
      memoryIs: await flatness(name, ended, HOLDING),
    }).toEqual({
      bytes: beginning.length + end.length,
      stderr,
      status,
      memoryIs: 'flat',
    })
  })
})

describe('R88 · an endless event, line by line and never a blank one · of data 65 at the bound; nothing else is kept · 65 or 0', () => {
  const NAME = 'sse-parse'
  const TOO_MANY = `${NAME}: too_large: an event has more than 1048576 lines; raise --max-event-bytes\n`

  test.each(
    few([
      ['data', 'data: x', { stderr: TOO_MANY, status: 65 }],
      ['empty data', 'data', { stderr: TOO_MANY, status: 65 }],
      ['long data', `data: ${'x'.repeat(1000)}`, { stderr: tooLarge(NAME), status: 65 }],
      ['ids', 'id: 1', { stderr: '', status: 0 }],
      ['event names', 'event: x', { stderr: '', status: 0 }],
      [
        'unknown fields',
        `foo: ${'x'.repeat(60)}`,
        { stderr: expect.stringContaining('bad_data: this is not an event stream'), status: 65 },
      ],
    ]),
  )('%s', async (_, line, expected) => {
    const { stdout, stderr, ...taken } = await measure(`yes '${line}' | head -c ${ENDLESS}M | taking ${NAME}`)
    expect({ stdout, stderr, status: taken.status, memoryIs: await flatness(NAME, taken) }).toEqual({
      stdout: '',
      ...expected,
      memoryIs: 'flat',
    })
  })
})

/** Pipes one event with `megabytes` MiB of data through `sse-parse`. */
function large(megabytes: number): Promise<Ended & ResourceUsage> {
  const input = `printf 'data: '; ${fill('x', megabytes)}; printf '\\n\\n'`
  return measure(`(${input}) | taking sse-parse --max-event-bytes 65M | wc -c`)
}

describe('R89 · one data line of 64 MiB, which is legal · passes with the bound raised · 0', () => {
  const LARGE = sized({ small: 12, ci: 64, long: 64 })

  test('the whole of it', async () => {
    const { stdout, stderr, status } = await large(LARGE)
    const around = '{"event":"message","data":""}\n'.length
    expect({ bytes: Number(stdout), stderr, status }).toEqual({
      bytes: LARGE * MEGABYTE + around,
      stderr: '',
      status: 0,
    })
  })
})

describe('R90 · an event that comes byte by byte · the same event, however long · 0', () => {
  // A parser that rescans its buffer for each byte would not finish 2,000,000 of them.
  const LETTERS = sized({ small: 150_000, ci: 2_000_000, long: 10_000_000 })

  test('the whole of it', () => {
    const stage = events()
    const letter = Uint8Array.of(120)
    expect([...stage.push(utf8Bytes('data: '))]).toEqual([])
    let early = 0
    for (let at = 0; at < LETTERS; at++) for (const _ of stage.push(letter)) early++
    const items = [...stage.push(utf8Bytes('\n')), ...stage.push(utf8Bytes('\n'))]
    const lengths = items.map((item) => (item.kind === 'event' ? item.data.length : item.kind))
    expect({ early, lengths }).toEqual({ early: 0, lengths: [LETTERS] })
  })
})

describe('R91 · ten million tiny events, ten million comments · memory is flat · 0', () => {
  const MANY = sized({ small: 150_000, ci: 500_000, long: 10_000_000 })

  test.each(
    few([
      ['events', 'sse-parse', 'data: 1\n', 2],
      ['comments', 'sse-parse', ': 1', 1],
      ['events', 'sse-text', chunk('x').trim() + '\n', 2],
      ['events', 'sse-usage --tee', chunk('x').trim() + '\n', 2],
    ]),
  )('%s through %s', async (_, name, line, lines) => {
    const taken = async (count: number) => {
      const many = `yes '${line}' | head -n ${count * lines}`
      return measure(`(${many}; printf 'data: [DONE]\\n\\n') | taking ${name} 2>&1 >/dev/null | wc -c`)
    }
    const count = line.length > 20 ? MANY / 5 : MANY
    const [less, many] = [await taken(count / 10), await taken(count)]
    const grown = Math.round(many.memory - less.memory)
    expect({ status: many.status, grown: grown < 48 ? 'flat' : grown }).toEqual({ status: 0, grown: 'flat' })
  })
})

/** Runs or-stream against a server. Returns the length of its output, its messages and its status. */
async function ask(url: string) {
  const args = ['-n', '--retry', '0', '--base-url', url, 'x']
  const { stdout, stderr, status } = await program('or-stream', args)
  return { length: stdout.length, stderr, status }
}

const DEPTHS = sized({
  small: [1000, 100_000],
  ci: [1000, 5000, 1_000_000],
  long: [10, 1000, 5000, 100_000, 1_000_000],
})
const BOMBS = [
  ['arrays', (depth: number) => '['.repeat(depth) + ']'.repeat(depth)],
  ['objects', (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)],
] as const
const bombs = BOMBS.flatMap(([kind, make], at) =>
  (SIZE === 'small' && at > 0 ? DEPTHS.slice(-1) : DEPTHS).map((depth) => ({
    title: `${depth} ${kind}`,
    depth,
    bomb: make(depth),
  })),
)

/** Matches a failure in one line that is not an internal error. */
const ONE_LINE = /^[a-z-]+: (?!internal)\w+: [^\n]+\n$/

describe('R92 · JSON nested a million deep · what is only passed on passes; where it must be walked, 65 or 64 beyond a thousand; never a crash · 0, 64, 65', () => {
  test.each(few(bombs))('$title in a chunk', async ({ depth, bomb }) => {
    const data = `{"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}],"x":${bomb}}`
    const input = `data: ${data}\n\n${DONE}`
    const parsed = await program('sse-parse', [], { input })
    expect(parsed.stdout === `{"event":"message","data":${JSON.stringify(data)}}\n${PARSED}`).toBe(true)
    const decoded = await program('sse-parse', ['--decode'], { input })
    expect(decoded.stdout === `{"event":"message","data":${data}}\n${PARSED}`).toBe(true)
    expect([parsed, decoded].map(({ stderr, status }) => ({ stderr, status }))).toEqual([
      { stderr: '', status: 0 },
      { stderr: '', status: 0 },
    ])
    expect(await program('sse-text', [], { input })).toEqual({ stdout: 'Hi', stderr: '', status: 0 })
    expect(await program('sse-usage', ['--json'], { input })).toMatchObject({ stderr: '', status: 0 })

    // A decoded chunk must be printed as JSON again.
    const again = await program('sse-text', [], { input: decoded.stdout })
    const deep = { stdout: '', stderr: expect.stringMatching(ONE_LINE), status: 65 }
    expect([{ stdout: 'Hi', stderr: '', status: 0 }, ...(depth > 1000 ? [deep] : [])]).toContainEqual(again)
  })

  test.each(few(bombs))('$title in every place that a dialect reads', async ({ bomb }) => {
    const places = [
      `{"choices":[{"index":0,"delta":{"content":${bomb}}}]}`,
      `{"choices":[{"index":0,"delta":{"tool_calls":${bomb}}}]}`,
      `{"choices":${bomb}}`,
      `{"choices":[],"usage":${bomb}}`,
      `{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","input":${bomb}}}`,
      `{"candidates":[{"content":{"parts":[{"functionCall":{"name":"x","args":${bomb}}}]}}]}`,
      `{"type":"response.created","response":${bomb}}`,
    ]
    const input = places.map((place) => `data: ${place}\n\n`).join('') + ANSWER
    const ended = await program('sse-text', [], { input })
    expect(ended).toEqual({ stdout: WORDS, stderr: '', status: 0 })
  })

  test.each(few(bombs))('$title in an error', async ({ bomb }) => {
    const input = `data: {"error":{"code":429,"message":"slow","metadata":{"raw":${bomb}},"x":${bomb}}}\n\n`
    const stderr = 'sse-text: rate_limited: slow (429)\n'
    expect(await program('sse-text', [], { input })).toEqual({ stdout: '', stderr, status: 75 })
    const line = await program('sse-text', [], { input: `error: {"error":${bomb}}\n\n` })
    expect(line).toEqual({ stdout: '', stderr: expect.stringMatching(ONE_LINE), status: 76 })
  })

  test.each(few(bombs))('$title alone', async ({ bomb }) => {
    for (const name of readers) {
      const { stdout, stderr, status } = await program(name, [], { input: `{"error":${bomb}}\n` })
      expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: expect.stringMatching(ONE_LINE), status: 65 })
    }
  })

  const folder = folderWith(
    Object.fromEntries(
      bombs.flatMap(({ title, bomb }) => [
        [`${title}/body.json`, `{"model":"test/model","messages":[],"x":${bomb}}`],
        [`${title}/messages.json`, `[{"role":"user","content":"Hi","x":${bomb}}]`],
        [`${title}/tools.json`, `[{"type":"function","x":${bomb}}]`],
        [`${title}/schema.json`, `{"type":"object","x":${bomb}}`],
      ]),
    ),
  )
  const asked = bombs.flatMap(({ title, depth, bomb }) => [
    { title, depth, option: '--body', args: ['--body', join(folder, title, 'body.json')] },
    { title, depth, option: '--messages', args: ['--messages', join(folder, title, 'messages.json'), 'Hi'] },
    { title, depth, option: '--tools', args: ['--tools', join(folder, title, 'tools.json'), 'Hi'] },
    { title, depth, option: '--schema', args: ['--schema', join(folder, title, 'schema.json'), 'Hi'] },
    // The kernel refuses longer arguments.
    ...(bomb.length > 130_000 ? [] : [{ title, depth, option: '-o', args: ['-o', `x=${bomb}`, 'Hi'] }]),
    ...(depth > 60_000
      ? []
      : [{ title, depth, option: '-o with dots', args: ['-o', `${'a.'.repeat(depth - 1)}a=1`, 'Hi'] }]),
  ])

  test.each(few(asked))('or-stream: $title, $option', async ({ depth, args }) => {
    const { stdout, stderr, status } = await program('or-stream', ['--dry-run', '-n', ...args], { trailer: false })
    const isBody = stdout.startsWith('{"model":') && stdout.endsWith(',"stream":true}\n')
    const refused = { isBody: false, stderr: expect.stringMatching(ONE_LINE) }
    expect([
      { isBody: true, stderr: '', status: 0 },
      ...(depth > 1000
        ? [
            { ...refused, status: 64 },
            { ...refused, status: 65 },
          ]
        : []),
    ]).toContainEqual({ isBody, stderr, status })
  })

  test.each(few(bombs))('or-stream: $title in what a server answers', async ({ bomb }) => {
    const refused = await upstream(reply(400, `{"error":{"message":"bad","metadata":${bomb}},"x":${bomb}}`))
    expect(await ask(refused.url)).toEqual({ length: 0, stderr: expect.stringMatching(ONE_LINE), status: 65 })
    const plain = await upstream(reply(200, `{"error":${bomb}}`))
    expect(await ask(plain.url)).toEqual({ length: 0, stderr: expect.stringMatching(ONE_LINE), status: 76 })
    const body = `data: {"choices":[],"x":${bomb}}\n\n${ANSWER}`
    const whole = await upstream(stream(body))
    expect(await ask(whole.url)).toEqual({ length: body.length, stderr: '', status: 0 })
  })

  test('or-serve: in a recording, in a request', async () => {
    const bomb = '['.repeat(1_000_000) + ']'.repeat(1_000_000)
    const recording = `data: {"choices":[],"x":${bomb}}\n\n${ANSWER}`
    const place = folderWith({ 'deep.sse': recording })
    const server = start('or-serve', ['--port', '0', '--speed', 'max', join(place, 'deep.sse')])
    const url = (await server.wrote('\n')).trim()
    const body = `{"stream":true,"x":${bomb}}`
    const response = await fetch(`${url}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect({ status: response.status, isWhole: (await response.text()) === recording }).toEqual({
      status: 200,
      isWhole: true,
    })
    server.kill('SIGTERM')
    expect(await server.ended).toMatchObject({ status: 143 })
  })
})

const CANARY = `process.on('exit', () => {
  if (({}).polluted !== undefined || Object.keys(Object.prototype).length > 0)
    require('node:fs').writeSync(2, 'POLLUTED')
})`

/** Returns a chunk with the word in every possible place. It is written as text, because no object keeps the key `__proto__`. */
function chunkOf(word: string): string {
  const member = `"${word}":{"polluted":true}`
  const call = `{"index":0,"id":"${word}","function":{"name":"${word}","arguments":"{}"}}`
  const delta = `{${member},"content":"${word}","tool_calls":[${call}]}`
  const finish = `"finish_reason":"${word}","native_finish_reason":"${word}"`
  return (
    `{"id":"${word}","model":"${word}","provider":"${word}",${member},` +
    `"choices":[{"index":0,${member},"delta":${delta},${finish}}],` +
    `"usage":{${member},"prompt_tokens":3,"completion_tokens":4}}`
  )
}

function streamOf(word: string): string {
  return `${word}: x\n${word}\nid: ${word}\nevent: ${word}\n: ${word}\ndata: ${chunkOf(word)}\n\n${DONE}`
}

describe('R93 · __proto__, constructor, toString … as keys, names, ids, options · plain words like any other · 0, or 64 where no such word is known', () => {
  const place = folderWith({ 'canary.cjs': CANARY })
  const env = { NODE_OPTIONS: `--require ${place}/canary.cjs` }

  test.each(few(INHERITED))('%s in a stream', async (name) => {
    const input = streamOf(name)
    expect(await program('sse-text', [], { input, env })).toEqual({ stdout: name, stderr: '', status: 0 })
    expect(await program('sse-parse', ['-d'], { input, env })).toEqual({
      stdout: `{"event":"${name}","data":${chunkOf(name)},"id":"${name}"}\n${PARSED}`,
      stderr: '',
      status: 0,
    })
    const usage = await program('sse-usage', ['--json', '--by', 'model', '-', '/dev/null'], { input, env })
    expect({ ...usage, stdout: JSON.parse(usage.stdout.split('\n')[0] ?? '') as unknown }).toMatchObject({
      stdout: { model: name, input_tokens: 3, output_tokens: 4 },
      stderr: expect.not.stringContaining('POLLUTED'),
    })
    const { stdout } = await program('sse-usage', ['--json'], { input, env })
    expect(JSON.parse(stdout)).toMatchObject({ model: name, provider: name, id: name, finish_reason: name })
  })

  test.each(few(INHERITED))('%s in the lines of sse-parse', async (name) => {
    const input = `{"event":"${name}","data":${chunkOf(name)},"id":"${name}","${name}":{"polluted":true}}\n${PARSED}`
    expect(await program('sse-text', [], { input, env })).toEqual({ stdout: name, stderr: '', status: 0 })
  })

  test.each(few(INHERITED))('%s as an error', async (name) => {
    const input = event({ error: { message: 'no', code: name, type: name } })
    expect(await program('sse-text', [], { input, env })).toEqual({
      stdout: '',
      stderr: `sse-text: stream_error: no (${name})\n`,
      status: 76,
    })
  })

  test.each(few(INHERITED))('%s in a request', async (name) => {
    const server = await upstream((response, { headers, body }) => {
      response.setHeader(name, 'x')
      response.setHeader('x-generation-id', name)
      response.setHeader('content-type', 'text/event-stream')
      const isSent = headers[name.toLowerCase()] === '1' || Object.hasOwn(headers, name.toLowerCase())
      response.end(`: ${isSent} ${body}\n\n${ANSWER}`)
    })
    const args = ['-n', '-m', name, '-H', `${name}: 1`, '-o', `${name}.polluted=true`, '--base-url', server.url, name]
    const body =
      `{"model":"${name}","messages":[{"role":"user","content":"${name}"}],` +
      `"${name}":{"polluted":true},"stream":true}`
    const { stdout, ...ended } = await program('or-stream', args, { env })
    // The test server may drop a header of this name.
    expect({ ...ended, asked: stdout.replace(/^: (true|false) /, '') }).toEqual({
      stderr: '',
      status: 0,
      asked: `${body}\n\n${ANSWER}`,
    })
  })

  const WRONG = [
    ['or-stream', '--endpoint'],
    ['or-stream', '--api'],
    ['sse-text', '--dialect'],
    ['sse-text', '--reasoning'],
    ['sse-text', '--choice'],
    ['sse-usage', '--by'],
  ] as const
  const words = some(INHERITED, sized({ small: 2, ci: 3, long: 6 }))
  const wrong = words.flatMap((name) => [
    ...WRONG.map(([tool, option]) => ({ tool, args: [option, name] })),
    ...['or-stream', 'or-serve', ...readers].map((tool) => ({ tool, args: [`--${name}`] })),
    ...readers.map((tool) => ({ tool, args: [`--${name}.polluted=true`] })),
  ])

  test.each(few(wrong))('$tool $args', async ({ tool, args }) => {
    expect(await program(tool, args, { env })).toEqual({
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`^${tool}: usage: [^\n]+\n$`)),
      status: 64,
    })
  })
})

describe('R94 · numbers that no double holds, 1e999, -0, NaN, a key twice · NDJSON keeps their spelling; sums are those of decimals · 0', () => {
  const ODD = '{"a":12345678901234567890,"b":1e999,"c":-0,"d":1.0,"e":3e-7,"f":1,"f":2,"g":0.1e+1}'

  test('the spelling', async () => {
    const input = `data: ${ODD}\n\ndata: NaN\n\n`
    expect(await program('sse-parse', ['-d'], { input })).toEqual({
      stdout: `{"event":"message","data":${ODD}}\n{"event":"message","data":"NaN"}\n`,
      stderr: '',
      status: 0,
    })
    expect(await program('sse-parse', [], { input })).toEqual({
      stdout: `{"event":"message","data":${JSON.stringify(ODD)}}\n{"event":"message","data":"NaN"}\n`,
      stderr: '',
      status: 0,
    })
  })

  test.each(
    few([
      ['1e999', null],
      ['-1e999', null],
      ['"7"', null],
      ['NaN', 'bad'],
      ['9007199254740991', 9007199254740991],
      ['4.95e-6', 0.00000495],
      ['0', 0],
      ['1,"cost":2', 2],
    ]),
  )('a cost of %s', async (cost, told) => {
    const last = `data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"cost":${cost}}}\n\n`
    const { stdout, status } = await program('sse-usage', ['--json'], { input: chunk('x', 'stop') + last + DONE })
    const account = JSON.parse(stdout) as Record<string, unknown>
    expect({ cost: account['cost'], status }).toEqual(
      told === 'bad' ? { cost: null, status: 65 } : { cost: told, status: 0 },
    )
  })

  test('a thousand files', async () => {
    const usage = { prompt_tokens: 9007199254740, completion_tokens: 1, cost: 0.00000495 }
    const place = folderWith({ 'one.sse': chunk('x', 'stop') + event({ choices: [], usage }) + DONE })
    const files = Array.from({ length: 1000 }, () => 'one.sse')
    const { stdout, stderr, status } = await program('sse-usage', ['--json', ...files], { cwd: place })
    const { total } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { total: Record<string, unknown> }
    expect({ cost: total['cost'], tokens: total['input_tokens'], stderr, status }).toEqual({
      cost: 0.00495,
      tokens: 9007199254740000,
      stderr: '',
      status: 0,
    })
  })

  test('a million costs', () => {
    const sum = decimalSum()
    for (let row = 0; row < 1_000_000; row++) sum.add(0.00000495)
    expect(sum.total()).toBe(4.95)
  })
})

/** Returns the data of a chunk. `content` is inserted as JSON text. */
function chunkData(content: string): string {
  return `{"choices":[{"index":0,"delta":{"content":"${content}"},"finish_reason":"stop"}]}`
}

describe('R95 · half a surrogate pair, invalid UTF-8, over-long forms, U+2028 and U+0085 inside · replaced or kept, always valid UTF-8, one line for each event · 0', () => {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const BROKEN: readonly (readonly [string, Uint8Array, string])[] = [
    ['half a pair', utf8Bytes(chunkData('a\\ud83db')), 'a\ufffdb'],
    ['the other half', utf8Bytes(chunkData('a\\udc1fb')), 'a\ufffdb'],
    ['half a pair at the end', utf8Bytes(chunkData('a\\ud83d')), 'a\ufffd'],
    ['the halves in the wrong order', utf8Bytes(chunkData('a\\udc1f\\ud83db')), 'a\ufffd\ufffdb'],
    ['a pair', utf8Bytes(chunkData('a\\ud83d\\udc1fb')), 'a🐟b'],
    [
      'bytes that begin nothing',
      Buffer.from(chunkData('a\u0080\u00bf\u00ff\u00feb'), 'latin1'),
      'a\ufffd\ufffd\ufffd\ufffdb',
    ],
    [
      'over-long forms',
      Buffer.from(chunkData('a\u00c0\u00af\u00e0\u0080\u00afb'), 'latin1'),
      'a\ufffd\ufffd\ufffd\ufffd\ufffdb',
    ],
    ['a surrogate in UTF-8', Buffer.from(chunkData('a\u00ed\u00a0\u00bdb'), 'latin1'), 'a\ufffd\ufffd\ufffdb'],
    ['a character cut short', Buffer.from(chunkData('a\u00f0\u009f\u0090b'), 'latin1'), 'a\ufffdb'],
    ['lines that are none', utf8Bytes(chunkData('a\u2028b\u2029c\u0085d\u000be')), 'a\u2028b\u2029c\u0085d\u000be'],
  ]
  const wires = BROKEN.map(([title, json, words]) => {
    const wire = Buffer.concat([utf8Bytes('data: '), json, utf8Bytes(`\n\n${DONE}`)])
    return { title, wire, words }
  })

  test.each(few(wires.slice(0, -1)))('the words of $title', async ({ wire, words }) => {
    const { stdout, ...ended } = await program('sse-text', [], { input: wire, encoding: 'latin1' })
    const text = strict.decode(Buffer.from(stdout, 'latin1'))
    expect({ text, ...ended }).toEqual({ text: words, stderr: '', status: 0 })
  })

  test.each(few(wires))('the lines of $title, as jq reads them', async ({ wire }) => {
    for (const args of [[], ['-d'], ['--all']]) {
      const { stdout, ...ended } = await program('sse-parse', args, { input: wire, encoding: 'latin1' })
      const lines = strict.decode(Buffer.from(stdout, 'latin1')).split('\n')
      const read = await shell('jq -c .event | tr "\\n" " "', { input: Buffer.from(stdout, 'latin1') })
      expect({ ...ended, lines: lines.length, read }).toEqual({
        stderr: '',
        status: 0,
        lines: 3,
        read: { stdout: '"message" "message" ', stderr: '', status: 0 },
      })
    }
  })

  test('a pair whose halves come in two chunks is one character', async () => {
    const halves = ['\\ud83d', '\\udc1f'].map((half) => `data: ${chunkData(half).replace('"stop"', 'null')}\n\n`)
    expect(await program('sse-text', [], { input: halves.join('') + DONE })).toEqual({
      stdout: '🐟',
      stderr: '',
      status: 0,
    })
  })
})

/** The worst case for a pattern that can match the same letter in two ways: a quadratic pattern takes minutes and times out. */
const LETTERS = [...'a \t\n\r:"\\{[<0-.\u001b', '\r\n', ': ', '<title>', 'or-stream status=75 ']
const LONG = sized({ small: 256 * 1024, ci: 256 * 1024, long: 2 * MEGABYTE })
const letters = LETTERS.map((letter) => letter.repeat(Math.floor(LONG / letter.length)))

const SHAPES: readonly (readonly [string, (many: string) => string])[] = [
  ['alone', (many) => many],
  ['as data', (many) => `data: ${many}\n\n${DONE}`],
  ['as a comment', (many) => `: ${many}\n\n${DONE}`],
  ['as field, name and id', (many) => `event: ${many}\n${many}: x\nid: ${many}\ndata: {}\n\n`],
  ['as text', (many) => chunk(many, 'stop')],
  ['as an error', (many) => event({ error: { message: many, code: many } })],
  ['as an error line', (many) => `error: {"message":${JSON.stringify(many)}}\n\n`],
  ['as a line of sse-parse', (many) => `{"event":"message","data":${JSON.stringify(many)}}\n`],
  ['as a comment of sse-parse', (many) => `{"comment":${JSON.stringify(many)}}\n`],
  ['as other JSON', (many) => `{"error":${JSON.stringify(many)}}\n`],
]

/** Runs a command line and returns only its exit status. */
async function statusOf(command: string, options: Options = {}): Promise<number> {
  return (await shell(`${command} >/dev/null 2>&1`, options)).status
}

describe('R96 · a megabyte of the letters that patterns stumble over · it is read to its end · the status of its content', () => {
  const shaped = SHAPES.flatMap(([shape, make]) => readers.map((name) => ({ name, shape, make })))

  test.each(few(shaped))('$name: $shape', async ({ name, make }) => {
    const files = Object.fromEntries(letters.map((many, at) => [`${at}.sse`, make(many)]))
    const place = folderWith(files)
    const status = await statusOf(`${name} -v ${Object.keys(files).join(' ')}`, { cwd: place })
    rmSync(place, { recursive: true })
    expect([0, 65, 75, 76]).toContain(status)
  })

  const asked = some(letters, sized({ small: 4, ci: 8, long: 19 }))
  test.each(few(asked.map((many) => [many.slice(0, 20), many] as const)))(
    'or-stream: %j in a prompt, in an answer, in a refusal',
    async (_, many) => {
      const env = { OPENROUTER_API_KEY: 'sk-or-v1-0123456789abcdef' }
      expect([0, 64]).toContain(await statusOf('or-stream --dry-run', { env, input: many }))
      const places = [
        await upstream(stream(event({ error: { message: many } }) + `: ${many}\n\n`)),
        await upstream(reply(400, many, { 'content-type': 'text/html' })),
        await upstream(reply(401, JSON.stringify({ error: { message: many } }))),
      ]
      for (const { url } of places) {
        const status = await statusOf('or-stream -n -v --retry 0 x', { env: { ...env, OPENROUTER_BASE_URL: url } })
        expect([65, 76, 77]).toContain(status)
      }
    },
  )
})
