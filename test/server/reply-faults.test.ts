import { expect, test } from 'vitest'
import { randomNumbers } from '../../src/recordings/faults/random.js'
import { apiNamed } from '../../src/request/apis/index.js'
import type { Reply } from '../../src/server/reply.js'
import { drawFault, parseFaultRates, Reset, withFault } from '../../src/server/reply-faults.js'
import type { ApiRequest } from '../../src/server/request.js'

const request = (headers: Record<string, string> = {}): ApiRequest => ({
  api: apiNamed('chat'),
  path: '/api/v1/chat/completions',
  headers,
  text: '{}',
  body: {},
  isStreaming: true,
})

async function* of(...pieces: readonly string[]) {
  yield* pieces
}

const whole = async (): Promise<Reply> => ({
  name: 'a.sse',
  status: 200,
  headers: { 'x-a': 'b' },
  body: of('1', '2', '3', '4', '5'),
})

/** Reads a reply with a fault. Returns its head, its pieces, and the failure that ends it. */
async function readFaulty(fault: string, signal = new AbortController().signal, reply = whole) {
  const { body, ...head } = await withFault(fault, request(), reply, signal)
  const pieces: string[] = []
  let failure: unknown
  try {
    for await (const piece of body) pieces.push(Buffer.from(piece).toString())
  } catch (error) {
    failure = error
  }
  return { ...head, pieces, failure }
}

test('cut ends the body after the first pieces', async () => {
  expect(await readFaulty('cut')).toEqual({
    name: 'a.sse, cut',
    status: 200,
    headers: { 'x-a': 'b' },
    pieces: ['1', '2', '3'],
    failure: expect.objectContaining({ code: 'connection', message: 'injected cut' }),
  })
})

test('reset ends the body with Reset after the first pieces', async () => {
  const { pieces, failure } = await readFaulty('reset')
  expect([pieces, failure instanceof Reset]).toEqual([['1', '2', '3'], true])
})

test('a stall ends with its signal', async () => {
  const leave = new AbortController()
  const stalled = readFaulty('stall', leave.signal)
  leave.abort(new Error('enough'))
  expect(await stalled).toMatchObject({ pieces: ['1', '2', '3'], failure: { message: 'enough' } })
})

const long = async () => ({ ...(await whole()), body: of('1', '2', '3', 'x'.repeat(40)) })

test('slow sends the whole body in small pieces', async () => {
  const { pieces, failure } = await readFaulty('slow', undefined, long)
  expect([pieces.map(({ length }) => length), failure]).toEqual([[1, 1, 1, 16, 16, 8], undefined])
})

test('a short answer has the fault too', async () => {
  const { pieces, failure } = await readFaulty('cut', undefined, async () => ({ ...(await whole()), body: of('1') }))
  expect([pieces, (failure as Error).message]).toEqual([['1'], 'injected cut'])
})

const unused = () => Promise.reject(new Error('the reply is not needed'))

test.each([
  ['500', {}],
  ['429', { 'retry-after': '1' }],
  ['503', { 'retry-after': '1' }],
])('a status is an error in the form of the API: %s', async (status, headers) => {
  expect(await readFaulty(status, undefined, unused)).toEqual({
    name: `injected fault ${status}`,
    status: Number(status),
    headers: { 'content-type': 'application/json', ...headers },
    pieces: [`{"error":{"code":${status},"message":"injected fault ${status}"}}`],
    failure: undefined,
  })
})

test.each([
  ['429', [{ name: '429', rate: 1 }]],
  [
    '429=0.1,cut=0',
    [
      { name: '429', rate: 0.1 },
      { name: 'cut', rate: 0 },
    ],
  ],
])('--faults %s', (text, faults) => {
  expect(parseFaultRates(text)).toEqual(faults)
})

test.each(['', 'fire', '200', '600', 'cut=', 'cut=2', 'cut=-1', 'cut=x', 'cut,,stall', 'toString'])(
  '--faults %j is refused',
  (text) => {
    expect(() => parseFaultRates(text)).toThrow(expect.objectContaining({ code: 'usage' }))
  },
)

const drawMany = (seed: number, rate: number) => {
  const random = randomNumbers(seed)
  return Array.from({ length: 1000 }, () => drawFault(request(), parseFaultRates(`cut=${rate}`), random) ?? '')
}

test('faults are drawn at their rate, the same for the same seed', () => {
  expect(drawMany(7, 0.2)).toEqual(drawMany(7, 0.2))
  expect(drawMany(7, 0.2)).not.toEqual(drawMany(8, 0.2))
  const share = drawMany(7, 0.2).filter((name) => name === 'cut').length
  expect([share > 150, share < 250, drawMany(7, 0).join(''), drawMany(7, 1).every((name) => name === 'cut')]).toEqual([
    true,
    true,
    '',
    true,
  ])
})

test('the header takes precedence over the rates; an unknown name means no fault', () => {
  const always = parseFaultRates('503')
  expect(drawFault(request({ 'x-or-serve-fault': 'cut' }), [], Math.random)).toBe('cut')
  expect(drawFault(request({ 'x-or-serve-fault': '429' }), always, Math.random)).toBe('429')
  expect(drawFault(request({ 'x-or-serve-fault': 'none' }), always, Math.random)).toBe(undefined)
})
