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
 * Starts a faulty server on raw sockets. Its behaviour is a scenario: parameters separated by commas, each `name`, `name=value`,
 * `name@byte` or `name@byte=value`, such as `framing=length,fin@200`. In a value, `%HH` is any byte and `%2C` a comma. Byte offsets are
 * relative to the body, except for `limit`, which counts everything that is sent.
 *
 * | parameter                     | what it does                                                                            |
 * | ----------------------------- | --------------------------------------------------------------------------------------- |
 * | `whole`                       | a correct answer                                                                        |
 * | `status=N`                    | the status; from 400 the body is a JSON error, from 300 it is empty                     |
 * | `header=NAME: VALUE`          | adds a header, or replaces the default one of that name (repeatable)                    |
 * | `body=BYTES`                  | replaces the body                                                                       |
 * | `framing=chunked\|length\|close` | framing of the body: one chunk per event, by length, or until the connection closes  |
 * | `raw=BYTES`                   | sends these bytes instead of head and body, then closes                                 |
 * | `endless_head`                | sends headers without end                                                               |
 * | `no_end_mark`                 | the body has no finish reason and no `[DONE]`                                           |
 * | `repeat` `repeat=N`           | repeats the body without end, or N times                                                |
 * | `echo_key`                    | the error response, or else an error event, contains the API key of the request         |
 * | `encode=HOW` `encode=HOW:BY`  | HOW is `gzip` (compressed), `cut` (half of that), `lie` (header only) or `bomb`         |
 * |                               | (200 MB of zeros in 200 kB); BY is gzip, deflate or br                                  |
 * | `garble@byte`                 | changes this byte of the body                                                           |
 * | `latency=MS±J`                | waits before the response                                                               |
 * | `down`                        | resets the connection: at once if it is in the list, after the request if in the path   |
 * | `hang`                        | never responds                                                                          |
 * | `hang@byte` `hang@byte=MS`    | stops sending in the body: forever, or for MS                                           |
 * | `comment=MS`                  | sends a comment every MS while `hang` lasts                                             |
 * | `fin@byte`                    | closes the connection here; past the body, before the final chunk                       |
 * | `reset@byte`                  | resets the connection here                                                              |
 * | `limit@byte`                  | closes the connection here; counts head and framing too                                 |
 * | `slice=SIZE±V` `slice=SIZE±V:US` | sends pieces of about this size, US microseconds apart                               |
 * | `rate=KB/S`                   | limits the rate                                                                         |
 * | `slow_close=MS`               | closes the connection this long after the end (otherwise it stays open after an answer) |
 *
 * The scenario can be part of the path, before `/api`; see `at()`. Otherwise, requests use the scenarios of the list in order, and the
 * last one is repeated.
 */
export async function faults(scenarios: readonly string[] = ['whole'], options: FaultOptions = {}): Promise<Faults> {
  const { body = ANSWER, seed = Number(process.env['FAULTS_SEED'] ?? 1), host = '127.0.0.1' } = options
  const list = scenarios.map(parseScenario)
  const random = seededRandom(seed)
  const log: Exchange[] = []
  let used = 0
  const next = () => list[Math.min(used++, list.length - 1)] ?? parseScenario('whole')

  const server = await rawUpstream(
    (socket, request) => {
      const [, inPath] = /^\/([^/]+)\/api\//.exec(request.path) ?? []
      const scenario = inPath === undefined ? next() : parseScenario(inPath)
      const exchange = newExchange(socket, request)
      log.push(exchange)
      void play(steps(scenario, keyIn(request), Buffer.from(body), random), { socket, exchange, scenario, random })
    },
    {
      host,
      connected: (socket) => {
        if (!list[Math.min(used, list.length - 1)]?.has('down')) return
        used++
        socket.resetAndDestroy()
      },
    },
  )
  return {
    ...server,
    log,
    seed,
    at: (scenario) => server.url.replace('/api', `/${toUrlPath(scenario)}/api`),
  }
}

export interface FaultOptions {
  /** Body of a response with status 200 (default: a complete chat answer). */
  readonly body?: string | Uint8Array
  /** Seed of all random choices (default: the variable `FAULTS_SEED`, or 1). */
  readonly seed?: number
  readonly host?: string
}

export interface Faults {
  /** Base URL for clients; `at` returns one that contains a scenario. */
  readonly url: string
  at(scenario: string): string
  /** `127.0.0.1:PORT`, as in messages. */
  readonly host: string
  /** One entry for each request, in order of arrival. */
  readonly log: readonly Exchange[]
  readonly connections: Connections
  /** Resolves when a complete request has been received. */
  readonly asked: Promise<boolean>
  readonly seed: number
}

/** A request, and counts of what has been sent in response. */
export interface Exchange {
  readonly method: string
  readonly path: string
  /** Headers that can contain a key have the value `present`. */
  readonly headers: IncomingHttpHeaders
  /** Bytes sent, bytes of the body among these, and number of writes. */
  sent: number
  body: number
  pieces: number
  /** True if the client has closed the connection; `left` resolves when it does. */
  hasLeft: boolean
  readonly left: Promise<void>
}

/** Starts a server whose backlog is full, so that connecting to it hangs. It is closed at the end of the test. */
export async function fullBacklog(): Promise<{ readonly url: string; readonly host: string }> {
  // Node accepts connections while its event loop runs, so a blocked thread listens. Linux queues one more than `backlog`.
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

function parseScenario(text: string): Scenario {
  const scenario = new Map<string, Parameter[]>()
  for (const part of Buffer.from(text).toString('latin1').split(',')) {
    const [, name = '', at, value] = /^([a-z_]+)(?:@(\d+))?(?:=(.*))?$/s.exec(part) ?? []
    if (!PARAMETERS.has(name)) throw new Error(`unknown parameter of the fault server: "${part}"`)
    const bytes = value?.replace(/%([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    const parameter = { at: at === undefined ? undefined : Number(at), value: bytes }
    scenario.set(name, [...(scenario.get(name) ?? []), parameter])
  }
  return scenario
}

/** Encodes a scenario for a URL path. */
function toUrlPath(scenario: string): string {
  return scenario.replace(/[^\w=,@.:;%~+-]/gu, encodeURIComponent)
}

function valueOf(scenario: Scenario, name: string): string | undefined {
  return scenario.get(name)?.at(-1)?.value
}

function numberOf(scenario: Scenario, name: string): number | undefined {
  const value = valueOf(scenario, name)
  return value === undefined ? undefined : Number(value)
}

/** Parses `SIZE±V:US`; missing parts are 0. */
function parseSpread(text: string): { size: number; around: number; apart: number } {
  const [, size, around, apart] = /^(\d+)(?:[^\d:]+(\d+))?(?::(\d+))?$/.exec(text) ?? []
  return { size: Number(size), around: Number(around ?? 0), apart: Number(apart ?? 0) / 1000 }
}

/** Returns a random number from 0 to 1. The sequence depends on the seed (mulberry32). */
type Random = () => number

function seededRandom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function near({ size, around }: { size: number; around: number }, random: Random): number {
  return Math.round(size + (2 * random() - 1) * around)
}

/** Bytes to send. Those from `from` to `to` belong to the body. */
interface Bytes {
  readonly bytes: Buffer
  readonly from: number
  readonly to: number
}

type Step = Bytes | { readonly silence: number } | 'fin' | 'reset'

function* steps(scenario: Scenario, key: string, answer: Buffer, random: Random): Generator<Step> {
  yield { silence: near(parseSpread(valueOf(scenario, 'latency') ?? '0'), random) }
  if (scenario.get('hang')?.some(({ at }) => at === undefined)) yield { silence: Infinity }
  if (scenario.has('down')) yield 'reset'
  if (scenario.has('endless_head')) yield* endlessHead()
  const body = bodyOf(scenario, key, answer, random)
  const framing = scenario.has('raw') ? 'close' : (valueOf(scenario, 'framing') ?? 'chunked')
  if (!scenario.has('raw')) yield frame(headOf(scenario, framing, body.length))
  yield* withFaults(blocks(scenario, body, framing === 'chunked'), faultsOf(scenario))
  if (framing === 'chunked') yield frame('0\r\n\r\n')
  if (framing === 'close' || scenario.has('slow_close')) yield 'fin'
}

function* endlessHead(): Generator<Bytes> {
  yield frame('HTTP/1.1 200 OK\r\n')
  for (let line = 1; ; line++) yield frame(`x-${line}: ${'y'.repeat(1000)}\r\n`)
}

const COMPRESSED = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync } as const
const isCoding = (name: string): name is keyof typeof COMPRESSED => name in COMPRESSED

function encodingOf(scenario: Scenario): { how: string; by: keyof typeof COMPRESSED } | undefined {
  const [how, by = 'gzip'] = valueOf(scenario, 'encode')?.split(':') ?? []
  return how === undefined || !isCoding(by) ? undefined : { how, by }
}

function bodyOf(scenario: Scenario, key: string, answer: Buffer, random: Random): Buffer {
  const custom = valueOf(scenario, 'raw') ?? valueOf(scenario, 'body')
  const plain = custom === undefined ? defaultBody(scenario, key, answer) : Buffer.from(custom, 'latin1')
  const body = encode(plain, encodingOf(scenario))
  for (const { at = 0 } of scenario.get('garble') ?? []) {
    body[at] = (body[at] ?? 0) ^ (1 + Math.floor(random() * 255))
  }
  return body
}

function defaultBody(scenario: Scenario, key: string, answer: Buffer): Buffer {
  const status = numberOf(scenario, 'status') ?? 200
  const message = scenario.has('echo_key') ? `Incorrect API key provided: ${key}` : STATUS_CODES[status]
  if (status >= 400) return Buffer.from(JSON.stringify({ error: { code: status, message } }))
  if (status >= 300) return Buffer.alloc(0)
  const events = splitEvents(answer)
  const kept = scenario.has('no_end_mark') ? events.filter((event) => !isEndMark(event)) : events
  const quote = scenario.has('echo_key') ? [Buffer.from(errorEvent(401, message ?? ''))] : []
  return Buffer.concat([...kept, ...quote])
}

function splitEvents(body: Buffer): Buffer[] {
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

function encode(body: Buffer, encoding: ReturnType<typeof encodingOf>): Buffer {
  if (encoding === undefined || encoding.how === 'lie') return Buffer.from(body)
  // A gzip stream can have several members.
  if (encoding.how === 'bomb')
    return Buffer.concat(Array.from({ length: 20 }, () => gzipSync(Buffer.alloc(10_000_000))))
  const compressed = COMPRESSED[encoding.by](body)
  return encoding.how === 'cut' ? compressed.subarray(0, compressed.length / 2) : compressed
}

function headOf(scenario: Scenario, framing: string, length: number): string {
  const status = numberOf(scenario, 'status') ?? 200
  const repeated = scenario.has('repeat') ? (numberOf(scenario, 'repeat') ?? 2 ** 40) : 1
  const defaults = [
    ['content-type', status < 400 ? 'text/event-stream' : 'application/json'],
    ['content-encoding', encodingOf(scenario)?.by],
    ['content-length', framing === 'length' ? `${length * repeated}` : undefined],
    ['transfer-encoding', framing === 'chunked' ? 'chunked' : undefined],
  ]
  const custom = (scenario.get('header') ?? []).map(({ value }) => value ?? '')
  const isCustom = (name: string) => custom.some((line) => line.toLowerCase().startsWith(`${name}:`))
  const lines = defaults.flatMap(([name = '', value]) =>
    value === undefined || isCustom(name) ? [] : [`${name}: ${value}`],
  )
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, ...custom, '', ''].join('\r\n')
}

/** Returns bytes that are not part of the body. */
function frame(text: string): Bytes {
  return { bytes: Buffer.from(text, 'latin1'), from: 0, to: 0 }
}

/** Yields the body event by event, with framing. */
function* blocks(scenario: Scenario, body: Buffer, isChunked: boolean): Generator<Bytes> {
  const events = splitEvents(body).map((event) =>
    isChunked ? chunkOf(event) : { bytes: event, from: 0, to: event.length },
  )
  const times = scenario.has('repeat') ? (numberOf(scenario, 'repeat') ?? Infinity) : 1
  for (let time = 0; time < times; time++) yield* events
}

function chunkOf(body: Buffer): Bytes {
  const size = `${body.length.toString(16)}\r\n`
  return {
    bytes: Buffer.concat([Buffer.from(size), body, Buffer.from('\r\n')]),
    from: size.length,
    to: size.length + body.length,
  }
}

/** Splits bytes at an offset. */
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

/** Inserts the faults into the body. A fault between two events follows the framing of the first; a fault past the end comes at the end. */
function* withFaults(body: Iterable<Bytes>, faultList: readonly Fault[]): Generator<Step> {
  const pending = [...faultList]
  let position = 0
  for (const block of body) {
    let rest = block
    for (let fault = pending[0]; fault && fault.at < position + rest.to - rest.from; fault = pending[0]) {
      const [before, after] = fault.at === position ? [undefined, rest] : cut(rest, rest.from + fault.at - position)
      if (before) yield before
      yield fault.step
      position = fault.at
      rest = after
      pending.shift()
    }
    position += rest.to - rest.from
    yield rest
  }
  for (const { step } of pending) yield step
}

/** Target of the steps. */
interface Target {
  readonly socket: Socket
  readonly exchange: Exchange
  readonly scenario: Scenario
  readonly random: Random
}

async function play(todo: Iterable<Step>, target: Target): Promise<void> {
  const { socket, exchange, scenario } = target
  const limit = scenario.get('limit')?.[0]?.at ?? Infinity
  for (const step of todo) {
    if (hasEnded(target)) return
    if (step === 'reset') {
      // If data and a reset arrive together, the client can see a normal end instead of the reset.
      if (exchange.sent > 0) await wait(50)
      socket.resetAndDestroy()
      return
    }
    const isLast = step === 'fin' || ('bytes' in step && exchange.sent + step.bytes.length >= limit)
    if (step !== 'fin' && 'silence' in step) await playSilence(step.silence, target)
    else if (step !== 'fin') await send(cut(step, limit - exchange.sent)[0], target)
    if (!isLast) continue
    await pause(numberOf(scenario, 'slow_close') ?? 0, exchange)
    socket.end()
    return
  }
}

/** Returns true if the client is gone. A failed write shows this before the event loop reports the end. */
function hasEnded({ socket, exchange }: Target): boolean {
  return socket.destroyed || exchange.hasLeft
}

async function playSilence(length: number, target: Target): Promise<void> {
  const { socket, exchange, scenario } = target
  const every = numberOf(scenario, 'comment')
  const comment = Buffer.from(': OPENROUTER PROCESSING\n\n')
  const isChunked = (valueOf(scenario, 'framing') ?? 'chunked') === 'chunked'
  const bytes = isChunked ? chunkOf(comment) : { bytes: comment, from: 0, to: comment.length }
  // Comments cannot precede the head.
  if (every === undefined || exchange.sent === 0) return pause(length, exchange)
  for (let silent = 0; silent < length && !hasEnded(target); silent += every) {
    await pause(every, exchange)
    if (!hasEnded(target)) await write(bytes, socket, exchange)
  }
}

/** Waits until the time is over or the client disconnects. */
async function pause(length: number, { left }: Exchange): Promise<void> {
  if (length === 0) return
  await Promise.race(length === Infinity ? [left] : [left, wait(length, undefined, { ref: false })])
}

async function send(step: Bytes, target: Target): Promise<void> {
  const { socket, exchange, scenario, random } = target
  const rate = numberOf(scenario, 'rate')
  const slice = valueOf(scenario, 'slice')
  const spread = slice === undefined ? undefined : parseSpread(slice)
  for (let rest = step; rest.bytes.length > 0 && !hasEnded(target);) {
    const size = spread ? Math.max(1, near(spread, random)) : (rate ?? Infinity) * 10
    const [piece, after] = cut(rest, size)
    await write(piece, socket, exchange)
    // 1 kB/s is one byte per millisecond.
    await pause((spread?.apart ?? 0) + (rate === undefined ? 0 : piece.bytes.length / rate), exchange)
    if (spread) await new Promise((resolve) => setImmediate(resolve))
    rest = after
  }
}

/** Writes bytes and counts those that the system has accepted. */
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

function newExchange(socket: Socket, { method, path, headers }: Received): Exchange {
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
