import { expect, test } from 'vitest'
import { StreamError } from '../../../src/core/errors/error.js'
import { dialects } from '../../../src/dialects/index.js'
import { apiNamed } from '../../../src/request/apis/index.js'
import type { Reply } from '../../../src/server/reply.js'
import { wholeAnswer } from '../../../src/server/routes/whole.js'
import { ANSWER, chunk, errorEvent, WORDS } from '../../support/wire.js'

const STREAM = { 'content-type': 'text/event-stream', 'x-generation-id': 'gen-1' }

async function* of(...pieces: readonly string[]) {
  yield* pieces
}

async function* broken(piece: string) {
  yield piece
  throw new StreamError('connection', 'the recorded answer was cut here')
}

/** Converts a reply to one object. */
async function whole(body: Reply['body'], rest: Partial<Reply> = {}) {
  const reply = { name: 'a.sse', status: 200, headers: STREAM, body, ...rest }
  const { body: sent, ...head } = await wholeAnswer(reply, apiNamed('chat'), dialects)
  let text = ''
  for await (const piece of sent) text += Buffer.from(piece).toString()
  return { ...head, body: JSON.parse(text) as unknown }
}

test('a stream becomes one object, with the headers of the recording', async () => {
  expect(await whole(of(ANSWER.slice(0, 20), ANSWER.slice(20)))).toEqual({
    name: 'a.sse',
    status: 200,
    headers: { 'content-type': 'application/json', 'x-generation-id': 'gen-1' },
    body: {
      id: 'gen-1',
      object: 'chat.completion',
      model: 'test/model',
      choices: [{ index: 0, message: { role: 'assistant', content: WORDS }, finish_reason: 'stop' }],
    },
  })
})

test.each([
  ['cut', broken(chunk('Blue')), 502, 'the recorded answer was cut here'],
  ['without its end marker', of(chunk('Blue')), 502, 'the stream ended after 1 event without an end marker'],
  ['with an error', of(chunk('Blue') + errorEvent(429, 'too many')), 429, 'too many (429)'],
  [
    'with an error code that is not a status',
    of(chunk('Blue') + errorEvent('overloaded', 'too many')),
    502,
    'too many (overloaded)',
  ],
  ['empty', of(''), 502, 'the stream ended without a data event'],
])('a stream that is %s becomes an error', async (_, body, status, message) => {
  expect(await whole(body)).toEqual({
    name: 'a.sse, incomplete',
    status,
    headers: { 'content-type': 'application/json' },
    body: { error: { code: status, message } },
  })
})

test('a refusal is returned unchanged', async () => {
  const headers = { 'content-type': 'application/json', 'retry-after': '7' }
  const refusal = { name: 'b.sse', status: 429, headers }
  expect(await whole(of('{"error":{}}'), refusal)).toEqual({ ...refusal, body: { error: {} } })
})
