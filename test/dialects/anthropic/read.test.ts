import { expect, test } from 'vitest'
import type { Delta } from '../../../src/core/answer/delta.js'
import { anthropic } from '../../../src/dialects/anthropic/index.js'

function call(fields: { id?: string; name?: string; arguments?: string }): Delta {
  return { type: 'tool-call', choice: 0, index: 1, id: undefined, name: undefined, arguments: '', ...fields }
}

function blockStart(block: object) {
  return { type: 'content_block_start', index: 1, content_block: block }
}

function blockDelta(delta: object) {
  return { type: 'content_block_delta', index: 1, delta }
}

function finish(native: string, reason: string): Delta {
  return { type: 'finish', choice: 0, reason, native }
}

const start: Delta = { type: 'start', choice: 0 }

test.each<[string, Record<string, unknown>, Delta[]]>([
  ['the start', { type: 'message_start', message: { id: 'gen-1', content: [] } }, [start]],
  [
    'the start with usage',
    { type: 'message_start', message: { usage: { input_tokens: 9, output_tokens: 1 } } },
    [start, { type: 'usage', usage: { uncachedTokens: 9, outputTokens: 1 }, partial: true }],
  ],
  ['a block of text', blockStart({ type: 'text', text: '' }), []],
  [
    'a block that starts with text',
    blockStart({ type: 'text', text: 'Hi' }),
    [{ type: 'text', choice: 0, text: 'Hi' }],
  ],
  ['text', blockDelta({ type: 'text_delta', text: 'Hi' }), [{ type: 'text', choice: 0, text: 'Hi' }]],
  ['a block of thinking', blockStart({ type: 'thinking', thinking: '', signature: '' }), []],
  ['thinking', blockDelta({ type: 'thinking_delta', thinking: 'Hm' }), [{ type: 'reasoning', choice: 0, text: 'Hm' }]],
  ['a signature', blockDelta({ type: 'signature_delta', signature: 'x' }), []],
  ['redacted thinking', blockStart({ type: 'redacted_thinking', data: 'x' }), []],
  ['a citation', blockDelta({ type: 'citations_delta', citation: {} }), []],
  [
    'a tool call starts',
    blockStart({ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }),
    [call({ id: 'toolu_1', name: 'look' })],
  ],
  [
    'a tool call in one piece',
    blockStart({ type: 'tool_use', id: 'toolu_1', name: 'look', input: { q: 1 } }),
    [call({ id: 'toolu_1', name: 'look', arguments: '{"q":1}' })],
  ],
  [
    'a piece of a tool call',
    blockDelta({ type: 'input_json_delta', partial_json: '{"q":' }),
    [call({ arguments: '{"q":' })],
  ],
  ['an empty piece of a tool call', blockDelta({ type: 'input_json_delta', partial_json: '' }), []],
  ['a server tool', blockStart({ type: 'server_tool_use', id: 'x', name: 'web_search', input: {} }), []],
  ['a block ends', { type: 'content_block_stop', index: 1 }, []],
  [
    'a finish',
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null } },
    [finish('end_turn', 'stop')],
  ],
  [
    'a stop sequence',
    { type: 'message_delta', delta: { stop_reason: 'stop_sequence' } },
    [finish('stop_sequence', 'stop')],
  ],
  [
    'a finish for a tool',
    { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
    [finish('tool_use', 'tool_calls')],
  ],
  [
    'a finish at the token limit',
    { type: 'message_delta', delta: { stop_reason: 'max_tokens' } },
    [finish('max_tokens', 'length')],
  ],
  [
    'a finish at the context window',
    { type: 'message_delta', delta: { stop_reason: 'model_context_window_exceeded' } },
    [finish('model_context_window_exceeded', 'length')],
  ],
  ['a refusal', { type: 'message_delta', delta: { stop_reason: 'refusal' } }, [finish('refusal', 'content_filter')]],
  [
    'an unknown finish reason',
    { type: 'message_delta', delta: { stop_reason: 'pause_turn' } },
    [finish('pause_turn', 'pause_turn')],
  ],
  [
    'a finish and usage',
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: {
        input_tokens: 9,
        output_tokens: 3,
        cache_creation_input_tokens: 1,
        cache_read_input_tokens: 2,
        output_tokens_details: { thinking_tokens: 2 },
        cost: 0.000004,
      },
    },
    [
      finish('end_turn', 'stop'),
      {
        type: 'usage',
        usage: {
          uncachedTokens: 9,
          outputTokens: 3,
          cacheWriteTokens: 1,
          cachedTokens: 2,
          reasoningTokens: 2,
          cost: 0.000004,
        },
        partial: true,
      },
    ],
  ],
  ['no finish yet', { type: 'message_delta', delta: { stop_reason: null } }, []],
  ['the end', { type: 'message_stop' }, []],
  ['a ping', { type: 'ping' }, []],
  [
    'an error',
    { type: 'error', error: { type: 'overloaded_error', message: 'x' } },
    [{ type: 'error', error: { message: 'x', status: undefined, type: 'overloaded_error' } }],
  ],
])('%s', (_, event, deltas) => {
  expect(anthropic.read(event, 'message')?.deltas).toEqual(deltas)
})

test('id, model and provider are read, and message_stop is final', () => {
  const message = { id: 'gen-1', model: 'm/x', provider: 'P' }
  const read = [{ type: 'message_start', message }, { type: 'message_stop' }].map((event) =>
    anthropic.read(event, 'message'),
  )
  expect(read).toEqual([
    { type: 'chunk', ...message, deltas: [start], isFinal: false },
    { type: 'chunk', id: undefined, model: undefined, provider: undefined, deltas: [], isFinal: true },
  ])
})

test.each([
  ['nothing', {}],
  ['a chat chunk', { object: 'chat.completion.chunk', choices: [] }],
  ['a response', { type: 'response.created' }],
  ['an unknown type', { type: 'toString' }],
])('not in this dialect: %s', (_, event) => {
  expect(anthropic.read(event, 'message')).toBeUndefined()
})
