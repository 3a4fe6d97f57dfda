import type { Call } from '../core/call.js'
import { StreamError } from '../core/errors.js'
import { chatBody, givenBody } from './chat.js'
import { endpointAt, OPENROUTER, type Endpoint } from './endpoint.js'
import { checkedKey, headerLine } from './headers.js'
import { numberSetting, setting, type Environment } from './settings.js'

/** What the command line asks for, with every file read. */
export interface Asked {
  readonly model: string | undefined
  readonly system: string | undefined
  readonly messages: string | undefined
  readonly body: string | undefined
  readonly prompt: string | undefined
  readonly temperature: number | undefined
  readonly maxTokens: number | undefined
  readonly fields: readonly string[]
  readonly headers: readonly string[]
}

/** The variables that or-stream reads. */
export const ENVIRONMENT = [
  ['OPENROUTER_API_KEY', 'the key; without one nothing but an endpoint on this machine can be asked'],
  ['OPENROUTER_BASE_URL', `in place of ${OPENROUTER}`],
  ['OPENROUTER_MODEL', 'in place of openrouter/auto'],
  ['OPENROUTER_TEMPERATURE', 'as --temperature'],
  ['OPENROUTER_MAX_TOKENS', 'as --max-tokens'],
  ['OPENROUTER_HTTP_REFERER', 'the URL of your app, for its page at OpenRouter'],
  ['OPENROUTER_APP_TITLE', 'the name of your app'],
] as const

export const DEFAULT_MODEL = 'openrouter/auto'

/** The body of the request and what `-v` tells of it. */
export interface Composed {
  readonly body: string
  readonly notes: readonly string[]
}

/** The body that is asked for. A whole body is taken as it is: no option and no variable touches it. Throws `usage`, `bad_data` or `bad_config`. */
export function compose(asked: Asked, environment: Environment): Composed {
  if (asked.body !== undefined) {
    if (asked.prompt !== undefined || asked.messages !== undefined)
      throw new StreamError('usage', '--body is the whole request: give no prompt with it')
    return { body: givenBody(asked.body), notes: ['body from --body'] }
  }
  const model = setting(asked.model, '--model', environment, 'OPENROUTER_MODEL') ?? {
    value: DEFAULT_MODEL,
    from: 'the default',
  }
  const temperature = numberSetting(asked.temperature, '--temperature', environment, 'OPENROUTER_TEMPERATURE')
  const maxTokens = numberSetting(asked.maxTokens, '--max-tokens', environment, 'OPENROUTER_MAX_TOKENS')
  const settings = Object.entries({ model, temperature, 'max tokens': maxTokens })
  return {
    body: chatBody({ ...asked, model: model.value, temperature: temperature?.value, maxTokens: maxTokens?.value }),
    notes: settings.flatMap(([name, found]) =>
      found === undefined ? [] : [`${name} ${found.value} from ${found.from}`],
    ),
  }
}

/** Where the request goes. Throws `bad_config`. */
export function endpoint(baseUrl: string | undefined, environment: Environment): Endpoint {
  return endpointAt(setting(baseUrl, '--base-url', environment, 'OPENROUTER_BASE_URL')?.value ?? OPENROUTER)
}

/** The key for the endpoint, or undefined where it needs none and there is none. Throws `no_key`, with both ways on. */
export function keyFor({ name, needsKey }: Endpoint, environment: Environment): string | undefined {
  const key = checkedKey(environment['OPENROUTER_API_KEY'] ?? '')
  if (key === '' && needsKey) {
    throw new StreamError(
      'no_key',
      `${name} wants a key: set OPENROUTER_API_KEY (https://openrouter.ai/keys), or run or-serve and set OPENROUTER_BASE_URL to the URL that it prints`,
    )
  }
  return key === '' ? undefined : key
}

/** The call that sends a body. A header that was asked for beats our own. */
export function chatCall(
  to: Endpoint,
  key: string | undefined,
  body: string,
  headers: readonly string[],
  environment: Environment,
): Call {
  const referer = environment['OPENROUTER_HTTP_REFERER']
  const title = environment['OPENROUTER_APP_TITLE']
  return {
    url: new URL(`${to.baseUrl}/chat/completions`),
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      'content-type': 'application/json',
      accept: 'text/event-stream',
      // Compressed events are held back by what lies between, and a cut in them can't be told from an end.
      'accept-encoding': 'identity',
      'user-agent': 'or-stream',
      ...(referer ? { 'http-referer': referer } : {}),
      ...(title ? { 'x-openrouter-title': title } : {}),
      ...Object.fromEntries(headers.map(headerLine)),
    },
    body,
  }
}
