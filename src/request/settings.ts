import { parseDuration } from '../core/text/duration.js'
import type { Environment } from '../core/http/environment.js'
import { StreamError } from '../core/errors/error.js'

/** A value and where it came from, for those who ask with `-v`. */
export interface Setting<Value> {
  readonly value: Value
  readonly from: string
}

/** Flag beats environment; an empty variable counts as none. */
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

/** How long a program may run, in milliseconds: the option, `OR_STREAM_MAX_TIME` with a unit, or `STREAMING_TIMEOUT` in milliseconds. 0 is no limit. Throws `bad_config`. */
export function maxTimeSetting(flag: number | undefined, environment: Environment): Setting<number> | undefined {
  const own = flag === undefined ? undefined : { value: flag, from: '--max-time' }
  const found = own ?? timeIn(environment, 'OR_STREAM_MAX_TIME', '') ?? timeIn(environment, 'STREAMING_TIMEOUT', 'ms')
  return found?.value === 0 ? undefined : found
}

function timeIn(environment: Environment, variable: string, unit: string): Setting<number> | undefined {
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

/** As `setting`, for a number. Throws `bad_config` where the variable holds none. */
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
