import type { AbsentOptions } from '../../cli/command-line/arguments.js'
import type { OptionTable } from '../../cli/command-line/option.js'
import type { RetryPolicy } from '../../client/retry.js'
import type { Timeouts } from '../../client/timeouts.js'
import { durationText } from '../../core/text/duration.js'
import { API_NAMES, DEFAULT_API } from '../../request/apis/index.js'
import type { Provider } from '../../request/providers.js'

/** Refuses a key as an argument, and says where it goes: `instead` is a clause such as "set NAME". */
export function absentKeyOptions(instead: string): AbsentOptions {
  const hint = `a key in an argument is visible to other users; ${instead}`
  return { 'api-key': hint, apikey: hint, key: hint, token: hint }
}

/** The constants that the options name as choices and defaults. */
export interface NetworkConstants {
  /** The first one is the default. */
  readonly providers: readonly Provider[]
  readonly timeouts: Timeouts
  readonly retry: RetryPolicy
}

/** The options that say who is asked, and how long and how often. */
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
      description: 'ask another provider',
      choices: providers.map(({ name }) => name),
      ...(first === undefined ? {} : { default: first.name }),
      group: 'Network',
      isBasic: true,
    },
    'base-url': {
      type: 'text',
      placeholder: 'URL',
      description: 'use this base URL instead of the one of the endpoint',
      group: 'Network',
    },
    'api-key-file': { type: 'text', placeholder: 'FILE', description: 'read the API key from FILE', group: 'Network' },
    header: {
      type: 'list',
      short: 'H',
      placeholder: 'NAME: VALUE',
      description: 'add a request header (repeatable)',
      group: 'Network',
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
      description: 'fail if there is no connection within this time; 0 disables this and the next three',
      default: durationText(timeouts.connect),
      group: 'Network',
    },
    'first-byte-timeout': {
      type: 'duration',
      placeholder: 'TIME',
      description: 'fail if no response starts within this time',
      default: durationText(timeouts.firstByte),
      group: 'Network',
    },
    'idle-timeout': {
      type: 'duration',
      placeholder: 'TIME',
      description: 'fail if no byte arrives for this long',
      default: durationText(timeouts.idle),
      group: 'Network',
    },
    'data-timeout': {
      type: 'duration',
      placeholder: 'TIME',
      description: 'fail if only comments arrive for this long',
      default: durationText(timeouts.data),
      group: 'Network',
    },
    'max-time': {
      type: 'duration',
      placeholder: 'TIME',
      description: 'limit the whole run, including standard input and retries (default no limit)',
      group: 'Network',
    },
    'insecure-http': {
      type: 'flag',
      description: 'allow http:// to hosts other than this machine',
      group: 'Network',
    },
  } as const satisfies OptionTable
}
