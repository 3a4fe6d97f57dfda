import { expect, test } from 'vitest'
import type { Delta } from '../../../src/core/answer/delta.js'
import { gemini } from '../../../src/dialects/gemini/index.js'

function chunkWith(...parts: object[]) {
  return { candidates: [{ content: { role: 'model', parts }, index: 0 }] }
}

function finishChunk(finishReason: string) {
  return { candidates: [{ finishReason }] }
}

function finish(native: string, reason: string): Delta {
  return { type: 'finish', choice: 0, reason, native }
}

test.each<[string, Record<string, unknown>, Delta[]]>([
  [
    'text',
    chunkWith({ text: 'H' }, { text: 'i' }),
    [
      { type: 'text', choice: 0, text: 'H' },
      { type: 'text', choice: 0, text: 'i' },
    ],
  ],
  ['a thought', chunkWith({ text: 'Hm', thought: true }), [{ type: 'reasoning', choice: 0, text: 'Hm' }]],
  ['a signature', chunkWith({ text: '', thoughtSignature: 'x' }), [{ type: 'start', choice: 0 }]],
  [
    'a tool call',
    chunkWith({ functionCall: { name: 'look', args: { q: 1 } } }),
    [{ type: 'tool-call', choice: 0, index: undefined, id: undefined, name: 'look', arguments: '{"q":1}' }],
  ],
  [
    'a tool call without arguments',
    chunkWith({ functionCall: { id: 'a', name: 'look' } }),
    [{ type: 'tool-call', choice: 0, index: undefined, id: 'a', name: 'look', arguments: '{}' }],
  ],
  ['an image', chunkWith({ inlineData: { mimeType: 'image/png', data: 'x' } }), [{ type: 'start', choice: 0 }]],
  [
    'another candidate',
    { candidates: [{ index: 1, content: { parts: [{ text: 'b' }] } }] },
    [{ type: 'text', choice: 1, text: 'b' }],
  ],
  [
    'text and a finish',
    { candidates: [{ content: { parts: [{ text: '.' }] }, finishReason: 'STOP' }] },
    [{ type: 'text', choice: 0, text: '.' }, finish('STOP', 'stop')],
  ],
  ['a finish at the token limit', finishChunk('MAX_TOKENS'), [finish('MAX_TOKENS', 'length')]],
  ...['SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII'].map(
    (native): [string, Record<string, unknown>, Delta[]] => [
      native,
      finishChunk(native),
      [finish(native, 'content_filter')],
    ],
  ),
  ['a broken tool call', finishChunk('MALFORMED_FUNCTION_CALL'), [finish('MALFORMED_FUNCTION_CALL', 'error')]],
  ['another reason', finishChunk('OTHER'), [finish('OTHER', 'error')]],
  ['an unknown finish reason', finishChunk('TIRED'), [finish('TIRED', 'tired')]],
  ['a blocked prompt', { promptFeedback: { blockReason: 'SAFETY' } }, [finish('SAFETY', 'content_filter')]],
  [
    'usage',
    {
      usageMetadata: {
        promptTokenCount: 9,
        toolUsePromptTokenCount: 1,
        candidatesTokenCount: 3,
        thoughtsTokenCount: 2,
        cachedContentTokenCount: 4,
        totalTokenCount: 15,
      },
    },
    [
      {
        type: 'usage',
        usage: { inputTokens: 10, outputTokens: 5, reasoningTokens: 2, cachedTokens: 4, totalTokens: 15 },
      },
    ],
  ],
  [
    'some of the usage counts',
    { usageMetadata: { promptTokenCount: 9, thoughtsTokenCount: 2 } },
    [{ type: 'usage', usage: { inputTokens: 9, outputTokens: 2, reasoningTokens: 2 } }],
  ],
  [
    'usage so far',
    { usageMetadata: { promptTokenCount: 9, totalTokenCount: 9 } },
    [{ type: 'usage', usage: { inputTokens: 9, totalTokens: 9 } }],
  ],
])('%s', (_, chunk, deltas) => {
  expect(gemini.read(chunk, 'message')?.deltas).toEqual(deltas)
})

test('id and model are read', () => {
  expect(gemini.read({ candidates: [], responseId: 'x', modelVersion: 'gemini-2.5-pro' }, 'message')).toEqual({
    type: 'chunk',
    id: 'x',
    model: 'gemini-2.5-pro',
    provider: undefined,
    deltas: [],
  })
})

test.each([
  ['nothing', {}],
  ['a chat chunk', { choices: [] }],
  ['an error', { error: { code: 429, message: 'x', status: 'RESOURCE_EXHAUSTED' } }],
])('not in this dialect: %s', (_, chunk) => {
  expect(gemini.read(chunk, 'message')).toBeUndefined()
})
