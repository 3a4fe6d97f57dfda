import type { HttpRequest } from '../core/http/request.js'
import type { Environment } from '../core/http/environment.js'
import { apiNamed } from './apis/index.js'
import { compose, type RequestOptions } from './body.js'
import { providerAt, providerNamed, type Provider } from './providers.js'
import { headerLine, headerValue } from './headers.js'
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
