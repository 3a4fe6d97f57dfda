import type { Environment } from '../core/environment.js'
import { StreamError } from '../core/errors.js'

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

/** The same for a number. Throws `bad_config` where the variable holds none. */
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
