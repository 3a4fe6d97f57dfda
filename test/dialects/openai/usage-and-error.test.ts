import { expect, test } from 'vitest'
import { readUsageAndError } from '../../../src/dialects/openai/usage-and-error.js'
import type { Delta } from '../../../src/core/answer/delta.js'

function usage(inputTokens: number): Delta {
  return { type: 'usage', usage: { inputTokens } }
}

function error(message: string, status?: number): Delta {
  return { type: 'error', error: { message, status, type: undefined } }
}

test.each<[string, Record<string, unknown>, Delta[]]>([
  ['nothing', {}, []],
  ['usage', { usage: { prompt_tokens: 1 } }, [usage(1)]],
  ['null usage', { usage: null }, []],
  ['usage of Groq', { x_groq: { id: 'req_1', usage: { prompt_tokens: 2 } } }, [usage(2)]],
  ['usage of Groq next to null', { usage: null, x_groq: { usage: { prompt_tokens: 2 } } }, [usage(2)]],
  ['usage in both places', { usage: { prompt_tokens: 1 }, x_groq: { usage: { prompt_tokens: 2 } } }, [usage(1)]],
  ['an error', { error: { message: 'x', code: 429 } }, [error('x', 429)]],
  ['an error with its status next to it', { error: { message: 'x' }, status_code: 500 }, [error('x', 500)]],
  ['an error that is a string', { error: 'x' }, [error('x')]],
  ['an error of Groq', { error: null, x_groq: { error: 'x' } }, [error('x')]],
  ['usage and an error', { error: { message: 'x' }, usage: { prompt_tokens: 1 } }, [usage(1), error('x')]],
  ['no error', { error: null, x_groq: { error: '' } }, []],
  ['no error either', { error: false, x_groq: null }, []],
])('%s', (_, chunk, deltas) => {
  expect(readUsageAndError(chunk)).toEqual(deltas)
})
