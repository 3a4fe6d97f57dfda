import { expect, test } from 'vitest'
import type { Dialect } from '../../../src/core/answer/dialect.js'
import { StreamError } from '../../../src/core/errors/error.js'
import { dialects } from '../../../src/dialects/index.js'
import { foldAnswers, type FoldedAnswer } from '../../../src/filters/fold/fold.js'
import { cases } from '../../support/fixtures.js'
import { everyCut, run, utf8Bytes } from '../../support/feed.js'
import { dialectThat } from '../../support/dialect.js'
import { endOf } from '../../support/outcomes.js'
import { contentOf } from '../../support/answer-content.js'
import { sized, some } from '../../support/size.js'
import { outcome } from '../../support/stations.js'
import { chunk, DONE, errorEvent, event } from '../../support/wire.js'

/** Folds the answers of a stream. */
function answersIn(pieces: readonly Uint8Array[], options: Parameters<typeof foldAnswers>[1] = {}): FoldedAnswer[] {
  return run(foldAnswers(dialects, options), pieces).filter((output) => output.type === 'folded')
}

/** Returns the folded objects of a stream. */
function folded(stream: string, options = {}) {
  return answersIn([utf8Bytes(stream)], options).map(({ object }) => object)
}

/** Returns a stream of chat chunks with one choice: the deltas, the finish and the end marker. */
function chat(deltas: readonly object[], finish: string | null = 'stop', end = DONE): string {
  const chunks = deltas.map((delta) => event({ id: 'gen-1', choices: [{ index: 0, delta, finish_reason: null }] }))
  const last = finish === null ? '' : event({ id: 'gen-1', choices: [{ index: 0, delta: {}, finish_reason: finish }] })
  return `${chunks.join('')}${last}${end}`
}

/** Returns the folded message of a stream of chat chunks. */
function message(deltas: readonly object[]): unknown {
  const [object] = folded(chat(deltas)) as [{ choices: { message: unknown }[] }]
  return object.choices[0]?.message
}

const EMPTY_MESSAGE = { role: 'assistant', content: null }

test.each<[string, object[], object]>([
  ['text is joined', [{ role: 'assistant', content: 'Blue ' }, { content: 'is.' }], { content: 'Blue is.' }],
  ['an empty text stays a string', [{ content: '' }], { content: '' }],
  ['no text is null', [{ content: null }], { content: null }],
  ['the role is set, not joined', [{ role: 'assistant' }, { role: 'assistant' }, { role: '' }], {}],
  [
    'reasoning under either name',
    [{ reasoning: 'H' }, { reasoning: 'm', reasoning_content: 'Hm' }],
    { reasoning: 'Hm', reasoning_content: 'Hm' },
  ],
  ['a refusal', [{ refusal: null }, { refusal: 'I ' }, { refusal: "can't." }], { refusal: "I can't." }],
  [
    'annotations and images are concatenated',
    [{ annotations: [1], images: [{ index: 0 }] }, { annotations: [2] }],
    { annotations: [1, 2], images: [{ index: 0 }] },
  ],
  [
    'audio: the id is set, transcript and data are joined',
    [
      { audio: { id: 'a', transcript: 'Go' } },
      { audio: { id: 'a', transcript: 'od', data: 'AA' } },
      { audio: { data: 'BB', expires_at: 7 } },
    ],
    { audio: { id: 'a', transcript: 'Good', data: 'AABB', expires_at: 7 } },
  ],
  [
    'unknown strings are joined, the last number wins',
    [
      { thought: 'a', token_id: 1 },
      { thought: 'b', token_id: 2 },
    ],
    { thought: 'ab', token_id: 2 },
  ],
  [
    'the legacy function_call',
    [{ function_call: { name: 'look', arguments: '{' } }, { function_call: { arguments: '}' } }],
    { function_call: { name: 'look', arguments: '{}' } },
  ],
  [
    '__proto__ cannot change the prototype',
    [JSON.parse('{"__proto__":{"x":1},"content":"a"}') as object, JSON.parse('{"__proto__":{"x":2}}') as object],
    { content: 'a' },
  ],
  [
    'adjacent parts of one type are joined',
    [
      { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'H' }] }] },
      { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'm' }] }] },
      { content: [{ type: 'text', text: 'A' }] },
      { content: 'b' },
      {
        content: [
          { type: 'reference', reference_ids: [1] },
          { type: 'text', text: 'c' },
        ],
      },
    ],
    {
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
        { type: 'text', text: 'Ab' },
        { type: 'reference', reference_ids: [1] },
        { type: 'text', text: 'c' },
      ],
    },
  ],
  [
    'text before parts',
    [{ content: 'A' }, { content: [{ type: 'text', text: 'b' }] }],
    { content: [{ type: 'text', text: 'Ab' }] },
  ],
])('chat: %s', (_, deltas, expected) => {
  expect(message(deltas)).toEqual({ ...EMPTY_MESSAGE, ...expected })
})

const text = (piece: string, rest = {}) => ({ type: 'reasoning.text', index: 0, text: piece, ...rest })

test.each<[string, object[][], object[]]>([
  ['pieces of one index', [[text('a')], [text('b')]], [text('ab')]],
  ['pieces of two indexes', [[text('a')], [text('b', { index: 1 })]], [text('a'), text('b', { index: 1 })]],
  [
    'a late signature',
    [[text('a')], [{ type: 'reasoning.text', index: 0, signature: 's' }]],
    [text('a', { signature: 's' })],
  ],
  [
    'a signature is set',
    [[text('a', { signature: 's' })], [text('b', { signature: 's' })]],
    [text('ab', { signature: 's' })],
  ],
  [
    'a late signature after another detail',
    [
      [text('a')],
      [{ type: 'reasoning.encrypted', index: 1, data: 'x' }],
      [{ type: 'reasoning.text', index: 0, signature: 's' }],
    ],
    [text('a', { signature: 's' }), { type: 'reasoning.encrypted', index: 1, data: 'x' }],
  ],
  [
    'encrypted details are not joined',
    [[{ type: 'reasoning.encrypted', data: 'x' }], [{ type: 'reasoning.encrypted', data: 'y' }]],
    [
      { type: 'reasoning.encrypted', data: 'x' },
      { type: 'reasoning.encrypted', data: 'y' },
    ],
  ],
  [
    'summaries',
    [[{ type: 'reasoning.summary', summary: 'a', index: 0 }], [{ type: 'reasoning.summary', summary: 'b', index: 0 }]],
    [{ type: 'reasoning.summary', summary: 'ab', index: 0 }],
  ],
])('details of reasoning: %s', (_, pieces, expected) => {
  expect(message(pieces.map((details) => ({ reasoning_details: details })))).toEqual({
    ...EMPTY_MESSAGE,
    reasoning_details: expected,
  })
})

/** Returns a piece of a tool call. Undefined fields are omitted. */
const piece = (
  index: number | null | undefined,
  id: string | null | undefined,
  name: string | undefined,
  args: unknown,
) => ({
  index,
  id,
  function: { name, arguments: args },
})
const call = (id: string, name: string, args: string) => ({ id, type: 'function', function: { name, arguments: args } })

test.each<[string, object[][], object[]]>([
  [
    '1: pieces of one index are one call',
    [[piece(0, 'a', 'look', '')], [piece(0, undefined, undefined, '{"q":')], [piece(0, undefined, undefined, '1}')]],
    [call('a', 'look', '{"q":1}')],
  ],
  [
    '1: a repeated id and name are set, not joined',
    [[piece(0, 'a', 'look', '{"q"')], [piece(0, 'a', 'look', ':1}')]],
    [call('a', 'look', '{"q":1}')],
  ],
  [
    '1: two interleaved calls',
    [
      [piece(0, 'a', 'look', '{"q"'), piece(1, 'b', 'see', '{')],
      [piece(0, undefined, undefined, ':1}')],
      [piece(1, undefined, undefined, '}')],
    ],
    [call('a', 'look', '{"q":1}'), call('b', 'see', '{}')],
  ],
  [
    '2: without an index a new id is a new call',
    [
      [piece(null, 'a', 'look', '{"q":')],
      [piece(null, undefined, undefined, '1}')],
      [piece(undefined, 'b', 'look', '{}')],
    ],
    [call('a', 'look', '{"q":1}'), call('b', 'look', '{}')],
  ],
  [
    '2: without an index a known id is its call',
    [
      [piece(undefined, 'a', 'look', '{')],
      [piece(undefined, 'b', 'see', '{')],
      [piece(undefined, 'a', undefined, '}')],
      [piece(undefined, 'b', undefined, '}')],
    ],
    [call('a', 'look', '{}'), call('b', 'see', '{}')],
  ],
  [
    '3: another id on an index in use is another call',
    [[piece(0, 'a', 'look', '{"q":1}')], [piece(0, 'b', 'look', '{"q":')], [piece(0, undefined, undefined, '2}')]],
    [call('a', 'look', '{"q":1}'), call('b', 'look', '{"q":2}')],
  ],
  [
    '3: another name too',
    [[piece(0, undefined, 'look', '{"q":1}')], [piece(0, undefined, 'see', '{}')]],
    [call('call_0', 'look', '{"q":1}'), call('call_1', 'see', '{}')],
  ],
  [
    '4: missing, empty and duplicate ids are replaced',
    [
      [piece(0, null, 'look', '{}')],
      [piece(1, '', 'look', '{}')],
      [piece(2, 'call_1', 'look', '{}')],
      [piece(3, 'call_1', 'look', '{}')],
    ],
    [
      call('call_0', 'look', '{}'),
      call('call_1', 'look', '{}'),
      call('call_2', 'look', '{}'),
      call('call_3', 'look', '{}'),
    ],
  ],
  [
    '5: two complete calls in one chunk',
    [[piece(undefined, undefined, 'look', '{"q":1}'), piece(undefined, undefined, 'look', '{"q":2}')]],
    [call('call_0', 'look', '{"q":1}'), call('call_1', 'look', '{"q":2}')],
  ],
  [
    '5: no arguments are an empty object',
    [[piece(0, 'a', 'now', '')], [piece(1, 'b', 'now', undefined)]],
    [call('a', 'now', '{}'), call('b', 'now', '{}')],
  ],
  ['6: invalid arguments are kept', [[piece(0, 'a', 'look', '{"q":')]], [call('a', 'look', '{"q":')]],
  ['arguments as an object', [[piece(0, 'a', 'look', { q: 1 })]], [call('a', 'look', '{"q":1}')]],
  [
    'other fields of a call',
    [[{ ...piece(0, 'a', 'look', '{}'), extra_content: { google: { thought_signature: 's' } } }]],
    [{ ...call('a', 'look', '{}'), extra_content: { google: { thought_signature: 's' } } }],
  ],
  [
    'a custom tool',
    [
      [{ index: 0, id: 'a', type: 'custom', custom: { name: 'sql', input: 'SEL' } }],
      [{ index: 0, custom: { input: 'ECT' } }],
    ],
    [{ id: 'a', type: 'custom', custom: { name: 'sql', input: 'SELECT' } }],
  ],
])('tool calls: rule %s', (_, pieces, expected) => {
  expect(message(pieces.map((calls) => ({ tool_calls: calls })))).toEqual({ ...EMPTY_MESSAGE, tool_calls: expected })
})

test.each(['stop', 'tool_calls', null])('tool calls: rule 7: they are kept for any finish reason (%s)', (finish) => {
  const stream = chat([{ tool_calls: [piece(0, 'a', 'look', '{}')] }], finish)
  const [answer] = answersIn([utf8Bytes(stream)])
  expect(answer?.turns).toEqual([
    {
      choice: 0,
      messages: [{ ...EMPTY_MESSAGE, tool_calls: [call('a', 'look', '{}')] }],
      calls: [{ id: 'a', name: 'look', arguments: '{}' }],
    },
  ])
})

test('tool calls: rule 9: server tool use is kept, but is not a call to answer', () => {
  const detail = {
    type: 'reasoning.server_tool_call',
    tool_name: 'openrouter:web_search',
    arguments: '{}',
    result: 'x',
    tool_call_id: 'a',
  }
  const [answer] = answersIn([utf8Bytes(chat([{ reasoning_details: [detail], content: 'Hi' }]))])
  expect(answer?.turns).toEqual([
    { choice: 0, messages: [{ role: 'assistant', content: 'Hi', reasoning_details: [detail] }], calls: [] },
  ])
})

test.each<[string, string, object[]]>([
  ['nothing', '', []],
  ['comments', ': x\n\n', []],
  ['only an end marker', DONE, []],
  [
    'fields of a chunk: the last value that is set wins',
    event({ id: '', created: 0, choices: [], citations: ['a'], x: 1, usage: { prompt_tokens: 1 } }) +
      event({ id: 'g', created: 7, choices: [], citations: ['b'], x: 2, usage: null }) +
      event({
        id: 'g',
        created: 0,
        choices: [{ index: 0, delta: { content: 'A' }, finish_reason: 'stop', logprobs: null }],
        usage: { prompt_tokens: 2 },
      }),
    [
      {
        id: 'g',
        created: 7,
        object: 'chat.completion',
        citations: ['b'],
        x: 2,
        choices: [{ index: 0, message: { role: 'assistant', content: 'A' }, logprobs: null, finish_reason: 'stop' }],
        usage: { prompt_tokens: 2 },
      },
    ],
  ],
  [
    'the first finish, and choices by index',
    event({ choices: [{ index: 1, delta: { content: 'B' }, finish_reason: 'stop' }] }) +
      event({
        choices: [{ index: 0, delta: { content: 'A' }, finish_reason: 'length', native_finish_reason: 'MAX' }],
      }) +
      event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop', native_finish_reason: 'x' }] }),
    [
      {
        object: 'chat.completion',
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: 'A' },
            finish_reason: 'length',
            native_finish_reason: 'MAX',
          },
          { index: 1, message: { role: 'assistant', content: 'B' }, finish_reason: 'stop' },
        ],
      },
    ],
  ],
  [
    'logprobs are joined',
    event({ choices: [{ index: 0, delta: {}, logprobs: { content: [1], refusal: null } }] }) +
      event({ choices: [{ index: 0, delta: {}, logprobs: { content: [2], refusal: null }, finish_reason: 'stop' }] }),
    [
      {
        object: 'chat.completion',
        choices: [
          { index: 0, message: EMPTY_MESSAGE, logprobs: { content: [1, 2], refusal: null }, finish_reason: 'stop' },
        ],
      },
    ],
  ],
  [
    'a message in one chunk, and a message that repeats the deltas',
    event({ choices: [{ index: 0, message: { role: 'assistant', content: 'A' } }] }) +
      event({ choices: [{ index: 0, message: { content: 'AB' }, delta: { content: 'B' }, finish_reason: 'stop' }] }),
    [
      {
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', content: 'AB' }, finish_reason: 'stop' }],
      },
    ],
  ],
  [
    'legacy completions, even if the last chunk has no text',
    event({ choices: [{ index: 0, text: 'A' }] }) +
      event({ choices: [{ index: 0, text: 'b', logprobs: { tokens: ['b'] }, finish_reason: 'stop' }] }) +
      event({ choices: [], usage: { prompt_tokens: 1 } }),
    [
      {
        object: 'text_completion',
        choices: [{ index: 0, text: 'Ab', logprobs: { tokens: ['b'] }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 1 },
      },
    ],
  ],
  [
    'an answer that is cut off',
    chunk('Blue'),
    [
      {
        id: 'gen-1',
        object: 'chat.completion',
        model: 'test/model',
        choices: [{ index: 0, message: { role: 'assistant', content: 'Blue' }, finish_reason: null }],
        incomplete: true,
        verdict: 'truncated',
      },
    ],
  ],
  [
    'only an error',
    event({ error: { code: 429, message: 'slow' } }),
    [{ incomplete: true, verdict: 'error', error: { code: 429, message: 'slow' } }],
  ],
  [
    'an error without an error key',
    event({ object: 'error', message: 'x' }),
    [{ incomplete: true, verdict: 'error', error: { object: 'error', message: 'x' } }],
  ],
  [
    'an error line',
    'error: {"error":{"code":500}}\n\n',
    [{ incomplete: true, verdict: 'error', error: { code: 500 } }],
  ],
  [
    'an event that could not be read is skipped',
    `${chunk('Blue')}data: {"choi\n\n${chunk('', 'stop')}${DONE}`,
    [expect.objectContaining({ incomplete: true, verdict: 'complete' }) as object],
  ],
])('%s', (_, stream, expected) => {
  expect(folded(stream)).toEqual(expected)
})

test('the error is the last key and is copied from the stream', () => {
  const [object = {}] = folded(chunk('Blue') + errorEvent(429, 'slow'))
  expect(Object.entries(object).slice(-3)).toEqual([
    ['incomplete', true],
    ['verdict', 'error'],
    ['error', { code: 429, message: 'slow' }],
  ])
})

const CREATED = {
  type: 'response.created',
  response: { id: 'r', object: 'response', status: 'in_progress', output: [], error: null },
}
const item = (index: number, fields: object, step = 'added') => ({
  type: `response.output_item.${step}`,
  output_index: index,
  item: fields,
})
const at = (rest: object) => ({ output_index: 0, content_index: 0, summary_index: 0, ...rest })

test.each<[string, object[], object]>([
  [
    'the response of the final event',
    [
      CREATED,
      item(0, { type: 'message' }),
      { type: 'response.completed', response: { id: 'r', status: 'completed', output: [{ type: 'x' }] } },
    ],
    { id: 'r', status: 'completed', output: [{ type: 'x' }] },
  ],
  [
    'the output is built from pieces if the final response has none',
    [
      CREATED,
      item(0, { id: 'i', type: 'message', content: [] }),
      { type: 'response.output_text.delta', ...at({ delta: 'Hi' }) },
      { type: 'response.completed', response: { id: 'r', status: 'completed', output: [] } },
    ],
    {
      id: 'r',
      status: 'completed',
      output: [{ id: 'i', type: 'message', content: [{ type: 'output_text', text: 'Hi' }] }],
    },
  ],
  [
    'a response that failed',
    [CREATED, { type: 'response.failed', response: { id: 'r', error: { code: 'x' } } }],
    { id: 'r', output: [], incomplete: true, verdict: 'error', error: { code: 'x' } },
  ],
])('responses: %s', (_, events, expected) => {
  expect(folded(events.map(event).join(''))).toEqual([expected])
})

test.each<[string, object[], object[]]>([
  [
    'text with its part, annotations and probabilities',
    [
      item(0, { type: 'message', content: [] }),
      { type: 'response.content_part.added', ...at({ part: { type: 'output_text', text: '', annotations: [] } }) },
      { type: 'response.output_text.delta', ...at({ delta: 'H', logprobs: [1] }) },
      { type: 'response.output_text.delta', ...at({ delta: 'i', logprobs: [] }) },
      { type: 'response.output_text.annotation.added', ...at({ annotation: { url: 'u' } }) },
    ],
    [{ type: 'message', content: [{ type: 'output_text', text: 'Hi', annotations: [{ url: 'u' }], logprobs: [1] }] }],
  ],
  [
    'the complete text wins',
    [
      item(0, { type: 'message' }),
      { type: 'response.output_text.delta', ...at({ delta: 'H' }) },
      { type: 'response.output_text.done', ...at({ text: 'Hi' }) },
    ],
    [{ type: 'message', content: [{ type: 'output_text', text: 'Hi' }] }],
  ],
  [
    'the complete item wins',
    [
      item(0, { type: 'message' }),
      { type: 'response.output_text.delta', ...at({ delta: 'H' }) },
      item(0, { type: 'message', content: ['x'] }, 'done'),
    ],
    [{ type: 'message', content: ['x'] }],
  ],
  [
    'reasoning and its summary',
    [
      item(0, { type: 'reasoning', summary: [] }),
      { type: 'response.reasoning_summary_text.delta', ...at({ delta: 'S' }) },
      { type: 'response.reasoning_text.delta', ...at({ delta: 'R' }) },
    ],
    [
      {
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: 'S' }],
        content: [{ type: 'reasoning_text', text: 'R' }],
      },
    ],
  ],
  [
    'a refusal',
    [item(0, { type: 'message' }), { type: 'response.refusal.delta', ...at({ delta: 'No' }) }],
    [{ type: 'message', content: [{ type: 'refusal', refusal: 'No' }] }],
  ],
  [
    'calls, by output_index',
    [
      item(1, { type: 'custom_tool_call', input: '' }),
      item(0, { type: 'function_call', call_id: 'c', arguments: '' }),
      { type: 'response.function_call_arguments.delta', output_index: 0, delta: '{"q"' },
      { type: 'response.custom_tool_call_input.delta', output_index: 1, delta: 'SEL' },
      { type: 'response.function_call_arguments.delta', output_index: 0, delta: ':' },
    ],
    [
      { type: 'function_call', call_id: 'c', arguments: '{"q":' },
      { type: 'custom_tool_call', input: 'SEL' },
    ],
  ],
])('responses, cut: %s', (_, events, output) => {
  expect(folded([CREATED, ...events].map(event).join(''))).toEqual([
    { ...CREATED.response, output, incomplete: true, verdict: 'truncated' },
  ])
})

const START = {
  type: 'message_start',
  message: {
    id: 'm',
    type: 'message',
    role: 'assistant',
    content: [],
    stop_reason: null,
    usage: { input_tokens: 4, output_tokens: 1 },
  },
}
const STOP = [
  {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: 9, input_tokens: null },
  },
  { type: 'message_stop' },
]
const block = (index: number, fields: object) => ({ type: 'content_block_start', index, content_block: fields })
const blockDelta = (index: number, delta: object) => ({ type: 'content_block_delta', index, delta })

test.each<[string, object[], unknown[]]>([
  [
    'text with citations',
    [
      block(0, { type: 'text', text: '' }),
      blockDelta(0, { type: 'text_delta', text: 'H' }),
      blockDelta(0, { type: 'citations_delta', citation: 1 }),
      blockDelta(0, { type: 'text_delta', text: 'i' }),
      blockDelta(0, { type: 'citations_delta', citation: 2 }),
    ],
    [{ type: 'text', text: 'Hi', citations: [1, 2] }],
  ],
  [
    'thinking with its signature',
    [
      block(0, { type: 'thinking', thinking: '', signature: '' }),
      blockDelta(0, { type: 'thinking_delta', thinking: 'Hm' }),
      blockDelta(0, { type: 'signature_delta', signature: 's' }),
    ],
    [{ type: 'thinking', thinking: 'Hm', signature: 's' }],
  ],
  [
    'a tool and its input, in pieces',
    [
      block(0, { type: 'tool_use', id: 't', name: 'look', input: {} }),
      blockDelta(0, { type: 'input_json_delta', partial_json: '{"q"' }),
      blockDelta(0, { type: 'input_json_delta', partial_json: ':1}' }),
    ],
    [{ type: 'tool_use', id: 't', name: 'look', input: { q: 1 } }],
  ],
  [
    'a tool without input',
    [block(0, { type: 'tool_use', id: 't', name: 'now', input: {} })],
    [{ type: 'tool_use', id: 't', name: 'now', input: {} }],
  ],
  [
    'a tool with its input at once',
    [block(0, { type: 'tool_use', id: 't', name: 'look', input: { q: 1 } })],
    [{ type: 'tool_use', id: 't', name: 'look', input: { q: 1 } }],
  ],
  [
    'input that is not JSON',
    [
      block(0, { type: 'tool_use', id: 't', name: 'look', input: {} }),
      blockDelta(0, { type: 'input_json_delta', partial_json: '{"q"' }),
    ],
    [{ type: 'tool_use', id: 't', name: 'look', input: '{"q"' }],
  ],
  [
    'blocks by index, and an unknown block type',
    [
      block(1, { type: 'x', content: 'a' }),
      block(0, { type: 'text', text: 'A' }),
      blockDelta(1, { type: 'x_delta', content: 'b' }),
    ],
    [
      { type: 'text', text: 'A' },
      { type: 'x', content: 'ab' },
    ],
  ],
])('messages: %s', (_, events, content) => {
  expect(folded([START, ...events, ...STOP].map(event).join(''))).toEqual([
    {
      ...START.message,
      content,
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 4, output_tokens: 9 },
    },
  ])
})

test('messages: a tool use that is cut off before its input has an empty input', () => {
  const [object] = folded([START, block(0, { type: 'tool_use', id: 't', name: 'now', input: {} })].map(event).join(''))
  expect(object).toMatchObject({
    content: [{ type: 'tool_use', id: 't', name: 'now', input: '' }],
    verdict: 'truncated',
  })
})

test('messages: an error', () => {
  const error = { type: 'overloaded_error', message: 'x' }
  expect(folded(event(START) + event({ type: 'error', error }))).toEqual([
    { ...START.message, incomplete: true, verdict: 'error', error },
  ])
})

const parts = (...pieces: object[]) => event({ candidates: [{ content: { role: 'model', parts: pieces }, index: 0 }] })
const partialCall = (fields: object) => parts({ functionCall: fields })

test.each<[string, string, object[]]>([
  [
    'texts are joined, separately from thoughts',
    parts({ text: 'H', thought: true }) +
      parts({ text: 'm', thought: true }, { text: 'A' }) +
      parts({ text: 'b' }, { text: '' }),
    [{ text: 'Hm', thought: true }, { text: 'Ab' }],
  ],
  [
    'a part with a signature is not joined',
    parts({ text: 'A' }) + parts({ text: 'b', thoughtSignature: 's' }) + parts({ text: 'c' }),
    [{ text: 'A' }, { text: 'b', thoughtSignature: 's' }, { text: 'c' }],
  ],
  [
    'a call',
    parts({ functionCall: { name: 'look', args: { q: 1 } } }),
    [{ functionCall: { name: 'look', args: { q: 1 } } }],
  ],
  [
    'a call in pieces',
    partialCall({ name: 'look', willContinue: true }) +
      partialCall({
        partialArgs: [{ jsonPath: '$.q[0].a', stringValue: 'b', willContinue: true }],
        willContinue: true,
      }) +
      partialCall({
        partialArgs: [
          { jsonPath: '$.q[0].a', stringValue: 'c' },
          { jsonPath: '$.q[0].n', numberValue: 1 },
        ],
        willContinue: true,
      }) +
      partialCall({
        partialArgs: [
          { jsonPath: '$.q[1000000]', boolValue: true },
          { jsonPath: '$.__proto__.x', boolValue: true },
          { jsonPath: '$.q[1]', boolValue: true },
        ],
      }),
    [{ functionCall: { name: 'look', args: { q: [{ a: 'bc', n: 1 }, true] } } }],
  ],
])('gemini: %s', (_, stream, expected) => {
  const end = event({ candidates: [{ finishReason: 'STOP', index: 0 }], usageMetadata: { totalTokenCount: 3 } })
  expect(folded(stream + end)).toEqual([
    {
      candidates: [{ content: { role: 'model', parts: expected }, index: 0, finishReason: 'STOP' }],
      usageMetadata: { totalTokenCount: 3 },
    },
  ])
})

test('gemini: a path with __proto__ does not change the prototype of objects', () => {
  folded(
    partialCall({ name: 'look', willContinue: true }) +
      partialCall({ partialArgs: [{ jsonPath: '$.__proto__.isEvil', boolValue: true }] }),
  )
  const isEvil = 'isEvil' in {}
  delete (Object.prototype as { isEvil?: boolean }).isEvil
  expect(isEvil).toBe(false)
})

test('each answer is one object, followed by its answer-end', () => {
  const stream = utf8Bytes(`${chat([{ content: 'A' }])}${DONE}${chat([{ content: 'B' }], null, '')}`)
  const outputs = run(foldAnswers(dialects), [stream])
  expect(outputs.map((output) => [output.type, output.verdict])).toEqual([
    ['folded', 'complete'],
    ['answer-end', 'complete'],
    ['folded', 'truncated'],
    ['answer-end', 'truncated'],
  ])
})

const readWords: Dialect['read'] = ({ words }) => {
  if (typeof words !== 'string') return undefined
  const deltas = [{ type: 'text', choice: 0, text: words }] as const
  return { type: 'chunk', id: undefined, model: undefined, provider: undefined, deltas, isFinal: true }
}

test('a dialect without an assembler (possible in JavaScript) throws, instead of an empty answer', () => {
  const { assembler: _assembler, ...half } = dialectThat('half', readWords)
  const stage = foldAnswers([...dialects, half as Dialect])
  const outputs: unknown[] = []
  expect(() => {
    const stream = `${chat([{ content: 'A' }])}${event({ words: 'B' })}`
    for (const output of stage.push(utf8Bytes(stream))) outputs.push(output)
  }).toThrow(new TypeError('the dialect "half" has no assembler'))
  expect(outputs).toEqual([expect.objectContaining({ type: 'folded', verdict: 'complete' }), endOf()])
  expect(run(foldAnswers([half as Dialect]), [utf8Bytes(': nothing\n\n')])).toEqual([
    endOf({
      verdict: 'empty',
      accepted: false,
      failure: new StreamError('empty', 'the stream ended without a data event'),
    }),
  ])
})

test('an answer without a chunk has an answer-end but no object', () => {
  expect(run(foldAnswers(dialects), [utf8Bytes(DONE)])).toEqual([endOf()])
})

test('an event over maxEventBytes throws after earlier answers have been returned', () => {
  const stage = foldAnswers(dialects, { maxEventBytes: 200 })
  const { outputs, failure } = outcome(stage, [utf8Bytes(chunk('Blue') + chunk('x'.repeat(300)))])
  expect(failure?.code).toBe('too_large')
  expect(outputs).toEqual([
    {
      type: 'folded',
      dialect: 'chat',
      object: expect.objectContaining({ incomplete: true, verdict: 'truncated' }) as unknown,
      verdict: 'truncated',
      isUsable: false,
      turns: [expect.objectContaining({ choice: 0 }) as unknown],
    },
    endOf({ verdict: 'truncated', accepted: false, failure }),
  ])
})

const usable = (stream: string, options = {}) => answersIn([utf8Bytes(stream)], options).map(({ isUsable }) => isUsable)

test('an answer is usable if it is accepted and every event could be read', () => {
  const cut = chunk('Blue')
  expect([
    usable(chat([{ content: 'A' }], 'length')),
    usable(cut),
    usable(cut, { allowTruncated: true }),
    usable(chat([{ tool_calls: [piece(0, 'a', 'look', '{')] }], null, ''), { allowTruncated: true }),
    usable(`${cut}data: {"x\n\n${DONE}`),
  ]).toEqual([[true], [false], [true], [false], [false]])
})

const all = cases().map((one) => [one.name, one] as const)

test.each(all)('%s: text and verdict', (_, one) => {
  const answers = answersIn([one.stream])
  const found = contentOf(answers.map(({ object }) => object))
  expect([found.text, answers.at(-1)?.verdict ?? 'empty']).toEqual([one.text.toString(), one.outcome.verdict])
})

test.each(all.filter(([, { reasoning }]) => reasoning))('%s: the reasoning', (_, one) => {
  const found = contentOf(answersIn([one.stream]).map(({ object }) => object))
  expect(found.reasoning).toBe(one.reasoning?.toString())
})

test.each(some(all, sized({ small: 12, ci: 60, long: 1000 })))(
  '%s: the result does not depend on chunk boundaries',
  (_, one) => {
    const whole = run(foldAnswers(dialects), [one.stream])
    for (const [name, pieces] of everyCut(one.stream, sized({ small: 20, ci: 100, long: 10_000 }), 10))
      expect([name, run(foldAnswers(dialects), pieces)]).toEqual([name, whole])
  },
)
