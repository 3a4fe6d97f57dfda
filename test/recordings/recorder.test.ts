import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { StreamError } from '../../src/core/errors/error.js'
import { recordingIn } from '../../src/recordings/load.js'
import { isCut } from '../../src/recordings/metadata.js'
import { recorder } from '../../src/recordings/recorder.js'
import { utf8Bytes } from '../support/feed.js'
import { folderWith } from '../support/folder.js'
import { ANSWER, chunk } from '../support/wire.js'

const KEY = 'sk-or-v1-0123456789abcdef'
const REQUEST = { method: 'POST', path: '/api/v1/chat/completions', body: { model: 'a/b', note: KEY } }
const HEAD = new Map([
  ['content-type', 'text/event-stream'],
  ['set-cookie', '__cf_bm=secret'],
  ['openai-organization', 'user-1'],
  ['x-generation-id', 'gen-1'],
])

function target() {
  const folder = folderWith({})
  return { folder, file: join(folder, 'a.sse') }
}

/** Loads a recording. Its times are only checked to be in order. */
async function load(file: string) {
  const { bytes, meta } = await recordingIn(file)
  const chunks = meta?.chunks ?? []
  expect(chunks.map(([at]) => at)).toEqual(chunks.map(([at]) => at).toSorted((a, b) => a - b))
  return { body: Buffer.from(bytes).toString(), meta, lengths: chunks.map(([, length]) => length) }
}

test('the recording has the bytes, chunks, request and response, but nothing about the account', async () => {
  const { folder, file } = target()
  const recording = recorder(file, REQUEST, [KEY])
  recording.opened(200, HEAD)
  for (const piece of [ANSWER.slice(0, 5), '', ANSWER.slice(5)]) recording.push(utf8Bytes(piece))
  expect(readdirSync(folder).filter((name) => !name.startsWith('.'))).toEqual([])
  recording.ended('whole')
  expect(recording.finish()).toBe(file)
  const { body, meta, lengths } = await load(file)
  expect({ body, lengths }).toEqual({ body: ANSWER, lengths: [5, 0, ANSWER.length - 5] })
  expect(meta).toEqual({
    recorded: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    request: { ...REQUEST, body: { model: 'a/b', note: '*'.repeat(KEY.length) } },
    status: 200,
    headers: { 'content-type': 'text/event-stream', 'x-generation-id': 'gen-1' },
    chunks: meta?.chunks,
    end: 'whole',
  })
  expect(readdirSync(folder).toSorted()).toEqual(['a.sse', 'a.sse.meta.json'])
})

test('of several responses the last one is recorded', async () => {
  const { file } = target()
  const recording = recorder(file, REQUEST, [])
  recording.opened(429, new Map([['retry-after', '1']]))
  recording.push(utf8Bytes('{"error":{"message":"a first body, longer than what follows it"}}'.repeat(1000)))
  recording.ended('whole')
  recording.opened(200, HEAD)
  recording.push(utf8Bytes(ANSWER))
  recording.ended('whole')
  recording.finish()
  const { body, meta, lengths } = await load(file)
  expect({ body, lengths, status: meta?.status }).toEqual({ body: ANSWER, lengths: [ANSWER.length], status: 200 })
})

test('the account is masked in an error response', async () => {
  const { file } = target()
  const recording = recorder(file, REQUEST, [KEY])
  recording.opened(401, new Map())
  recording.push(utf8Bytes(`{"error":{"message":"no user for ${KEY}"},"user_`))
  recording.push(utf8Bytes('id":"user_2w0"}'))
  recording.ended('whole')
  recording.finish()
  const { body, meta } = await load(file)
  expect([body, meta?.status]).toEqual([
    `{"error":{"message":"no user for ${'*'.repeat(KEY.length)}"},"user_id":"********"}`,
    401,
  ])
})

test('the first failure of a broken stream is recorded', async () => {
  const { file } = target()
  const recording = recorder(file, REQUEST, [])
  recording.opened(200, HEAD)
  recording.push(utf8Bytes(chunk('half')))
  recording.ended(new StreamError('connection', 'it broke'))
  recording.ended(new StreamError('interrupted', 'and was left'))
  recording.finish()
  const { body, meta } = await load(file)
  expect([body, meta?.end]).toEqual([chunk('half'), 'connection'])
})

test('an answer that the reader stopped ends with enough, and is not cut', async () => {
  const { file } = target()
  const recording = recorder(file, REQUEST, [])
  recording.opened(200, HEAD)
  recording.push(utf8Bytes(chunk('Blue')))
  recording.ended('enough')
  recording.finish()
  const { body, meta } = await load(file)
  expect([body, meta?.end, meta && isCut(meta)]).toEqual([chunk('Blue'), 'enough', false])
})

test('without a response there is no recording', () => {
  const { folder, file } = target()
  expect(recorder(file, REQUEST, []).finish()).toBe(undefined)
  expect(readdirSync(folder)).toEqual([])
})

test('many chunks are recorded', async () => {
  const { file } = target()
  const recording = recorder(file, REQUEST, [KEY])
  recording.opened(200, HEAD)
  for (let count = 0; count < 20_000; count++) recording.push(utf8Bytes(`: ${count}\n`))
  recording.ended('whole')
  recording.finish()
  const { body, lengths } = await load(file)
  expect([body.split('\n').length, lengths.length]).toEqual([20_001, 20_000])
})

test('a planted link is replaced, not followed', () => {
  const { folder, file } = target()
  writeFileSync(join(folder, 'victim'), 'mine')
  symlinkSync('victim', file)
  symlinkSync('victim', `${file}.meta.json`)
  const recording = recorder(file, REQUEST, [])
  recording.opened(200, HEAD)
  recording.ended('whole')
  recording.finish()
  expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('mine')
  expect([file, `${file}.meta.json`].map((name) => statSync(name).mode & 0o777)).toEqual([0o600, 0o600])
})

test('if the file cannot be renamed, finish() throws no_output and nothing is left behind', () => {
  const { folder, file } = target()
  const recording = recorder(file, REQUEST, [])
  recording.opened(200, HEAD)
  recording.ended('whole')
  mkdirSync(`${file}.meta.json`)
  expect(() => recording.finish()).toThrow(expect.objectContaining({ code: 'no_output' }))
  expect(readdirSync(folder)).toEqual(['a.sse.meta.json'])
})
