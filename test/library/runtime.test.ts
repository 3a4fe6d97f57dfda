import { expect, test } from 'vitest'
import { StreamError } from '../../src/core/errors/error.js'
import { checkRuntime } from '../../src/library/runtime.js'

test.each(['Bun', 'Deno'])('in %s one error says what to use instead', (name) => {
  expect(() => checkRuntime({ [name]: {} })).toThrow(
    new StreamError(
      'bad_config',
      `streamChat needs Node, it does not run in ${name} (read the response of fetch with parseAnswers of or-stream/pure)`,
    ),
  )
})

test('Node has no error', () => {
  expect(checkRuntime(globalThis)).toBe(undefined)
})
