import { expect, test } from 'vitest'
import { parseAnswers } from '../../src/core/answer/answers.js'
import { dialects } from '../../src/dialects/index.js'
import { singleUse } from '../../src/client/connect.js'
import { fetchAnswer } from '../../src/client/ask.js'
import { run } from '../support/feed.js'
import { reply, upstream } from '../support/upstream.js'
import { ANSWER, chunk } from '../support/wire.js'

const acme = { name: 'Acme', keyHint: 'set OPENROUTER_API_KEY to a valid key' }
const retry = { times: 1, delay: 0, maxTime: 60_000 }

/** Reads an answer to its end. Returns its bytes, its generation ID, and everything reported on the way. */
async function answerFrom(...scripts: readonly ReturnType<typeof reply>[]) {
  const remaining = [...scripts]
  const server = await upstream((response) => remaining.shift()?.(response))
  const call = { method: 'POST' as const, url: new URL(`${server.url}/chat/completions`), headers: {}, body: '{}' }
  const events: string[] = []
  const parsing = parseAnswers(dialects)
  const { bytes, answers, generation } = await fetchAnswer([{ call, upstream: acme }], parsing, {
    connections: singleUse({}),
    dialects,
    signal: new AbortController().signal,
    retry,
    onResponse: ({ status }) => events.push(`opened ${status}`),
    onRetry: (sentence) => events.push(sentence.replaceAll(server.host, 'HOST')),
  })
  const pieces: Uint8Array[] = []
  for await (const piece of bytes) pieces.push(piece.slice())
  const verdicts = run(answers, pieces).flatMap((event) => (event.type === 'answer-end' ? [event.verdict] : []))
  return { answer: Buffer.concat(pieces).toString(), verdicts, generation: generation(), events }
}

const STREAM = { 'content-type': 'text/event-stream' }

test('the generation ID is that of the header if there is one', async () => {
  expect(await answerFrom(reply(200, ANSWER, { ...STREAM, 'x-generation-id': 'gen-header' }))).toEqual({
    answer: ANSWER,
    verdicts: ['complete'],
    generation: 'gen-header',
    events: ['opened 200'],
  })
})

test('if the header is missing, the generation ID is that of the chunks', async () => {
  expect((await answerFrom(reply(200, ANSWER, STREAM))).generation).toBe('gen-1')
})

test('a failure that is retried is reported before the answer opens', async () => {
  const refused = reply(503, '{"error":{"message":"busy"}}', { 'content-type': 'application/json' })
  expect(await answerFrom(refused, reply(200, ANSWER, STREAM))).toEqual({
    answer: ANSWER,
    verdicts: ['complete'],
    generation: 'gen-1',
    events: ['overloaded: busy (HTTP 503); retrying in 0 ms (1 of 1)', 'opened 200'],
  })
})

test('stop() ends the bytes without a failure, closes the connection, and is observed as enough', async () => {
  const server = await upstream((response) => {
    response.writeHead(200, STREAM).write(chunk('Blue'))
  })
  const call = { method: 'POST' as const, url: new URL(`${server.url}/chat/completions`), headers: {}, body: '{}' }
  const ends: unknown[] = []
  const { bytes, stop } = await fetchAnswer([{ call, upstream: acme }], parseAnswers(dialects), {
    connections: singleUse({}),
    dialects,
    signal: new AbortController().signal,
    observer: { opened() {}, push() {}, ended: (end) => ends.push(end) },
  })
  const pieces: Uint8Array[] = []
  for await (const piece of bytes) {
    pieces.push(piece.slice())
    stop()
  }
  expect([Buffer.concat(pieces).toString(), ends[0]]).toEqual([chunk('Blue'), 'enough'])
  expect(await server.left).toBe(true)
})
