import { connect } from 'node:net'
import { gunzipSync, inflateSync, brotliDecompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { fullBacklog, faults } from './faults.js'
import { coded, STREAM_HEAD } from './upstream.js'
import { ANSWER, chunk, DONE, errorEvent } from './wire.js'

const KEY = 'sk-or-v1-0123456789abcdef'
const EVENTS = [chunk('Blue is '), chunk('short.'), chunk('', 'stop'), DONE]
const CHUNKS = EVENTS.map(coded).join('')
const CHUNKED = `${STREAM_HEAD}transfer-encoding: chunked\r\n\r\n`
const LENGTH = `${STREAM_HEAD}content-length: ${ANSWER.length}\r\n\r\n`
const CLOSE = `${STREAM_HEAD}\r\n`

interface Received {
  /** All bytes received. */
  readonly bytes: Buffer
  /** The server closed or reset the connection, or we stopped after enough bytes. */
  readonly end: 'fin' | 'reset' | 'open'
}

/** Sends one request on a new connection, and reads to the end or until `limit` bytes have arrived. */
function exchange(url: string, limit = Infinity): Promise<Received> {
  const { hostname, port, pathname } = new URL(`${url}/chat/completions`)
  return new Promise((resolve) => {
    const pieces: Buffer[] = []
    let length = 0
    const socket = connect(Number(port), hostname.replace(/[[\]]/g, ''))
    const ended = (end: Received['end']) => {
      socket.destroy()
      resolve({ bytes: Buffer.concat(pieces), end })
    }
    socket.write(`POST ${pathname} HTTP/1.1\r\nAuthorization: Bearer ${KEY}\r\ncontent-length: 2\r\n\r\n{}`)
    socket.on('data', (piece) => {
      length += piece.length
      pieces.push(piece)
      if (length >= limit) ended('open')
    })
    socket.on('end', () => ended('fin'))
    socket.on('error', () => ended('reset'))
  })
}

interface Row {
  readonly scenario: string
  readonly bytes: string
  readonly end: Received['end']
}

const error = (message: string, code: number) => JSON.stringify({ error: { code, message } })
const errorHead = (line: string, body: string) =>
  `HTTP/1.1 ${line}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
const COMMENT = ': OPENROUTER PROCESSING\n\n'
const first = chunk('Blue is ')
const inFirst = coded(first).indexOf('data') + 20

const rows: readonly Row[] = [
  { scenario: 'whole', bytes: `${CHUNKED}${CHUNKS}0\r\n\r\n`, end: 'open' },
  { scenario: 'framing=length', bytes: `${LENGTH}${ANSWER}`, end: 'open' },
  { scenario: 'framing=close', bytes: `${CLOSE}${ANSWER}`, end: 'fin' },
  { scenario: 'slow_close=1', bytes: `${CHUNKED}${CHUNKS}0\r\n\r\n`, end: 'fin' },
  { scenario: 'framing=length,slow_close=1', bytes: `${LENGTH}${ANSWER}`, end: 'fin' },
  { scenario: 'framing=close,body=a%2C b%0A%FF', bytes: `${CLOSE}a, b\n\u00ff`, end: 'fin' },
  { scenario: 'raw=SSH-2.0%0D%0A', bytes: 'SSH-2.0\r\n', end: 'fin' },
  {
    scenario: 'status=429,framing=length,header=Retry-After: 0,header=x: \u00e9%2C',
    bytes: errorHead('429 Too Many Requests', error('Too Many Requests', 429)).replace(
      '\r\n\r\n',
      '\r\nRetry-After: 0\r\nx: \u00c3\u00a9,\r\n\r\n',
    ),
    end: 'open',
  },
  {
    scenario: 'framing=length,header=Content-Length: 5,header=content-length: 6',
    bytes: `${STREAM_HEAD}Content-Length: 5\r\ncontent-length: 6\r\n\r\n${ANSWER}`,
    end: 'open',
  },
  {
    scenario: 'status=307,framing=length,header=location: https%3A//other.example',
    bytes:
      'HTTP/1.1 307 Temporary Redirect\r\ncontent-type: text/event-stream\r\ncontent-length: 0\r\nlocation: https://other.example\r\n\r\n',
    end: 'open',
  },
  {
    scenario: 'status=401,echo_key,framing=length',
    bytes: errorHead('401 Unauthorized', error(`Incorrect API key provided: ${KEY}`, 401)),
    end: 'open',
  },
  {
    scenario: 'no_end_mark,echo_key,framing=close',
    bytes: `${CLOSE}${chunk('Blue is ')}${chunk('short.')}${errorEvent(401, `Incorrect API key provided: ${KEY}`)}`,
    end: 'fin',
  },
  { scenario: 'no_end_mark,framing=close', bytes: `${CLOSE}${chunk('Blue is ')}${chunk('short.')}`, end: 'fin' },
  { scenario: 'framing=close,body=ab,repeat=3', bytes: `${CLOSE}ababab`, end: 'fin' },
  { scenario: 'down', bytes: '', end: 'reset' },
  { scenario: 'fin@0', bytes: CHUNKED, end: 'fin' },
  { scenario: 'fin@20', bytes: `${CHUNKED}${coded(first).slice(0, inFirst)}`, end: 'fin' },
  { scenario: `fin@${first.length}`, bytes: `${CHUNKED}${coded(first)}`, end: 'fin' },
  { scenario: `fin@${ANSWER.length}`, bytes: `${CHUNKED}${CHUNKS}`, end: 'fin' },
  { scenario: 'fin@9999,slow_close=1', bytes: `${CHUNKED}${CHUNKS}`, end: 'fin' },
  { scenario: 'framing=length,fin@20', bytes: `${LENGTH}${ANSWER.slice(0, 20)}`, end: 'fin' },
  { scenario: 'limit@10', bytes: CHUNKED.slice(0, 10), end: 'fin' },
  { scenario: 'framing=length,limit@100', bytes: `${LENGTH}${ANSWER}`.slice(0, 100), end: 'fin' },
  { scenario: 'reset@20', bytes: `${CHUNKED}${coded(first).slice(0, inFirst)}`, end: 'reset' },
  { scenario: 'framing=close,reset@20', bytes: `${CLOSE}${ANSWER.slice(0, 20)}`, end: 'reset' },
  { scenario: 'hang@20', bytes: `${CHUNKED}${coded(first).slice(0, inFirst)}`, end: 'open' },
  { scenario: 'hang@20=1,framing=close', bytes: `${CLOSE}${ANSWER}`, end: 'fin' },
  {
    scenario: `hang@${first.length}=3,comment=1`,
    bytes: `${CHUNKED}${coded(first)}${coded(COMMENT).repeat(3)}${CHUNKS.slice(coded(first).length)}0\r\n\r\n`,
    end: 'open',
  },
  { scenario: 'hang@0,comment=1', bytes: `${CHUNKED}${coded(COMMENT).repeat(3)}`, end: 'open' },
  { scenario: 'slice=7±3,framing=close', bytes: `${CLOSE}${ANSWER}`, end: 'fin' },
  { scenario: 'rate=100,framing=close', bytes: `${CLOSE}${ANSWER}`, end: 'fin' },
  { scenario: 'latency=2±1,framing=close', bytes: `${CLOSE}${ANSWER}`, end: 'fin' },
]

const asText = ({ bytes, end }: Received) => ({ bytes: bytes.toString('latin1'), end })

test.each(rows)('a scenario in the path: $scenario', async ({ scenario, bytes, end }) => {
  const server = await faults()
  const received = await exchange(server.at(scenario), end === 'open' ? bytes.length : Infinity)
  expect(asText(received)).toEqual({ bytes, end })
})

test.each(rows)('a scenario in the list: $scenario', async ({ scenario, bytes, end }) => {
  const server = await faults([scenario])
  const received = await exchange(server.url, end === 'open' ? bytes.length : Infinity)
  expect(asText(received)).toEqual({ bytes, end })
})

test('requests use the scenarios in order, and the last one is repeated', async () => {
  const server = await faults(['framing=close,body=one', 'down', 'framing=close,body=two'])
  const received = [
    await exchange(server.url),
    await exchange(server.url),
    await exchange(server.url),
    await exchange(server.url),
  ]
  expect(received.map(asText)).toEqual([
    { bytes: `${CLOSE}one`, end: 'fin' },
    { bytes: '', end: 'reset' },
    { bytes: `${CLOSE}two`, end: 'fin' },
    { bytes: `${CLOSE}two`, end: 'fin' },
  ])
  expect([server.log.length, server.connections.all]).toEqual([3, 4])
})

test('the log has the request without the key, the bytes sent and the disconnect', async () => {
  const server = await faults(['framing=close'])
  await exchange(server.url)
  await server.log[0]?.left
  expect(server.log).toEqual([
    {
      method: 'POST',
      path: '/api/v1/chat/completions',
      headers: { authorization: 'present', 'content-length': '2' },
      sent: CLOSE.length + ANSWER.length,
      body: ANSWER.length,
      pieces: 1 + EVENTS.length,
      hasLeft: true,
      left: expect.any(Promise),
    },
  ])
})

test('a client that disconnects before the response is noticed', async () => {
  const server = await faults(['hang'])
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  socket.write('GET /api/v1/models HTTP/1.1\r\n\r\n')
  await server.asked
  expect(server.log).toMatchObject([{ method: 'GET', headers: {}, sent: 0, hasLeft: false }])
  socket.destroy()
  await server.log[0]?.left
  expect(server.log).toMatchObject([{ sent: 0, pieces: 0, hasLeft: true }])
})

test('a connection can carry several requests', async () => {
  const server = await faults(['framing=length,body=one', 'framing=close,body=two'])
  const { hostname, port } = new URL(server.url)
  const request = 'GET /api/v1/models HTTP/1.1\r\n\r\n'
  const bytes = await new Promise<string>((resolve) => {
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.on('data', (piece) => {
      text += piece.toString()
      if (text.endsWith('one')) socket.write(request)
    })
    socket.on('end', () => resolve(text))
    socket.write(request)
  })
  expect([bytes, server.connections.all]).toEqual([`${STREAM_HEAD}content-length: 3\r\n\r\none${CLOSE}two`, 1])
})

test.each(['slice=7±3', 'slice=7±3:200', 'rate=2', 'slice=20,rate=10'])('%s sends pieces', async (pace) => {
  const server = await faults([`framing=close,${pace}`])
  await exchange(server.url)
  expect(server.log[0]?.pieces).toBeGreaterThan((CLOSE.length + ANSWER.length) / 30)
})

test('a delayed response does not block others', async () => {
  const server = await faults()
  const order: string[] = []
  const exchanges = ['latency=60±5', 'rate=10', 'whole'].map(async (scenario) => {
    await exchange(server.at(`framing=close,${scenario}`))
    order.push(scenario)
  })
  await Promise.all(exchanges)
  expect([order[0], server.connections.most]).toEqual(['whole', 3])
})

const bodyOf = ({ bytes }: Received) => bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)
const headOf = ({ bytes }: Received) => bytes.subarray(0, bytes.indexOf('\r\n\r\n')).toString()

test.each([
  ['gzip', gunzipSync],
  ['deflate', inflateSync],
  ['br', brotliDecompressSync],
] as const)('encode with %s sends compressed, truncated or falsely labelled data', async (coding, decode) => {
  const server = await faults()
  const encoded = (how: string) => exchange(server.at(`framing=close,encode=${how}:${coding}`))
  const [whole, half, lie] = [await encoded('gzip'), await encoded('cut'), await encoded('lie')]
  expect([whole, half, lie].map(headOf)).toEqual(Array(3).fill(`${STREAM_HEAD}content-encoding: ${coding}`))
  expect(decode(bodyOf(whole)).toString()).toBe(ANSWER)
  expect(bodyOf(half)).toEqual(bodyOf(whole).subarray(0, Math.floor(bodyOf(whole).length / 2)))
  expect(() => decode(bodyOf(half))).toThrow(/unexpected end of file|Decompression failed/)
  expect(bodyOf(lie).toString()).toBe(ANSWER)
})

test('encode=bomb sends 200 MB in less than 250 kB', async () => {
  const server = await faults(['framing=close,encode=bomb'])
  const body = bodyOf(await exchange(server.url))
  expect(body.length).toBeLessThan(250_000)
  expect(gunzipSync(body).length).toBe(200_000_000)
})

test.each(['endless_head', 'repeat', 'framing=length,repeat', 'framing=close,repeat'])(
  '%s sends without end',
  async (scenario) => {
    const server = await faults([scenario])
    expect(await exchange(server.url, 1_000_000)).toMatchObject({ end: 'open' })
    await server.log[0]?.left
    expect(server.log[0]?.sent).toBeGreaterThanOrEqual(1_000_000)
  },
)

async function garbled(seed: number): Promise<Buffer> {
  const server = await faults(['framing=close,garble@20'], { seed })
  expect(server.seed).toBe(seed)
  return bodyOf(await exchange(server.url))
}

test('garble changes one byte, the same for the same seed', async () => {
  const [one, again, other] = [await garbled(1), await garbled(1), await garbled(2)]
  const changed = [...one].flatMap((byte, at) => (byte === ANSWER.charCodeAt(at) ? [] : [at]))
  expect([changed, one.equals(again), one.equals(other)]).toEqual([[20], true, false])
})

test('an unknown parameter is an error', async () => {
  await expect(faults(['fin@200,tangle=3'])).rejects.toThrow('unknown parameter of the fault server: "tangle=3"')
})

test('a full backlog accepts no connection', async () => {
  const { url } = await fullBacklog()
  const { hostname, port } = new URL(url)
  const socket = connect({ port: Number(port), host: hostname, timeout: 300 })
  const result = await new Promise((resolve) => {
    socket.on('timeout', () => resolve('timeout'))
    socket.on('connect', () => resolve('connected'))
  })
  socket.destroy()
  expect(result).toBe('timeout')
})
