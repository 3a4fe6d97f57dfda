import type { AbsentOptions } from '../../cli/command-line/arguments.js'
import type { OptionTable } from '../../cli/command-line/option.js'
import type { RetryPolicy } from '../../client/retry.js'
import type { Timeouts } from '../../client/timeouts.js'
import { durationText } from '../../core/text/duration.js'
import { API_NAMES, DEFAULT_API } from '../../request/apis/index.js'
import type { Provider } from '../../request/providers.js'

/** Returns hints for attempts to pass an API key as an argument. `instead` says what to do, for example "set NAME". */
export function absentKeyOptions(instead: string): AbsentOptions {
  const hint = `a key in an argument is visible to other users; ${instead}`
  return { 'api-key': hint, apikey: hint, key: hint, token: hint }
}

/** Constants that the options use as choices and defaults. */
export interface NetworkConstants {
  /** The first provider is the default. */
  readonly providers: readonly Provider[]
  readonly timeouts: Timeouts
  readonly retry: RetryPolicy
}

/** Returns the options for the provider, retries and timeouts. */
export function networkOptions({ providers, timeouts, retry }: NetworkConstants) {
  const [first] = providers
  return {
    api: {
      type: 'text',
      placeholder: 'API',
      description: 'call this API',
      choices: API_NAMES,
      default: DEFAULT_API,
      group: 'Network',
    },
    endpoint: {
      type: 'text',
      placeholder: 'NAME',
      description: 'send the request to this provider',
      choices: providers.map(({ name }) => name),
      ...(first === undefined ? {} : { default: first.name }),
      group: 'Network',
      isBasic: true,
    },
    'base-url': {
      type: 'text',
      placeholder: 'URL',
      description: 'use this base URL instead of that of the endpoint',
      group: 'Network',
    },
    'api-key-file': { type: 'text', placeholder: 'FILE', description: 'read the API key from FILE', group: 'Network' },
    header: {
      type: 'list',
      short: 'H',
      placeholder: 'NAME: VALUE',
      description: 'add a request header (repeatable)',
      group: 'Request',
    },
    retry: {
      type: 'number',
      placeholder: 'N',
      description: 'retry up to N times if the answer has not started; 0 disables',
      default: String(retry.times),
      group: 'Network',
    },
    'retry-delay': {
      type: 'duration',
      placeholder: 'TIME',
      description: 'maximum delay before the first retry',
      default: durationText(retry.delay),
      group: 'Network',
    },
    'retry-max-time': {
      type: 'duration',
      placeholder: 'TIME',
      description: 'do not start a retry later than this',
      default: durationText(retry.maxTime),
      group: 'Network',
    },
    'connect-timeout': {
      type: 'duration',
      placeholder: 'TIME',
      description: 'fail if connecting takes longer than this; 0 disables',
      default: durationText(timeouts.connect),
      group: 'Network',
    },
    'first-byte-timeout': {
      type: 'duration',
      placeholder: 'TIME',
      description: 'fail if the response does not start within this time; 0 disables',
      default: durationText(timeouts.firstByte),
      group: 'Network',
    },
    'idle-timeout': {
      type: 'duration',
      placeholder: 'TIME',
      description: 'fail if no byte arrives for this long; 0 disables',
      default: durationText(timeouts.idle),
      group: 'Network',
    },
    'data-timeout': {
      type: 'duration',
      placeholder: 'TIME',
      description: 'fail if only comments arrive for this long; 0 disables',
      default: durationText(timeouts.data),
      group: 'Network',
    },
    'max-time': {
      type: 'duration',
      placeholder: 'TIME',
      description: 'limit the whole run, including standard input and retries (no limit by default)',
      group: 'Network',
    },
    'insecure-http': {
      type: 'flag',
      description: 'allow http:// to hosts other than this machine',
      group: 'Network',
    },
  } as const satisfies OptionTable
}
