import { expect, test } from 'vitest'
import { StreamError } from '../../src/core/errors.js'
import { numberSetting, setting, type Setting } from '../../src/request/settings.js'

test.each<[string, string | undefined, string | undefined, Setting<string> | undefined]>([
  ['neither', undefined, undefined, undefined],
  ['the flag', 'a', undefined, { value: 'a', from: '--model' }],
  ['the environment', undefined, 'b', { value: 'b', from: 'OPENROUTER_MODEL' }],
  ['the flag beats the environment', 'a', 'b', { value: 'a', from: '--model' }],
  ['an empty flag too', '', 'b', { value: '', from: '--model' }],
  ['an empty variable is none', undefined, '', undefined],
])('%s', (_, flag, variable, expected) => {
  expect(setting(flag, '--model', { OPENROUTER_MODEL: variable, OTHER: 'c' }, 'OPENROUTER_MODEL')).toEqual(expected)
})

test.each<[string, number | undefined, string | undefined, Setting<number> | undefined]>([
  ['neither', undefined, undefined, undefined],
  ['the flag', 0, '1', { value: 0, from: '--temperature' }],
  ['the environment', undefined, '0.7', { value: 0.7, from: 'OPENROUTER_TEMPERATURE' }],
  ['an empty variable is none', undefined, '', undefined],
])('a number: %s', (_, flag, variable, expected) => {
  const environment = { OPENROUTER_TEMPERATURE: variable }
  expect(numberSetting(flag, '--temperature', environment, 'OPENROUTER_TEMPERATURE')).toEqual(expected)
})

test.each(['warm', '0,7', '1 2', ' ', 'NaN', 'Infinity'])('no number: %j', (variable) => {
  const message = `OPENROUTER_TEMPERATURE must be a number, not "${variable}"`
  const environment = { OPENROUTER_TEMPERATURE: variable }
  const read = () => numberSetting(undefined, '--temperature', environment, 'OPENROUTER_TEMPERATURE')
  expect(read).toThrow(new StreamError('bad_config', message))
})
