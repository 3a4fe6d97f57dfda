import { expect, test } from 'vitest'
import type { Delta } from '../../../src/core/answer/delta.js'
import { completions } from '../../../src/dialects/openai/index.js'

function text(words: string, choice = 0): Delta {
  return { type: 'text', choice, text: words }
}

test.each<[string, Record<string, unknown>, Delta[]]>([
  ['text', { choices: [{ index: 0, text: 'Hi', finish_reason: null }] }, [text('Hi')]],
  [
    'a finish reason of another server',
    { choices: [{ index: 0, text: '', finish_reason: 'eos' }] },
    [{ type: 'finish', choice: 0, reason: 'stop', native: undefined }],
  ],
  [
    'an error on the choice',
    { choices: [{ index: 0, text: '', error: { code: 429, message: 'x' } }] },
    [{ type: 'error', error: { message: 'x', status: 429, type: undefined } }],
  ],
  ['text without an index', { choices: [{ text: 'Hi' }] }, [text('Hi')]],
  [
    'several choices',
    {
      choices: [
        { index: 1, text: 'b' },
        { index: 0, text: 'a' },
      ],
    },
    [text('b', 1), text('a', 0)],
  ],
  [
    'nothing yet',
    { choices: [{ index: 0, text: '', logprobs: null, finish_reason: null }] },
    [{ type: 'start', choice: 0 }],
  ],
  [
    'a finish',
    { choices: [{ index: 0, text: '', finish_reason: 'stop', native_finish_reason: 'STOP' }] },
    [{ type: 'finish', choice: 0, reason: 'stop', native: 'STOP' }],
  ],
  [
    'a finish with text',
    { choices: [{ index: 0, text: '!', finish_reason: 'length' }] },
    [text('!'), { type: 'finish', choice: 0, reason: 'length', native: undefined }],
  ],
  ['an empty finish reason', { choices: [{ index: 0, text: 'Hi', finish_reason: '' }] }, [text('Hi')]],
  [
    'usage',
    { object: 'text_completion', choices: [], usage: { prompt_tokens: 5 } },
    [{ type: 'usage', usage: { inputTokens: 5 } }],
  ],
  [
    'an error',
    { object: 'text_completion', choices: [], error: { code: 429, message: 'x' } },
    [{ type: 'error', error: { message: 'x', status: 429, type: undefined } }],
  ],
])('%s', (_, chunk, deltas) => {
  expect(completions.read(chunk, 'message')?.deltas).toEqual(deltas)
})

test.each([
  ['all fields', { id: 'gen-1', model: 'm/x', provider: 'P' }, { id: 'gen-1', model: 'm/x', provider: 'P' }],
  ['no fields', { id: '', model: null }, { id: undefined, model: undefined, provider: undefined }],
])('id, model and provider: %s', (_, fields, identity) => {
  expect(completions.read({ object: 'text_completion', ...fields, choices: [] }, 'message')).toEqual({
    type: 'chunk',
    ...identity,
    deltas: [],
  })
})

test.each([
  ['nothing', {}],
  ['an empty list of choices', { choices: [] }],
  ['a chat chunk', { object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'Hi' } }] }],
  ['a chat chunk with a text next to the delta', { choices: [{ index: 0, delta: { content: 'Hi' }, text: '' }] }],
  ['a choice without a delta', { choices: [{ index: 0, finish_reason: null }] }],
  ['an error', { error: { message: 'x' } }],
])('not in this dialect: %s', (_, chunk) => {
  expect(completions.read(chunk, 'message')).toBeUndefined()
})
