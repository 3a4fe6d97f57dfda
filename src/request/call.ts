import type { HttpRequest } from '../core/http/request.js'
import type { Environment } from '../core/http/environment.js'
import { StreamError } from '../core/errors/error.js'
import { apiNamed } from './apis/index.js'
import { compose, type RequestOptions } from './body.js'
import { providerAt, providerNamed, isLoopback, type Provider } from './providers.js'
import { checkedKey, headerLine, headerValue } from './headers.js'
import { setting, type Setting } from './settings.js'

/** Where the request goes: a base URL beats an endpoint's name, a flag beats the environment; http is for this machine, unless `isInsecure`. Throws `usage` or `bad_config`. */
export function chooseProvider(
  name: string | undefined,
  baseUrl: string | undefined,
  environment: Environment,
  isInsecure = false,
): Setting<Provider> {
  const named = name === undefined ? undefined : providerNamed(name)
  const url = setting(baseUrl, '--base-url', named ? {} : environment, 'OPENROUTER_BASE_URL')
  if (url) return { value: providerAt(url.value, named, isInsecure), from: url.from }
  return named ? { value: named, from: '--endpoint' } : { value: providerNamed('openrouter'), from: 'the default' }
}

/** The file that holds the key, where one is named; a key in its own variable beats the variable of the file. */
export function keyFileFor(
  { keyVariable }: Provider,
  flag: string | undefined,
  environment: Environment,
): string | undefined {
  if (flag !== undefined) return flag
  const file = keyVariable === undefined ? undefined : environment[`${keyVariable}_FILE`]
  return file && !environment[keyVariable ?? ''] ? file : undefined
}

/** The key for the endpoint, or undefined where it needs none and there is none, or where a header brings its own. `fromFile` is what a key file holds. Throws `no_key`, with the ways on. */
export function keyFor(
  to: Provider,
  fromFile: string | undefined,
  environment: Environment,
  headers: readonly string[] = [],
): string | undefined {
  if (headers.some((header) => /^authorization\s*:/i.test(header))) return undefined
  const { keyVariable, title } = to
  const key = checkedKey(fromFile ?? (keyVariable === undefined ? '' : (environment[keyVariable] ?? '')))
  if (key !== '') return key
  if (keyVariable === undefined || isLoopback(to)) return undefined
  throw new StreamError(
    'no_key',
    keyVariable === 'OPENROUTER_API_KEY'
      ? `${title} wants a key: set OPENROUTER_API_KEY (https://openrouter.ai/keys), or run or-serve and set OPENROUTER_BASE_URL to the URL that it prints`
      : `${title} wants a key: set ${keyVariable}`,
  )
}

/** What one does where the endpoint refuses the key. */
export function keyHint({ keyVariable, title }: Provider, keyFile: string | undefined): string {
  if (keyFile !== undefined) return `put a valid one into ${keyFile}`
  return keyVariable === undefined ? `see what ${title} wants` : `set ${keyVariable} to a valid one`
}

/** What stands for the key where the call is only shown. */
export function keyPlaceholder(to: Provider): string | undefined {
  return to.keyVariable === undefined || isLoopback(to) ? undefined : `$${to.keyVariable}`
}

/** The call that asks what is asked, and what `-v` tells of it. Throws as `compose` and `callOf` do. */
export function buildRequest(
  asked: RequestOptions,
  { value: to, from }: Setting<Provider>,
  key: string | undefined,
  headers: readonly string[],
  environment: Environment,
): { readonly call: HttpRequest; readonly notes: readonly string[] } {
  const { body, notes } = compose(asked, to, environment)
  const call = httpRequest(to, apiNamed(asked.api).path, key, body, headers, environment)
  return { call, notes: [`base URL from ${from}`, ...notes] }
}

/** The call that sends a body to the path of an API. A header that was asked for beats our own. Throws `usage` or `bad_config`. */
export function httpRequest(
  to: Provider,
  path: string,
  key: string | undefined,
  body: string,
  headers: readonly string[],
  environment: Environment,
): HttpRequest {
  const app = (variable: string) => headerValue((to.attributes && environment[variable]) || '', 'bad_config', variable)
  const [referer, title] = [app('OPENROUTER_HTTP_REFERER'), app('OPENROUTER_APP_TITLE')]
  return {
    method: 'POST',
    url: new URL(to.baseUrl + path),
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      'content-type': 'application/json',
      accept: 'text/event-stream',
      // Compressed events are held back by what lies between, and a cut in them can't be told from an end.
      'accept-encoding': 'identity',
      'user-agent': 'or-stream',
      ...(referer !== '' ? { 'http-referer': referer } : {}),
      ...(title !== '' ? { 'x-openrouter-title': title } : {}),
      ...Object.fromEntries(headers.map(headerLine)),
    },
    body,
  }
}
