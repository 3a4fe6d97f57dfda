import { expect, test } from 'vitest'
import type { Delta } from '../../../src/core/answer/delta.js'
import { chat } from '../../../src/dialects/openai/index.js'

const start: Delta = { type: 'start', choice: 0 }

function text(words: string, choice = 0): Delta {
  return { type: 'text', choice, text: words }
}

function reasoning(words: string): Delta {
  return { type: 'reasoning', choice: 0, text: words }
}

function finish(reason: string, native?: string): Delta {
  return { type: 'finish', choice: 0, reason, native }
}

function call(fields: { index?: number; id?: string; name?: string; arguments?: string }): Delta {
  return { type: 'tool-call', choice: 0, index: undefined, id: undefined, name: undefined, arguments: '', ...fields }
}

function error(message: string, status?: number, type?: string): Delta {
  return { type: 'error', error: { message, status, type } }
}

/** Deltas in a chunk with one choice. */
test.each<[string, unknown, Delta[]]>([
  ['text', { role: 'assistant', content: 'Hi' }, [text('Hi')]],
  ['white space is text', { content: ' \n' }, [text(' \n')]],
  [
    'arguments that are an object',
    { tool_calls: [{ index: 0, function: { name: 'look', arguments: { q: 1 } } }] },
    [call({ index: 0, name: 'look', arguments: '{"q":1}' })],
  ],
  ['only a role', { role: 'assistant', content: '' }, [start]],
  ['null content', { content: null }, [start]],
  ['nothing', {}, [start]],
  ['null', null, [start]],
  ['content of another type', { content: 7 }, [start]],
  ['reasoning', { content: '', reasoning: 'Hm' }, [reasoning('Hm')]],
  ['reasoning_content', { content: null, reasoning_content: 'Hm' }, [reasoning('Hm')]],
  ['the same text in both', { reasoning: 'Hm', reasoning_content: 'Hm' }, [reasoning('Hm')]],
  [
    'the same text in the details',
    { reasoning: 'Hm', reasoning_details: [{ type: 'reasoning.text', text: 'Hm', index: 0 }] },
    [reasoning('Hm')],
  ],
  [
    'details of several kinds',
    {
      reasoning_details: [
        { type: 'reasoning.summary', summary: 'A' },
        { type: 'reasoning.text', text: 'B' },
      ],
    },
    [reasoning('AB')],
  ],
  [
    'a late signature',
    { reasoning: null, reasoning_details: [{ type: 'reasoning.text', text: null, signature: 'sig' }] },
    [start],
  ],
  ['encrypted details', { reasoning_details: [{ type: 'reasoning.encrypted', data: '[REDACTED]' }] }, [start]],
  [
    'encrypted details next to text',
    { reasoning: 'Hm', reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }] },
    [reasoning('Hm')],
  ],
  [
    'the result of a server tool',
    { reasoning_details: [{ type: 'reasoning.server_tool_call', tool_name: 'x', arguments: '{}', result: 'y' }] },
    [start],
  ],
  [
    'Mistral: parts of text',
    {
      content: [
        { type: 'text', text: 'H' },
        { type: 'reference', reference_ids: [1] },
        { type: 'text', text: 'i' },
      ],
    },
    [text('Hi')],
  ],
  [
    'Mistral: parts of thinking',
    {
      content: [
        {
          type: 'thinking',
          thinking: [
            { type: 'text', text: 'H' },
            { type: 'text', text: 'm' },
          ],
        },
      ],
    },
    [reasoning('Hm')],
  ],
  [
    'Mistral: both',
    {
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
        { type: 'text', text: 'Hi' },
      ],
    },
    [reasoning('Hm'), text('Hi')],
  ],
  ['a refusal', { content: null, refusal: 'No' }, [{ type: 'refusal', choice: 0, text: 'No' }]],
  ['no refusal', { content: 'Hi', refusal: null }, [text('Hi')]],
  [
    'a tool call starts',
    {
      content: null,
      tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'look', arguments: '' } }],
    },
    [call({ index: 0, id: 'call_1', name: 'look' })],
  ],
  [
    'a piece of a tool call',
    { tool_calls: [{ index: 1, function: { arguments: '{"q":' } }] },
    [call({ index: 1, arguments: '{"q":' })],
  ],
  [
    'a piece of a tool call that repeats id and name',
    { tool_calls: [{ index: 0, id: '', type: 'function', function: { name: null, arguments: '1}' } }] },
    [call({ index: 0, arguments: '1}' })],
  ],
  [
    'Gemini: complete tool calls without an index',
    {
      tool_calls: [
        { id: 'a', function: { name: 'x', arguments: '{}' } },
        { index: null, id: 'b', function: { name: 'y', arguments: '{"n":1}' } },
      ],
    },
    [call({ id: 'a', name: 'x', arguments: '{}' }), call({ id: 'b', name: 'y', arguments: '{"n":1}' })],
  ],
  ['a tool call without its function', { tool_calls: [{ index: 0, id: 'a' }] }, [call({ index: 0, id: 'a' })]],
  ['no tool calls', { content: 'Hi', tool_calls: null }, [text('Hi')]],
  [
    'all at once',
    { reasoning: 'Hm', content: 'Hi', refusal: 'No', tool_calls: [{ index: 0 }] },
    [reasoning('Hm'), text('Hi'), { type: 'refusal', choice: 0, text: 'No' }, call({ index: 0 })],
  ],
  [
    'fields that are not read',
    { content: '', images: [{ type: 'image_url' }], annotations: [], audio: { data: 'x' } },
    [start],
  ],
])('delta: %s', (_, delta, deltas) => {
  expect(
    chat.read({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: null }] }, 'message')
      ?.deltas,
  ).toEqual(deltas)
})

test.each<[string, Record<string, unknown>, Delta[]]>([
  ['no choice', { choices: [] }, []],
  ['null choices', { object: 'chat.completion.chunk', choices: null }, []],
  ['Azure: the first chunk', { id: '', model: '', choices: [], prompt_filter_results: [{}] }, []],
  [
    'Azure: a choice without a delta',
    { choices: [{ index: 0, finish_reason: null, content_filter_results: {} }] },
    [start],
  ],
  ['OpenRouter: debug', { id: 'gen-1', choices: [], debug: { echo_upstream_body: { messages: [] } } }, []],
  ['OpenAI: padding', { choices: [{ index: 0, delta: { content: 'Hi' } }], obfuscation: 'x8Kq' }, [text('Hi')]],
  ['a choice without an index', { choices: [{ delta: { content: 'Hi' } }] }, [text('Hi')]],
  [
    'several choices',
    {
      choices: [
        { index: 1, delta: { content: 'b' } },
        { index: 0, delta: { content: 'a' } },
      ],
    },
    [text('b', 1), text('a', 0)],
  ],
  [
    'Perplexity: the text so far is not repeated',
    { choices: [{ index: 0, delta: { content: ' you' }, message: { content: 'Hi you' } }] },
    [text(' you')],
  ],
  [
    'Together: the same text next to the delta is not repeated',
    { choices: [{ index: 0, text: 'Hi', delta: { content: 'Hi' } }] },
    [text('Hi')],
  ],
  [
    'a complete answer in one chunk',
    {
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
    },
    [text('Hi'), finish('stop')],
  ],
  [
    'a finish',
    { choices: [{ index: 0, delta: { content: '' }, finish_reason: 'stop', native_finish_reason: 'end_turn' }] },
    [finish('stop', 'end_turn')],
  ],
  [
    'a finish with text',
    { choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'length' }] },
    [text('Hi'), finish('length')],
  ],
  ['an empty finish reason', { choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: '' }] }, [text('Hi')]],
  ['Together: eos', { choices: [{ index: 0, delta: {}, finish_reason: 'eos' }] }, [finish('stop')]],
  [
    'older: function_call',
    { choices: [{ index: 0, delta: {}, finish_reason: 'function_call' }] },
    [finish('tool_calls')],
  ],
  [
    'an unknown finish reason',
    { choices: [{ index: 0, delta: {}, finish_reason: 'insufficient_system_resource' }] },
    [finish('insufficient_system_resource')],
  ],
  [
    'usage without a choice',
    { choices: [], usage: { prompt_tokens: 4 } },
    [{ type: 'usage', usage: { inputTokens: 4 } }],
  ],
  [
    'usage with an empty choice',
    {
      choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
      usage: { prompt_tokens: 4 },
    },
    [start, { type: 'usage', usage: { inputTokens: 4 } }],
  ],
  [
    'usage with a repeated finish',
    {
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'stop', native_finish_reason: 'completed' }],
      usage: { prompt_tokens: 4 },
    },
    [finish('stop', 'completed'), { type: 'usage', usage: { inputTokens: 4 } }],
  ],
  [
    'usage with text',
    { choices: [{ index: 0, delta: { content: 'Hi' } }], usage: { completion_tokens: 1 } },
    [text('Hi'), { type: 'usage', usage: { outputTokens: 1 } }],
  ],
  ['null usage', { choices: [{ index: 0, delta: { content: 'Hi' } }], usage: null }, [text('Hi')]],
  [
    'usage of Groq',
    { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], x_groq: { id: 'req_1', usage: { prompt_tokens: 4 } } },
    [finish('stop'), { type: 'usage', usage: { inputTokens: 4 } }],
  ],
  [
    'an error as documented',
    {
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
      error: { code: 502, message: 'x', metadata: { error_type: 'provider_unavailable' } },
    },
    [finish('error'), error('x', 502, 'provider_unavailable')],
  ],
  ['an error without a choice', { choices: [], error: { code: 429, message: 'x' } }, [error('x', 429)]],
  [
    'an error on the choice',
    { choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error', error: { code: 502, message: 'x' } }] },
    [finish('error'), error('x', 502)],
  ],
  [
    'an error that is only a finish reason',
    {
      choices: [
        { index: 0, delta: { content: '' }, finish_reason: 'error', native_finish_reason: 'MALFORMED_FUNCTION_CALL' },
      ],
    },
    [finish('error', 'MALFORMED_FUNCTION_CALL')],
  ],
  ['an error of Groq', { choices: [{ index: 0, delta: {} }], x_groq: { error: 'x' } }, [start, error('x')]],
  [
    'an error with its status next to it',
    { choices: [], error: { message: 'x' }, status_code: 500 },
    [error('x', 500)],
  ],
  ['no error', { choices: [{ index: 0, delta: { content: 'Hi' }, error: null }], error: null }, [text('Hi')]],
  ['choices that are not objects', { choices: [null, 'x', 1] }, []],
])('chunk: %s', (_, chunk, deltas) => {
  expect(chat.read(chunk, 'message')?.deltas).toEqual(deltas)
})

test.each([
  [
    'all fields',
    { id: 'gen-1', model: 'm/x', provider: 'P', choices: [] },
    { id: 'gen-1', model: 'm/x', provider: 'P' },
  ],
  ['no fields', { choices: [] }, { id: undefined, model: undefined, provider: undefined }],
  [
    'empty or null',
    { id: '', model: '', provider: null, choices: [] },
    { id: undefined, model: undefined, provider: undefined },
  ],
])('id, model and provider: %s', (_, chunk, identity) => {
  expect(chat.read(chunk, 'message')).toEqual({ type: 'chunk', ...identity, deltas: [] })
})

test.each([
  ['nothing', {}],
  ['an error', { error: { message: 'x' } }],
  ['an error object', { object: 'error', message: 'x' }],
  ['a response', { type: 'response.output_text.delta', delta: 'Hi' }],
  ['choices of another type', { choices: {} }],
])('not in this dialect: %s', (_, chunk) => {
  expect(chat.read(chunk, 'message')).toBeUndefined()
})

test.each([{ object: { toString: 1 }, choices: 0 }, { object: ['chat.completion'] }])('%j is not a chunk', (chunk) => {
  expect(chat.read(chunk, 'message')).toBeUndefined()
})
