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

/** What comes of a body: its pieces, and the failure that ends it. */
async function come(fault: string, signal = new AbortController().signal, reply = whole) {
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

test('cut after it began', async () => {
  expect(await come('cut')).toEqual({
    name: 'a.sse, cut',
    status: 200,
    headers: { 'x-a': 'b' },
    pieces: ['1', '2', '3'],
    failure: expect.objectContaining({ code: 'connection', message: 'injected cut' }),
  })
})

test('reset likewise', async () => {
  const { pieces, failure } = await come('reset')
  expect([pieces, failure instanceof Reset]).toEqual([['1', '2', '3'], true])
})

test('a stall ends with whoever waits for it', async () => {
  const leaving = new AbortController()
  const stalled = come('stall', leaving.signal)
  leaving.abort(new Error('enough'))
  expect(await stalled).toMatchObject({ pieces: ['1', '2', '3'], failure: { message: 'enough' } })
})

const long = async () => ({ ...(await whole()), body: of('1', '2', '3', 'x'.repeat(40)) })

test('slowly, but whole', async () => {
  const { pieces, failure } = await come('slow', undefined, long)
  expect([pieces.map(({ length }) => length), failure]).toEqual([[1, 1, 1, 16, 16, 8], undefined])
})

test('an answer that is short is spoilt all the same', async () => {
  const { pieces, failure } = await come('cut', undefined, async () => ({ ...(await whole()), body: of('1') }))
  expect([pieces, (failure as Error).message]).toEqual([['1'], 'injected cut'])
})

const asked = () => Promise.reject(new Error('the answer is not asked for'))

test.each([
  ['500', {}],
  ['429', { 'retry-after': '1' }],
  ['503', { 'retry-after': '1' }],
])('a status: %s', async (status, headers) => {
  expect(await come(status, undefined, asked)).toEqual({
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
])('--faults %s', (typed, faults) => {
  expect(parseFaultRates(typed)).toEqual(faults)
})

test.each(['', 'fire', '200', '600', 'cut=', 'cut=2', 'cut=-1', 'cut=x', 'cut,,stall', 'toString'])(
  'no faults: %j',
  (typed) => {
    expect(() => parseFaultRates(typed)).toThrow(expect.objectContaining({ code: 'usage' }))
  },
)

const met = (seed: number, rate: number) => {
  const random = randomNumbers(seed)
  return Array.from({ length: 1000 }, () => drawFault(request(), parseFaultRates(`cut=${rate}`), random) ?? '')
}

test('by chance, the same for the same seed', () => {
  expect(met(7, 0.2)).toEqual(met(7, 0.2))
  expect(met(7, 0.2)).not.toEqual(met(8, 0.2))
  const share = met(7, 0.2).filter((name) => name === 'cut').length
  expect([share > 150, share < 250, met(7, 0).join(''), met(7, 1).every((name) => name === 'cut')]).toEqual([
    true,
    true,
    '',
    true,
  ])
})

test('by header, before all chance; a name that is none asks for none', () => {
  const always = parseFaultRates('503')
  expect(drawFault(request({ 'x-or-serve-fault': 'cut' }), [], Math.random)).toBe('cut')
  expect(drawFault(request({ 'x-or-serve-fault': '429' }), always, Math.random)).toBe('429')
  expect(drawFault(request({ 'x-or-serve-fault': 'none' }), always, Math.random)).toBe(undefined)
})
