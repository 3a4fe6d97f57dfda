import { expect, test } from 'vitest'
import { StreamError } from '../../src/core/errors/error.js'
import { compose, type RequestOptions } from '../../src/request/body.js'
import { providerNamed } from '../../src/request/providers.js'

const nothing: RequestOptions = {
  api: 'chat',
  model: undefined,
  system: undefined,
  messages: undefined,
  schema: undefined,
  tools: undefined,
  body: undefined,
  prompt: undefined,
  attachments: [],
  temperature: undefined,
  maxTokens: undefined,
  topP: undefined,
  seed: undefined,
  stop: [],
  reasoning: undefined,
  fallbacks: [],
  fields: [],
}

const openrouter = providerNamed('openrouter')
const hi = { model: 'm/x', prompt: 'Hi' }
const user = '"messages":[{"role":"user","content":"Hi"}]'
const history = '[{"role":"user","content":"Hi"},{"role":"assistant","content":"Ho"}]'

test.each<[string, Partial<RequestOptions>, string]>([
  ['a prompt', hi, `{"model":"m/x",${user},"stream":true}`],
  [
    'a prompt that looks like a number',
    { ...hi, prompt: '1e3' },
    '{"model":"m/x","messages":[{"role":"user","content":"1e3"}],"stream":true}',
  ],
  [
    'a prompt of several lines',
    { ...hi, prompt: 'a\n\n"b" €\u2028' },
    '{"model":"m/x","messages":[{"role":"user","content":"a\\n\\n\\"b\\" €\u2028"}],"stream":true}',
  ],
  [
    'a system prompt comes first',
    { ...hi, system: 'Be brief' },
    '{"model":"m/x","messages":[{"role":"system","content":"Be brief"},{"role":"user","content":"Hi"}],"stream":true}',
  ],
  ['a conversation alone', { model: 'm/x', messages: history }, `{"model":"m/x","messages":${history},"stream":true}`],
  [
    'a prompt after a conversation',
    { ...hi, system: 'S', messages: history },
    `{"model":"m/x","messages":[{"role":"system","content":"S"},${history.slice(1, -1)},{"role":"user","content":"Hi"}],"stream":true}`,
  ],
  [
    'temperature and tokens',
    { ...hi, temperature: 0, maxTokens: 300 },
    `{"model":"m/x",${user},"temperature":0,"max_tokens":300,"stream":true}`,
  ],
  [
    '-o fields come last',
    { ...hi, fields: ['seed=7', 'provider.sort=price'] },
    `{"model":"m/x",${user},"seed":7,"provider":{"sort":"price"},"stream":true}`,
  ],
  [
    '-o replaces a field of an option',
    { ...hi, temperature: 1, fields: ['model=m/y', 'temperature=0.5'] },
    `{"model":"m/y",${user},"temperature":0.5,"stream":true}`,
  ],
  ['-o cannot replace stream', { ...hi, fields: ['stream=false'] }, `{"model":"m/x",${user},"stream":true}`],
  [
    'a body with stream true is sent unchanged',
    { body: ' {"seed":1.0,  "stream": true}\n' },
    '{"seed":1.0,  "stream": true}',
  ],
  ['a body with stream false', { body: '{"model":"m/x","stream":false}' }, '{"model":"m/x","stream":true}'],
  ['a body without stream', { body: '{"model":"m/x"}' }, '{"model":"m/x","stream":true}'],
])('%s', (_, options, body) => {
  expect(compose({ ...nothing, ...options }, openrouter, {}).body).toBe(body)
})

const file = (name: string, latin1: string) => {
  const bytes = Buffer.from(latin1, 'latin1')
  return { name, bytes, base64: () => bytes.toString('base64') }
}
const png = file('pictures/a.png', '\u0089PNG\r\n\u001a\n')
const pdf = file('a.pdf', '%PDF-1.7')
const wav = file('a.wav', 'RIFF....WAVE')
const base64 = { png: 'iVBORw0KGgo=', pdf: 'JVBERi0xLjc=', wav: 'UklGRi4uLi5XQVZF' }

const tools =
  '[{"type":"function","function":{"name":"look","description":"d","parameters":{"type":"object"}}},{"type":"openrouter:web_search"}]'
const schema = '{"title":"A name!","type":"object"}'

const all: Partial<RequestOptions> = {
  ...hi,
  system: 'S',
  temperature: 1,
  maxTokens: 9,
  topP: 0.5,
  tools,
  fallbacks: ['m/y'],
}

test.each<[string, Partial<RequestOptions>, object]>([
  [
    'chat: every option',
    { ...all, seed: 7, stop: ['a', 'b'], reasoning: 'low', schema },
    {
      model: 'm/x',
      messages: [
        { role: 'system', content: 'S' },
        { role: 'user', content: 'Hi' },
      ],
      temperature: 1,
      max_tokens: 9,
      top_p: 0.5,
      seed: 7,
      stop: ['a', 'b'],
      reasoning: { effort: 'low' },
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'A_name_', strict: true, schema: { title: 'A name!', type: 'object' } },
      },
      tools: [
        { type: 'function', function: { name: 'look', description: 'd', parameters: { type: 'object' } } },
        { type: 'openrouter:web_search' },
      ],
      models: ['m/y'],
    },
  ],
  [
    'chat: attachments',
    { ...hi, attachments: [png, pdf, wav] },
    {
      model: 'm/x',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hi' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${base64.png}` } },
            { type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${base64.pdf}` } },
            { type: 'input_audio', input_audio: { data: base64.wav, format: 'wav' } },
          ],
        },
      ],
    },
  ],
  [
    'responses: every option',
    { ...all, api: 'responses', reasoning: 'low', schema },
    {
      model: 'm/x',
      input: [{ role: 'user', content: 'Hi' }],
      instructions: 'S',
      temperature: 1,
      max_output_tokens: 9,
      top_p: 0.5,
      reasoning: { effort: 'low' },
      text: {
        format: { type: 'json_schema', name: 'A_name_', strict: true, schema: { title: 'A name!', type: 'object' } },
      },
      tools: [
        { type: 'function', name: 'look', description: 'd', parameters: { type: 'object' } },
        { type: 'openrouter:web_search' },
      ],
      models: ['m/y'],
    },
  ],
  [
    'responses: attachments',
    { ...hi, api: 'responses', attachments: [png, pdf, wav] },
    {
      model: 'm/x',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Hi' },
            { type: 'input_image', image_url: `data:image/png;base64,${base64.png}` },
            { type: 'input_file', filename: 'a.pdf', file_data: `data:application/pdf;base64,${base64.pdf}` },
            { type: 'input_audio', input_audio: { data: base64.wav, format: 'wav' } },
          ],
        },
      ],
    },
  ],
  [
    'messages: every option',
    { ...all, api: 'messages', stop: ['a'] },
    {
      model: 'm/x',
      max_tokens: 9,
      system: 'S',
      messages: [{ role: 'user', content: 'Hi' }],
      temperature: 1,
      top_p: 0.5,
      stop_sequences: ['a'],
      tools: [{ name: 'look', description: 'd', input_schema: { type: 'object' } }, { type: 'openrouter:web_search' }],
      fallbacks: [{ model: 'm/y' }],
    },
  ],
  [
    'messages: attachments',
    { ...hi, api: 'messages', maxTokens: 9, attachments: [png, pdf] },
    {
      model: 'm/x',
      max_tokens: 9,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: base64.png } },
            { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: base64.pdf } },
            { type: 'text', text: 'Hi' },
          ],
        },
      ],
    },
  ],
])('%s', (_, options, body) => {
  expect(JSON.parse(compose({ ...nothing, ...options }, openrouter, {}).body)).toEqual({ ...body, stream: true })
})

const settings = { OPENROUTER_MODEL: 'm/env', OPENROUTER_TEMPERATURE: '0.5', OPENROUTER_MAX_TOKENS: '64' }

test.each<[string, Partial<RequestOptions>, Record<string, string>, string, string[]]>([
  [
    'the default model',
    {},
    {},
    `{"model":"openrouter/auto",${user},"stream":true}`,
    ['model openrouter/auto from the default'],
  ],
  [
    'the environment',
    {},
    settings,
    `{"model":"m/env",${user},"temperature":0.5,"max_tokens":64,"stream":true}`,
    [
      'model m/env from OPENROUTER_MODEL',
      'temperature 0.5 from OPENROUTER_TEMPERATURE',
      'max tokens 64 from OPENROUTER_MAX_TOKENS',
    ],
  ],
  [
    'options take precedence over the environment',
    { model: 'm/x', temperature: 0, maxTokens: 1 },
    settings,
    `{"model":"m/x",${user},"temperature":0,"max_tokens":1,"stream":true}`,
    ['model m/x from --model', 'temperature 0 from --temperature', 'max tokens 1 from --max-tokens'],
  ],
])('%s', (_, options, environment, body, notes) => {
  expect(compose({ ...nothing, prompt: 'Hi', ...options }, openrouter, environment)).toEqual({ body, notes })
})

const brief = { ...nothing, prompt: 'Hi', maxTokens: 9, reasoning: 'low' }

test.each([
  ['openrouter', { max_tokens: 9, reasoning: { effort: 'low' } }],
  ['openai', { max_completion_tokens: 9, reasoning_effort: 'low', stream_options: { include_usage: true } }],
  ['groq', { max_tokens: 9, reasoning_effort: 'low' }],
])('the fields of the chat API of %s', (name, fields) => {
  const { body } = compose({ ...brief, model: 'm/x' }, providerNamed(name), {})
  expect(JSON.parse(body)).toEqual({
    model: 'm/x',
    messages: [{ role: 'user', content: 'Hi' }],
    ...fields,
    stream: true,
  })
})

test('OPENROUTER_MODEL is ignored for another provider', () => {
  const error = new StreamError('usage', 'OpenAI has no default model (--endpoint openai); choose one with -m')
  expect(() => compose(brief, providerNamed('openai'), settings)).toThrow(error)
})

test('no variable changes a body of --body', () => {
  const composed = compose({ ...nothing, body: '{"stream":true}' }, openrouter, settings)
  expect(composed).toEqual({ body: '{"stream":true}', notes: ['body from --body'] })
})

function refusalOf(options: Partial<RequestOptions>): unknown {
  try {
    return compose({ ...nothing, ...options }, openrouter, {})
  } catch (error) {
    return error instanceof StreamError ? `${error.code}: ${error.message}` : error
  }
}

test.each<[string, Partial<RequestOptions>, string]>([
  ['no prompt', {}, 'usage: no prompt given (pass it as an argument or on standard input)'],
  ['an empty conversation', { messages: '[]' }, 'usage: no prompt given (pass it as an argument or on standard input)'],
  ['a conversation with invalid JSON', { messages: '[{' }, 'bad_data: --messages is not a JSON array of objects'],
  [
    'a conversation that is an object',
    { messages: '{"messages":[]}' },
    'bad_data: --messages is not a JSON array of objects',
  ],
  ['a conversation of strings', { messages: '["Hi"]' }, 'bad_data: --messages is not a JSON array of objects'],
  ['a schema that is not an object', { ...hi, schema: '[]' }, 'bad_data: --schema is not a JSON object'],
  ['tools that are not an array', { ...hi, tools: '{}' }, 'bad_data: --tools is not a JSON array of objects'],
  [
    'an option without a field in the API',
    { ...hi, api: 'messages', seed: 7 },
    'usage: the messages API has no field for --seed; -o can set any field',
  ],
  [
    'a text file as an attachment',
    { ...hi, attachments: [file('a.txt', 'text')] },
    'bad_data: a.txt is not an image, PDF or audio file of a supported type; use -f for text',
  ],
  ['a field without =', { ...hi, fields: ['seed'] }, 'usage: -o takes key=value, not "seed"'],
  ['a body that is a list', { body: '[]' }, 'bad_data: --body is not a JSON object'],
  ['a body that is null', { body: 'null' }, 'bad_data: --body is not a JSON object'],
  ['a body with invalid JSON', { body: '{"model":' }, 'bad_data: --body is not a JSON object'],
  ['an empty body', { body: '' }, 'bad_data: --body is not a JSON object'],
  [
    '--body and a prompt',
    { body: '{}', prompt: 'Hi' },
    'usage: --body is the whole request; it cannot be combined with a prompt or other request options',
  ],
  [
    '--body and a model',
    { body: '{}', model: 'm/x' },
    'usage: --body is the whole request; it cannot be combined with a prompt or other request options',
  ],
  [
    '--body and a field',
    { body: '{}', fields: ['seed=7'] },
    'usage: --body is the whole request; it cannot be combined with a prompt or other request options',
  ],
  [
    'a field inside a list',
    { prompt: 'Hi', fields: ['messages.0.content=x'] },
    "usage: -o can't set a field inside the list messages; set the whole list",
  ],
  [
    '--body and a conversation',
    { body: '{}', messages: '[]' },
    'usage: --body is the whole request; it cannot be combined with a prompt or other request options',
  ],
])('refused: %s', (_, options, error) => {
  expect(refusalOf(options)).toBe(error)
})
