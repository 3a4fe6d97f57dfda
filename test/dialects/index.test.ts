import { expect, test } from 'vitest'
import { dialects } from '../../src/dialects/index.js'

test.each<[string, string, Record<string, unknown>]>([
  ['a chat chunk', 'chat', { object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'Hi' } }] }],
  ['a chat chunk without its object', 'chat', { choices: [{ index: 0, delta: { content: 'Hi' } }] }],
  ['a chat chunk with an error', 'chat', { choices: [], error: { message: 'x' } }],
  ['a legacy chunk', 'completions', { object: 'text_completion', choices: [{ index: 0, text: 'Hi' }] }],
  ['a legacy chunk without its object', 'completions', { choices: [{ index: 0, text: 'Hi' }] }],
  ['a legacy chunk with usage', 'completions', { object: 'text_completion', choices: [], usage: {} }],
  [
    'an event of the Messages API',
    'messages',
    { type: 'content_block_delta', delta: { type: 'text_delta', text: 'Hi' } },
  ],
  ['an error of the Messages API', 'messages', { type: 'error', error: { type: 'api_error', message: 'x' } }],
  ['an event of the Responses API', 'responses', { type: 'response.output_text.delta', delta: 'Hi' }],
  ['an error of the Responses API', 'responses', { type: 'error', sequence_number: 1, message: 'x' }],
  ['an event of Gemini', 'gemini', { candidates: [] }],
])('%s is read as %s', (_, name, chunk) => {
  expect(dialects.find((dialect) => dialect.read(chunk, 'message'))?.name).toBe(name)
})

test('dialect names are unique', () => {
  const names = dialects.map(({ name }) => name)
  expect(names).toEqual([...new Set(names)])
})
