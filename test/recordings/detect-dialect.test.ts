import { expect, test } from 'vitest'
import { detectDialect } from '../../src/recordings/detect-dialect.js'
import { dialects } from '../../src/dialects/index.js'
import { utf8Bytes } from '../support/feed.js'
import { ANSWER } from '../support/wire.js'

const message = { type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', content: [] } }

test.each([
  ['chat', ANSWER, { dialect: 'chat', id: 'gen-1' }],
  ['messages', `event: message_start\ndata: ${JSON.stringify(message)}\n\n`, { dialect: 'messages', id: 'msg_1' }],
  ['a chunk after unknown data', `data: [1]\n\ndata: {"x":1}\n\n${ANSWER}`, { dialect: 'chat', id: 'gen-1' }],
  ['comments', ': a\n\n', { dialect: undefined, id: undefined }],
  ['nothing', '', { dialect: undefined, id: undefined }],
])('%s', (_, stream, detected) => {
  expect(detectDialect(utf8Bytes(stream), dialects)).toEqual(detected)
})
