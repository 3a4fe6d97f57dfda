import { expect, test } from 'vitest'
import { StreamError } from '../../src/core/errors/error.js'
import { maxTimeSetting, numberSetting, setting, type Setting } from '../../src/request/settings.js'

test.each<[string, string | undefined, string | undefined, Setting<string> | undefined]>([
  ['neither', undefined, undefined, undefined],
  ['the flag', 'a', undefined, { value: 'a', from: '--model' }],
  ['the environment', undefined, 'b', { value: 'b', from: 'OPENROUTER_MODEL' }],
  ['the flag takes precedence over the environment', 'a', 'b', { value: 'a', from: '--model' }],
  ['an empty flag too takes precedence', '', 'b', { value: '', from: '--model' }],
  ['an empty variable counts as unset', undefined, '', undefined],
])('%s', (_, flag, variable, expected) => {
  expect(setting(flag, '--model', { OPENROUTER_MODEL: variable, OTHER: 'c' }, 'OPENROUTER_MODEL')).toEqual(expected)
})

test.each<[string, number | undefined, string | undefined, Setting<number> | undefined]>([
  ['neither', undefined, undefined, undefined],
  ['the flag', 0, '1', { value: 0, from: '--temperature' }],
  ['the environment', undefined, '0.7', { value: 0.7, from: 'OPENROUTER_TEMPERATURE' }],
  ['an empty variable counts as unset', undefined, '', undefined],
])('a number: %s', (_, flag, variable, expected) => {
  const environment = { OPENROUTER_TEMPERATURE: variable }
  expect(numberSetting(flag, '--temperature', environment, 'OPENROUTER_TEMPERATURE')).toEqual(expected)
})

test.each(['warm', '0,7', '1 2', ' ', 'NaN', 'Infinity'])(
  'a variable that is not a number is refused: %j',
  (variable) => {
    const message = `OPENROUTER_TEMPERATURE must be a number, not "${variable}"`
    const environment = { OPENROUTER_TEMPERATURE: variable }
    const read = () => numberSetting(undefined, '--temperature', environment, 'OPENROUTER_TEMPERATURE')
    expect(read).toThrow(new StreamError('bad_config', message))
  },
)

test.each<[string, number | undefined, Record<string, string>, Setting<number> | undefined]>([
  ['none', undefined, {}, undefined],
  ['the option', 5000, {}, { value: 5000, from: '--max-time' }],
  ['a bare number is seconds', undefined, { OR_STREAM_MAX_TIME: '30' }, { value: 30_000, from: 'OR_STREAM_MAX_TIME' }],
  ['with a unit', undefined, { OR_STREAM_MAX_TIME: '1.5m' }, { value: 90_000, from: 'OR_STREAM_MAX_TIME' }],
  ['in milliseconds', undefined, { STREAMING_TIMEOUT: '30000' }, { value: 30_000, from: 'STREAMING_TIMEOUT' }],
  ['with spaces around it', undefined, { STREAMING_TIMEOUT: ' 30000 ' }, { value: 30_000, from: 'STREAMING_TIMEOUT' }],
  [
    'OR_STREAM_MAX_TIME takes precedence over STREAMING_TIMEOUT',
    undefined,
    { OR_STREAM_MAX_TIME: '5s', STREAMING_TIMEOUT: '1' },
    { value: 5000, from: 'OR_STREAM_MAX_TIME' },
  ],
  [
    'an empty OR_STREAM_MAX_TIME does not',
    undefined,
    { OR_STREAM_MAX_TIME: '', STREAMING_TIMEOUT: '1' },
    { value: 1, from: 'STREAMING_TIMEOUT' },
  ],
  [
    'the option takes precedence over both',
    1,
    { OR_STREAM_MAX_TIME: '5s', STREAMING_TIMEOUT: '2' },
    { value: 1, from: '--max-time' },
  ],
  [
    'the option takes precedence over invalid variables',
    1,
    { OR_STREAM_MAX_TIME: 'soon', STREAMING_TIMEOUT: 'never' },
    { value: 1, from: '--max-time' },
  ],
  ['0 means no limit', 0, { OR_STREAM_MAX_TIME: '5s' }, undefined],
  ['0 in a variable too', undefined, { OR_STREAM_MAX_TIME: '0', STREAMING_TIMEOUT: '1' }, undefined],
  ['0 ms too', undefined, { STREAMING_TIMEOUT: '0' }, undefined],
])('the maximum run time: %s', (_, flag, environment, expected) => {
  expect(maxTimeSetting(flag, environment)).toEqual(expected)
})

test.each([
  ['OR_STREAM_MAX_TIME', 'soon', '30s'],
  ['OR_STREAM_MAX_TIME', '-1', '30s'],
  ['OR_STREAM_MAX_TIME', '5 minutes', '30s'],
  ['OR_STREAM_MAX_TIME', '5000000h', '30s'],
  ['STREAMING_TIMEOUT', '30s', '30000'],
  ['STREAMING_TIMEOUT', '5ms', '30000'],
  ['STREAMING_TIMEOUT', '1e3', '30000'],
  ['STREAMING_TIMEOUT', 'Infinity', '30000'],
])('an invalid run time is refused: %s=%s', (variable, value, example) => {
  const message = `${variable} must be a duration such as ${example}, not "${value}"`
  expect(() => maxTimeSetting(undefined, { [variable]: value })).toThrow(new StreamError('bad_config', message))
})
