import { expect, test } from 'vitest'
import { dialects } from '../../src/dialects/index.js'
import { recordingIndex, indexRecording, type IndexedRecording } from '../../src/recordings/recording-index.js'
import { APIS } from '../../src/request/apis/index.js'
import { utf8Bytes } from '../support/feed.js'
import { metaWith } from '../support/recorded.js'
import { ANSWER, chunk } from '../support/wire.js'

const [CHAT, , RESPONSES, MESSAGES] = APIS
const indexOf = (recordings: readonly IndexedRecording[]) => recordingIndex(recordings, APIS)

const bodyFor = (content: string) => ({ model: 'a/b', messages: [{ role: 'user', content }], stream: true })

function recording(file: string, body?: unknown, path = '/api/v1/chat/completions'): IndexedRecording {
  const meta = metaWith([], { request: { method: 'POST', path, body } })
  return {
    file,
    bytes: new Uint8Array(),
    meta: body === undefined ? undefined : meta,
    dialect: 'chat',
    id: undefined,
    failure: undefined,
  }
}

const chat = (body: unknown) => ({ api: CHAT, body })

test('a request is found by the JSON value of its body, below any base', () => {
  const { find } = indexOf([
    recording('other.sse', bodyFor('x')),
    recording('sky.sse', bodyFor('sky'), '/openai/v1/chat/completions?x=1'),
  ])
  const { model, messages, stream } = bodyFor('sky')
  expect(find(chat({ stream, messages, model }))?.file).toBe('sky.sse')
  expect(find(chat(bodyFor('Sky')))).toBe(undefined)
  expect(find({ api: RESPONSES, body: bodyFor('sky') })).toBe(undefined)
})

test('a request for a stream and one for the whole answer are the same request', () => {
  const { find } = indexOf([recording('sky.sse', { ...bodyFor('sky'), stream_options: { include_usage: true } })])
  const { stream: _, ...whole } = bodyFor('sky')
  expect(find(chat(whole))?.file).toBe('sky.sse')
})

test('several recordings of one request are returned in turn, then the last one repeatedly', () => {
  const { find } = indexOf(['1', '2'].map((file) => recording(file, bodyFor('sky'))))
  expect(['', '', '', ''].map(() => find(chat(bodyFor('sky')))?.file)).toEqual(['1', '2', '2', '2'])
})

test('recordings without a request are returned in rotation, if there is none of the request itself', () => {
  const { find } = indexOf([
    recording('a'),
    recording('b'),
    recording('sky', bodyFor('sky')),
    { ...recording('c'), dialect: undefined },
  ])
  const files = ['x', 'x', 'sky', 'y', 'x'].map((content) => find(chat(bodyFor(content)))?.file)
  expect(files).toEqual(['a', 'b', 'sky', 'c', 'a'])
  expect(find({ api: MESSAGES, body: {} })?.file).toBe('c')
})

test('nearest() returns the most similar recording and its differences', () => {
  const { nearest } = indexOf([
    recording('far', { ...bodyFor('sky'), model: 'c/d', seed: 7, temperature: 1, top_p: 1 }),
    recording('near', bodyFor('sky')),
    recording('responses', bodyFor('sea'), '/v1/responses'),
  ])
  expect(nearest(chat(bodyFor('sea')))).toEqual({ file: 'near', difference: 'messages[0].content is "sky", not "sea"' })
  expect(nearest(chat({ ...bodyFor('sky'), model: 'c/d', seed: 7, temperature: 2 }))).toEqual({
    file: 'far',
    difference: 'temperature is 1, not 2; top_p (1) is missing',
  })
  expect(nearest(chat({}))?.difference).toBe(
    'model ("a/b") is missing; messages ([{"role":"user","content":"sky"}]) is missing',
  )
  expect(nearest({ api: MESSAGES, body: {} })).toBe(undefined)
})

test('nearest() reports three differences and the number of the others', () => {
  const { nearest } = indexOf([recording('a', { a: 1, b: 1, c: 1, d: 1, e: 1 })])
  expect(nearest(chat({ a: 2, b: 2, c: 2, d: 2, e: 2 }))?.difference).toBe(
    'a is 1, not 2; b is 1, not 2; c is 1, not 2; 2 more',
  )
})

test('replace() adds a recording and removes others', () => {
  const [old, other] = [recording('old', bodyFor('sky')), recording('other', bodyFor('sky'))]
  const { find, all, replace } = indexOf([old, other])
  replace(recording('new', bodyFor('sky')), [old])
  expect(all(chat(bodyFor('sky'))).map(({ file }) => file)).toEqual(['other', 'new'])
  expect(find(chat(bodyFor('sky')))?.file).toBe('other')
})

test.each([
  ['whole', ANSWER, undefined],
  ['cut', chunk('Blue'), 'truncated'],
  ['broken', `${chunk('Blue')}data: {oops\n\n`, 'bad_data'],
])('a recording is judged when it is indexed: %s', (_, stream, code) => {
  const { failure, ...found } = indexRecording({ file: 'a.sse', bytes: utf8Bytes(stream), meta: undefined }, dialects)
  expect([failure?.code, found.dialect]).toEqual([code, 'chat'])
})
