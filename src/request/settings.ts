import { parseDuration } from '../core/text/duration.js'
import type { Environment } from '../core/http/environment.js'
import { StreamError } from '../core/errors/error.js'

/** A value, and the name of the option or variable that it comes from (printed by `-v`). */
export interface Setting<Value> {
  readonly value: Value
  readonly from: string
}

/** Returns the value of an option, otherwise that of a variable. An empty variable counts as unset. */
export function setting(
  flag: string | undefined,
  option: string,
  environment: Environment,
  variable: string,
): Setting<string> | undefined {
  if (flag !== undefined) return { value: flag, from: option }
  const value = environment[variable]
  return value === undefined || value === '' ? undefined : { value, from: variable }
}

/**
 * Returns the maximum run time of a program in milliseconds: from the option, from `OR_STREAM_MAX_TIME` (a duration with a unit) or from
 * `STREAMING_TIMEOUT` (milliseconds). 0 means no limit. Throws `bad_config`.
 */
export function maxTimeSetting(flag: number | undefined, environment: Environment): Setting<number> | undefined {
  const fromOption = flag === undefined ? undefined : { value: flag, from: '--max-time' }
  const found =
    fromOption ??
    durationSetting(environment, 'OR_STREAM_MAX_TIME', '') ??
    durationSetting(environment, 'STREAMING_TIMEOUT', 'ms')
  return found?.value === 0 ? undefined : found
}

function durationSetting(environment: Environment, variable: string, unit: string): Setting<number> | undefined {
  const found = setting(undefined, '', environment, variable)
  if (found === undefined) return undefined
  const value = parseDuration(found.value + unit)
  if (value === undefined)
    throw new StreamError(
      'bad_config',
      `${variable} must be a duration such as ${unit === '' ? '30s' : '30000'}, not "${found.value}"`,
    )
  return { value, from: variable }
}

/** Like `setting`, for a number. Throws `bad_config` if the variable is not a number. */
export function numberSetting(
  flag: number | undefined,
  option: string,
  environment: Environment,
  variable: string,
): Setting<number> | undefined {
  const found = setting(flag === undefined ? undefined : String(flag), option, environment, variable)
  if (found === undefined) return undefined
  const value = Number(found.value)
  if (!Number.isFinite(value) || found.value.trim() === '')
    throw new StreamError('bad_config', `${found.from} must be a number, not "${found.value}"`)
  return { value, from: found.from }
}
