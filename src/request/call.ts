import type { HttpRequest } from '../core/http/http-request.js'
import type { Environment } from '../core/http/environment.js'
import { apiNamed } from './apis/index.js'
import { compose, type RequestOptions } from './body.js'
import { providerAt, providerNamed, type Provider } from './providers.js'
import { headerLine, headerValue } from './headers.js'
import { setting, type Setting } from './settings.js'

/**
 * Chooses the provider of a request. A base URL takes precedence over the name of an endpoint, an option over the environment. http is only
 * allowed on this machine, unless `isInsecure`. Throws `usage` or `bad_config`.
 */
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

/** Returns the HTTP request for `options`, and the notes that `-v` prints about it. Throws as `compose` and `httpRequest` do. */
export function buildRequest(
  options: RequestOptions,
  { value: provider, from }: Setting<Provider>,
  key: string | undefined,
  headers: readonly string[],
  environment: Environment,
): { readonly call: HttpRequest; readonly notes: readonly string[] } {
  const { body, notes } = compose(options, provider, environment)
  const call = httpRequest(provider, apiNamed(options.api).path, key, body, headers, environment)
  return { call, notes: [`base URL from ${from}`, ...notes] }
}

/** Returns the request that sends `body` to the path of an API. `headers` replace our own. Throws `usage` or `bad_config`. */
export function httpRequest(
  provider: Provider,
  path: string,
  key: string | undefined,
  body: string,
  headers: readonly string[],
  environment: Environment,
): HttpRequest {
  const appHeader = (variable: string) =>
    headerValue((provider.attributes && environment[variable]) || '', 'bad_config', variable)
  const [referer, title] = [appHeader('OPENROUTER_HTTP_REFERER'), appHeader('OPENROUTER_APP_TITLE')]
  return {
    method: 'POST',
    url: new URL(provider.baseUrl + path),
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      'content-type': 'application/json',
      accept: 'text/event-stream',
      // Proxies buffer compressed events, and a compressed stream that is cut off can't be told from one that ended.
      'accept-encoding': 'identity',
      'user-agent': 'or-stream',
      ...(referer !== '' ? { 'http-referer': referer } : {}),
      ...(title !== '' ? { 'x-openrouter-title': title } : {}),
      ...Object.fromEntries(headers.map(headerLine)),
    },
    body,
  }
}
