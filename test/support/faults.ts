import { once } from 'node:events'
import { STATUS_CODES, type IncomingHttpHeaders } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import { rawUpstream, type Connections, type Received } from './upstream.js'
import { ANSWER, errorEvent } from './wire.js'

/**
 * The server that misbehaves, on bare sockets. What it does with a request is a scenario: parameters with commas between
 * them, each `name`, `name=value`, `name@byte` or `name@byte=value`, such as `framing=length,fin@200`. In a value `%HH` is any
 * byte, and `%2C` a comma. A byte is counted in the body, but with `limit` in all that is sent.
 *
 * | parameter                     | what it does                                                                            |
 * | ----------------------------- | --------------------------------------------------------------------------------------- |
 * | `whole`                       | nothing: the answer is as it should be                                                  |
 * | `status=N`                    | another status than 200; from 400 on the body is an error as JSON, from 300 on empty    |
 * | `header=NAME: VALUE`          | one more header, in place of one by that name that would be sent (repeatable)           |
 * | `body=BYTES`                  | another body                                                                            |
 * | `framing=chunked\|length\|close` | how the body's end is told: in chunks (one for each event), by a length, by the end  |
 * | `raw=BYTES`                   | these bytes in place of head and body, then the end                                     |
 * | `endless_head`                | headers for ever                                                                        |
 * | `no_end_mark`                 | the body lacks its finish and its `[DONE]`                                              |
 * | `repeat` `repeat=N`           | the body over and over: for ever, N times                                               |
 * | `echo_key`                    | the error quotes the key that was sent; without an error, an event does                 |
 * | `encode=HOW` `encode=HOW:BY`  | HOW is `gzip` (compressed), `cut` (half of that), `lie` (it only says so) or `bomb`     |
 * |                               | (200 MB of zeros in 200 kB); BY is gzip, deflate or br                                  |
 * | `garble@byte`                 | this byte of the body is another                                                        |
 * | `latency=MS±J`                | waits before it answers                                                                 |
 * | `down`                        | resets the connection: at once when it stands in the list, after the request in a path  |
 * | `hang`                        | never answers                                                                           |
 * | `hang@byte` `hang@byte=MS`    | falls silent in the body: for ever, for a while (between events, where comments come)   |
 * | `comment=MS`                  | a comment in such a silence, every so often                                             |
 * | `fin@byte`                    | ends the connection here; past the body, before its end is told                         |
 * | `reset@byte`                  | resets it here                                                                          |
 * | `limit@byte`                  | ends it here, the head and the framing counted                                          |
 * | `slice=SIZE±V` `slice=SIZE±V:US` | sends pieces of about this size, so many microseconds apart                          |
 * | `rate=KB/S`                   | sends no faster than this                                                               |
 * | `slow_close=MS`               | ends the connection this long after a whole answer (it stays open otherwise), or its cut |
 *
 * A scenario stands in the path, before `/api`, as `at()` puts it there; without one there the first request takes the first of
 * the list, the second the second, and the last is repeated.
 */
export async function faults(scenarios: readonly string[] = ['whole'], options: FaultOptions = {}): Promise<Faults> {
  const { body = ANSWER, seed = Number(process.env['FAULTS_SEED'] ?? 1), host = '127.0.0.1' } = options
  const list = scenarios.map(scenarioOf)
  const dice = random(seed)
  const log: Exchange[] = []
  let taken = 0
  const next = () => list[Math.min(taken++, list.length - 1)] ?? scenarioOf('whole')

  const server = await rawUpstream(
    (socket, request) => {
      const [, inPath] = /^\/([^/]+)\/api\//.exec(request.path) ?? []
      const scenario = inPath === undefined ? next() : scenarioOf(inPath)
      const exchange = begun(socket, request)
      log.push(exchange)
      void play(steps(scenario, keyIn(request), Buffer.from(body), dice), { socket, exchange, scenario, dice })
    },
    {
      host,
      connected: (socket) => {
        if (!list[Math.min(taken, list.length - 1)]?.has('down')) return
        taken++
        socket.resetAndDestroy()
      },
    },
  )
  return {
    ...server,
    log,
    seed,
    at: (scenario) => server.url.replace('/api', `/${inUrl(scenario)}/api`),
  }
}

export interface FaultOptions {
  /** What a 200 answers with; a whole chat answer when not said. */
  readonly body?: string | Uint8Array
  /** What every random choice follows from; that of the environment, `FAULTS_SEED`, when not said. */
  readonly seed?: number
  readonly host?: string
}

export interface Faults {
  /** The base URL for clients, and the same with a scenario in it. */
  readonly url: string
  at(scenario: string): string
  /** `127.0.0.1:PORT`, as messages call it. */
  readonly host: string
  /** One entry for each request, in the order in which they came. */
  readonly log: readonly Exchange[]
  readonly connections: Connections
  /** True when a request has come whole. */
  readonly asked: Promise<boolean>
  readonly seed: number
}

/** One request, and what has been sent for it so far. */
export interface Exchange {
  readonly method: string
  readonly path: string
  /** Those that may hold a key say `present`. */
  readonly headers: IncomingHttpHeaders
  /** All bytes sent, those of the body among them, and the pieces in which they went out. */
  sent: number
  body: number
  pieces: number
  /** Whether the client has closed the connection, and a promise that resolves when it does. */
  hasLeft: boolean
  readonly left: Promise<void>
}

/** A place that lets nobody in: its queue of connections is full, and no one takes them from it. It is gone when the test has finished. */
export async function crowded(): Promise<{ readonly url: string; readonly host: string }> {
  // Node takes connections as long as it runs, so a thread listens and is then stopped. Linux queues one more than was asked for.
  const thread = new Worker(
    `const server = require('node:net').createServer()
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:worker_threads').parentPort.postMessage(server.address().port)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`,
    { eval: true },
  )
  const [port] = (await once(thread, 'message')) as [number]
  const queued = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
  for (const socket of queued) socket.on('error', () => {})
  await Promise.all(queued.map((socket) => once(socket, 'connect')))
  onTestFinished(async () => {
    for (const socket of queued) socket.destroy()
    await thread.terminate()
  })
  return { url: `http://127.0.0.1:${port}/api/v1`, host: `127.0.0.1:${port}` }
}

const PARAMETERS = new Set(
  `whole status header body framing raw endless_head no_end_mark repeat echo_key encode garble latency down hang comment fin
  reset limit slice rate slow_close`.split(/\s+/),
)

interface Parameter {
  readonly at: number | undefined
  readonly value: string | undefined
}

type Scenario = ReadonlyMap<string, readonly Parameter[]>

function scenarioOf(text: string): Scenario {
  const scenario = new Map<string, Parameter[]>()
  for (const part of Buffer.from(text).toString('latin1').split(',')) {
    const [, name = '', at, value] = /^([a-z_]+)(?:@(\d+))?(?:=(.*))?$/s.exec(part) ?? []
    if (!PARAMETERS.has(name)) throw new Error(`the fault server knows no "${part}"`)
    const bytes = value?.replace(/%([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    const parameter = { at: at === undefined ? undefined : Number(at), value: bytes }
    scenario.set(name, [...(scenario.get(name) ?? []), parameter])
  }
  return scenario
}

/** A scenario as it can stand in a path. */
function inUrl(scenario: string): string {
  return scenario.replace(/[^\w=,@.:;%~+-]/gu, encodeURIComponent)
}

function valueOf(scenario: Scenario, name: string): string | undefined {
  return scenario.get(name)?.at(-1)?.value
}

function numberOf(scenario: Scenario, name: string): number | undefined {
  const value = valueOf(scenario, name)
  return value === undefined ? undefined : Number(value)
}

/** The numbers of `SIZE±V:US`; what isn't said is 0. */
function spreadOf(text: string): { size: number; around: number; apart: number } {
  const [, size, around, apart] = /^(\d+)(?:[^\d:]+(\d+))?(?::(\d+))?$/.exec(text) ?? []
  return { size: Number(size), around: Number(around ?? 0), apart: Number(apart ?? 0) / 1000 }
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
type Dice = () => number

function random(seed: number): Dice {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function near({ size, around }: { size: number; around: number }, dice: Dice): number {
  return Math.round(size + (2 * dice() - 1) * around)
}

/** Bytes to send, of which those from `from` to `to` are of the body. */
interface Bytes {
  readonly bytes: Buffer
  readonly from: number
  readonly to: number
}

type Step = Bytes | { readonly silence: number } | 'fin' | 'reset'

function* steps(scenario: Scenario, key: string, answer: Buffer, dice: Dice): Generator<Step> {
  yield { silence: near(spreadOf(valueOf(scenario, 'latency') ?? '0'), dice) }
  if (scenario.get('hang')?.some(({ at }) => at === undefined)) yield { silence: Infinity }
  if (scenario.has('down')) yield 'reset'
  if (scenario.has('endless_head')) yield* endlessHead()
  const body = bodyOf(scenario, key, answer, dice)
  const framing = scenario.has('raw') ? 'close' : (valueOf(scenario, 'framing') ?? 'chunked')
  if (!scenario.has('raw')) yield framed(headOf(scenario, framing, body.length))
  yield* withFaults(blocks(scenario, body, framing === 'chunked'), faultsOf(scenario))
  if (framing === 'chunked') yield framed('0\r\n\r\n')
  if (framing === 'close' || scenario.has('slow_close')) yield 'fin'
}

function* endlessHead(): Generator<Bytes> {
  yield framed('HTTP/1.1 200 OK\r\n')
  for (let line = 1; ; line++) yield framed(`x-${line}: ${'y'.repeat(1000)}\r\n`)
}

const COMPRESSED = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync } as const
const isCoding = (name: string): name is keyof typeof COMPRESSED => name in COMPRESSED

function encodingOf(scenario: Scenario): { how: string; by: keyof typeof COMPRESSED } | undefined {
  const [how, by = 'gzip'] = valueOf(scenario, 'encode')?.split(':') ?? []
  return how === undefined || !isCoding(by) ? undefined : { how, by }
}

function bodyOf(scenario: Scenario, key: string, answer: Buffer, dice: Dice): Buffer {
  const given = valueOf(scenario, 'raw') ?? valueOf(scenario, 'body')
  const plain = given === undefined ? usualBody(scenario, key, answer) : Buffer.from(given, 'latin1')
  const body = encoded(plain, encodingOf(scenario))
  for (const { at = 0 } of scenario.get('garble') ?? []) {
    body[at] = (body[at] ?? 0) ^ (1 + Math.floor(dice() * 255))
  }
  return body
}

function usualBody(scenario: Scenario, key: string, answer: Buffer): Buffer {
  const status = numberOf(scenario, 'status') ?? 200
  const message = scenario.has('echo_key') ? `Incorrect API key provided: ${key}` : STATUS_CODES[status]
  if (status >= 400) return Buffer.from(JSON.stringify({ error: { code: status, message } }))
  if (status >= 300) return Buffer.alloc(0)
  const events = inEvents(answer)
  const kept = scenario.has('no_end_mark') ? events.filter((event) => !isEndMark(event)) : events
  const quote = scenario.has('echo_key') ? [Buffer.from(errorEvent(401, message ?? ''))] : []
  return Buffer.concat([...kept, ...quote])
}

function inEvents(body: Buffer): Buffer[] {
  const events: Buffer[] = []
  for (let from = 0; from < body.length;) {
    const end = body.indexOf('\n\n', from)
    const to = end === -1 ? body.length : end + 2
    events.push(body.subarray(from, to))
    from = to
  }
  return events
}

function isEndMark(event: Buffer): boolean {
  return /^data: \[DONE\]|"finish_reason":"/.test(event.toString())
}

function encoded(body: Buffer, encoding: ReturnType<typeof encodingOf>): Buffer {
  if (encoding === undefined || encoding.how === 'lie') return Buffer.from(body)
  // A file of gzip may have many members.
  if (encoding.how === 'bomb')
    return Buffer.concat(Array.from({ length: 20 }, () => gzipSync(Buffer.alloc(10_000_000))))
  const compressed = COMPRESSED[encoding.by](body)
  return encoding.how === 'cut' ? compressed.subarray(0, compressed.length / 2) : compressed
}

function headOf(scenario: Scenario, framing: string, length: number): string {
  const status = numberOf(scenario, 'status') ?? 200
  const repeated = scenario.has('repeat') ? (numberOf(scenario, 'repeat') ?? 2 ** 40) : 1
  const usual = [
    ['content-type', status < 400 ? 'text/event-stream' : 'application/json'],
    ['content-encoding', encodingOf(scenario)?.by],
    ['content-length', framing === 'length' ? `${length * repeated}` : undefined],
    ['transfer-encoding', framing === 'chunked' ? 'chunked' : undefined],
  ]
  const given = (scenario.get('header') ?? []).map(({ value }) => value ?? '')
  const isGiven = (name: string) => given.some((line) => line.toLowerCase().startsWith(`${name}:`))
  const lines = usual.flatMap(([name = '', value]) =>
    value === undefined || isGiven(name) ? [] : [`${name}: ${value}`],
  )
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, ...given, '', ''].join('\r\n')
}

/** Bytes that are none of the body. */
function framed(text: string): Bytes {
  return { bytes: Buffer.from(text, 'latin1'), from: 0, to: 0 }
}

/** The body, event by event, each with the framing that it has. */
function* blocks(scenario: Scenario, body: Buffer, isChunked: boolean): Generator<Bytes> {
  const events = inEvents(body).map((event) =>
    isChunked ? inChunk(event) : { bytes: event, from: 0, to: event.length },
  )
  const times = scenario.has('repeat') ? (numberOf(scenario, 'repeat') ?? Infinity) : 1
  for (let time = 0; time < times; time++) yield* events
}

function inChunk(body: Buffer): Bytes {
  const size = `${body.length.toString(16)}\r\n`
  return {
    bytes: Buffer.concat([Buffer.from(size), body, Buffer.from('\r\n')]),
    from: size.length,
    to: size.length + body.length,
  }
}

/** The first bytes, and the others. */
function cut({ bytes, from, to }: Bytes, at: number): [Bytes, Bytes] {
  return [
    { bytes: bytes.subarray(0, at), from: Math.min(from, at), to: Math.min(to, at) },
    { bytes: bytes.subarray(at), from: Math.max(from - at, 0), to: Math.max(to - at, 0) },
  ]
}

interface Fault {
  readonly at: number
  readonly step: Step
}

function faultsOf(scenario: Scenario): Fault[] {
  const found = (name: string, step: (value: string | undefined) => Step) =>
    (scenario.get(name) ?? []).flatMap(({ at, value }) => (at === undefined ? [] : [{ at, step: step(value) }]))
  return [
    ...found('hang', (ms) => ({ silence: Number(ms ?? Infinity) })),
    ...found('fin', () => 'fin'),
    ...found('reset', () => 'reset'),
  ].toSorted((a, b) => a.at - b.at)
}

/** The body with what happens in it. A fault between two events comes when the first is whole, its framing too; one past the end, at the end. */
function* withFaults(body: Iterable<Bytes>, happening: readonly Fault[]): Generator<Step> {
  const waiting = [...happening]
  let position = 0
  for (const block of body) {
    let rest = block
    for (let fault = waiting[0]; fault && fault.at < position + rest.to - rest.from; fault = waiting[0]) {
      const [before, after] = fault.at === position ? [undefined, rest] : cut(rest, rest.from + fault.at - position)
      if (before) yield before
      yield fault.step
      position = fault.at
      rest = after
      waiting.shift()
    }
    position += rest.to - rest.from
    yield rest
  }
  for (const { step } of waiting) yield step
}

/** Whom the steps are for. */
interface Player {
  readonly socket: Socket
  readonly exchange: Exchange
  readonly scenario: Scenario
  readonly dice: Dice
}

async function play(todo: Iterable<Step>, player: Player): Promise<void> {
  const { socket, exchange, scenario } = player
  const limit = scenario.get('limit')?.[0]?.at ?? Infinity
  for (const step of todo) {
    if (isOver(player)) return
    if (step === 'reset') {
      // Where data and a reset come together, the client sees an end in place of the reset.
      if (exchange.sent > 0) await wait(50)
      socket.resetAndDestroy()
      return
    }
    const isLast = step === 'fin' || ('bytes' in step && exchange.sent + step.bytes.length >= limit)
    if (step !== 'fin' && 'silence' in step) await silence(step.silence, player)
    else if (step !== 'fin') await send(cut(step, limit - exchange.sent)[0], player)
    if (!isLast) continue
    await pause(numberOf(scenario, 'slow_close') ?? 0, exchange)
    socket.end()
    return
  }
}

/** Whether nobody hears any more. What fails to be written is told before the event loop comes to tell of the end. */
function isOver({ socket, exchange }: Player): boolean {
  return socket.destroyed || exchange.hasLeft
}

async function silence(length: number, player: Player): Promise<void> {
  const { socket, exchange, scenario } = player
  const every = numberOf(scenario, 'comment')
  const comment = Buffer.from(': OPENROUTER PROCESSING\n\n')
  const isChunked = (valueOf(scenario, 'framing') ?? 'chunked') === 'chunked'
  const said = isChunked ? inChunk(comment) : { bytes: comment, from: 0, to: comment.length }
  // Before the head nothing can be said.
  if (every === undefined || exchange.sent === 0) return pause(length, exchange)
  for (let silent = 0; silent < length && !isOver(player); silent += every) {
    await pause(every, exchange)
    if (!isOver(player)) await write(said, socket, exchange)
  }
}

/** Waits, but no longer than the client. */
async function pause(length: number, { left }: Exchange): Promise<void> {
  if (length === 0) return
  await Promise.race(length === Infinity ? [left] : [left, wait(length, undefined, { ref: false })])
}

async function send(step: Bytes, player: Player): Promise<void> {
  const { socket, exchange, scenario, dice } = player
  const rate = numberOf(scenario, 'rate')
  const slice = valueOf(scenario, 'slice')
  const spread = slice === undefined ? undefined : spreadOf(slice)
  for (let rest = step; rest.bytes.length > 0 && !isOver(player);) {
    const size = spread ? Math.max(1, near(spread, dice)) : (rate ?? Infinity) * 10
    const [piece, after] = cut(rest, size)
    await write(piece, socket, exchange)
    // A kilobyte a second is a byte a millisecond.
    await pause((spread?.apart ?? 0) + (rate === undefined ? 0 : piece.bytes.length / rate), exchange)
    if (spread) await new Promise((resolve) => setImmediate(resolve))
    rest = after
  }
}

/** Writes, and counts what the system has taken. */
function write({ bytes, from, to }: Bytes, socket: Socket, exchange: Exchange): Promise<void> {
  return new Promise((resolve) => {
    socket.write(bytes, (error) => {
      if (!error) {
        exchange.sent += bytes.length
        exchange.body += to - from
        exchange.pieces++
      }
      resolve()
    })
  })
}

const KEYS = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key']

function keyIn({ headers }: Received): string {
  return (
    KEYS.map((name) => headers[name])
      .find((value) => value !== undefined)
      ?.toString()
      .replace(/^Bearer /, '') ?? ''
  )
}

function begun(socket: Socket, { method, path, headers }: Received): Exchange {
  const masked = Object.entries(headers).map(([name, value]) => [name, KEYS.includes(name) ? 'present' : value])
  const left = new Promise<void>((resolve) => {
    for (const sign of ['end', 'close']) socket.once(sign, () => resolve())
  })
  const exchange: Exchange = {
    method,
    path,
    headers: Object.fromEntries(masked) as IncomingHttpHeaders,
    sent: 0,
    body: 0,
    pieces: 0,
    hasLeft: false,
    left,
  }
  void left.then(() => (exchange.hasLeft = true))
  return exchange
}
