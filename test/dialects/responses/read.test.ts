import { expect, test } from 'vitest'
import type { Delta } from '../../../src/core/answer/delta.js'
import { responses } from '../../../src/dialects/responses/index.js'

function call(fields: { id?: string; name?: string; arguments?: string }): Delta {
  return { type: 'tool-call', choice: 0, index: 2, id: undefined, name: undefined, arguments: '', ...fields }
}

function finish(native: string, reason: string): Delta {
  return { type: 'finish', choice: 0, reason, native }
}

function error(message: string, type?: string, status?: number): Delta {
  return { type: 'error', error: { message, status, type } }
}

const usage = {
  input_tokens: 9,
  output_tokens: 3,
  total_tokens: 12,
  cost: 0.000004,
  input_tokens_details: { cached_tokens: 0 },
}
const usageDelta: Delta = {
  type: 'usage',
  usage: { inputTokens: 9, outputTokens: 3, totalTokens: 12, cost: 0.000004, cachedTokens: 0 },
}

test.each<[string, Record<string, unknown>, Delta[]]>([
  ['the start', { type: 'response.created', response: { id: 'gen-1', usage: null } }, [{ type: 'start', choice: 0 }]],
  ['in progress', { type: 'response.in_progress', response: {} }, []],
  [
    'text',
    { type: 'response.output_text.delta', output_index: 2, delta: 'Hi' },
    [{ type: 'text', choice: 0, text: 'Hi' }],
  ],
  ['the complete text is not repeated', { type: 'response.output_text.done', text: 'Hi' }, []],
  ['a refusal', { type: 'response.refusal.delta', delta: 'No' }, [{ type: 'refusal', choice: 0, text: 'No' }]],
  ['reasoning', { type: 'response.reasoning_text.delta', delta: 'Hm' }, [{ type: 'reasoning', choice: 0, text: 'Hm' }]],
  [
    'a reasoning summary',
    { type: 'response.reasoning_summary_text.delta', delta: 'Hm' },
    [{ type: 'reasoning', choice: 0, text: 'Hm' }],
  ],
  [
    'a tool call starts',
    {
      type: 'response.output_item.added',
      output_index: 2,
      item: { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'look', arguments: '' },
    },
    [call({ id: 'call_1', name: 'look' })],
  ],
  [
    'a piece of a tool call',
    { type: 'response.function_call_arguments.delta', output_index: 2, delta: '{"q":' },
    [call({ arguments: '{"q":' })],
  ],
  [
    'the complete tool call is not repeated',
    { type: 'response.function_call_arguments.done', output_index: 2, arguments: '{"q":1}' },
    [],
  ],
  [
    'a custom tool',
    {
      type: 'response.output_item.added',
      output_index: 2,
      item: { type: 'custom_tool_call', call_id: 'call_1', name: 'sh', input: '' },
    },
    [call({ id: 'call_1', name: 'sh' })],
  ],
  [
    'the input of a custom tool',
    { type: 'response.custom_tool_call_input.delta', output_index: 2, delta: 'ls' },
    [call({ arguments: 'ls' })],
  ],
  [
    'an item of another type',
    { type: 'response.output_item.added', output_index: 2, item: { type: 'message', content: [] } },
    [],
  ],
  ['text of a panel', { type: 'response.fusion_call.panel.delta', delta: 'x' }, []],
  ['an unknown type', { type: 'response.shiny.new', delta: 'x' }, []],
  [
    'completed',
    { type: 'response.completed', response: { status: 'completed', output: [{ type: 'message' }], usage } },
    [finish('completed', 'stop'), usageDelta],
  ],
  [
    'completed with a tool call',
    { type: 'response.completed', response: { status: 'completed', output: [{ type: 'function_call' }] } },
    [finish('completed', 'tool_calls')],
  ],
  [
    'a finish at the token limit',
    {
      type: 'response.incomplete',
      response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, usage },
    },
    [finish('max_output_tokens', 'length'), usageDelta],
  ],
  [
    'filtered',
    { type: 'response.incomplete', response: { incomplete_details: { reason: 'content_filter' } } },
    [finish('content_filter', 'content_filter')],
  ],
  [
    'failed',
    {
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'server_error', message: 'x' }, error_type: 'rate_limit_exceeded' },
    },
    [error('x', 'rate_limit_exceeded')],
  ],
  [
    'an error, flat',
    { type: 'error', sequence_number: 3, code: 'server_error', message: 'x', param: null },
    [error('x', 'server_error')],
  ],
  [
    'an error, nested',
    { type: 'error', sequence_number: 3, error: { code: 'server_error', message: 'x' } },
    [error('x', 'server_error')],
  ],
  [
    'an error with its older name',
    { type: 'response.error', error: { code: 'server_error', message: 'x' } },
    [error('x', 'server_error')],
  ],
])('%s', (_, event, deltas) => {
  expect(responses.read(event, 'message')?.deltas).toEqual(deltas)
})

test.each([
  ['response.created', false],
  ['response.completed', true],
  ['response.incomplete', true],
  ['response.failed', true],
  ['response.output_text.done', false],
])('id and model are read; isFinal of %s: %s', (type, isFinal) => {
  const read = responses.read({ type, response: { id: 'gen-1', model: 'm/x' } }, 'message')
  expect({ ...read, deltas: [] }).toEqual({
    type: 'chunk',
    id: 'gen-1',
    model: 'm/x',
    provider: undefined,
    deltas: [],
    isFinal,
  })
})

test.each([
  ['nothing', {}],
  ['a chat chunk', { object: 'chat.completion.chunk', choices: [] }],
  ['an error of another API', { type: 'error', error: { type: 'api_error', message: 'x' } }],
  ['an event of another API', { type: 'message_start' }],
])('not in this dialect: %s', (_, event) => {
  expect(responses.read(event, 'message')).toBeUndefined()
})
