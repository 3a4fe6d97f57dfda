import type { HttpRequest } from '../core/http/http-request.js'
import type { Environment } from '../core/http/environment.js'
import { httpRequest, chooseProvider } from './call.js'
import { keyFor } from './keys.js'
import { OPENROUTER } from './providers.js'

/** A request to forward. */
export interface ForwardedRequest {
  readonly headers: Readonly<Record<string, string>>
  /** The body as the client sent it. */
  readonly text: string
}

/** Headers of a client that describe its request, not the connection. */
const FORWARDED_HEADERS =
  /^(?:user-agent|http-referer|x-title|x-openrouter-[a-z-]+|anthropic-[a-z-]+|openai-beta|last-event-id)$/
/** Headers that contain the key of a client. */
const KEY_HEADERS = /^(?:authorization|x-api-key)$/

/**
 * Returns a function that makes the requests to an upstream. A client cannot choose the target: the base URL is given here, and the path
 * comes from the table of APIs. The body is sent unchanged. The key is our own, or the client's if `clientKey`. Throws `bad_config`, or
 * `no_key` if the upstream needs a key and there is none.
 */
export function forwarder(
  baseUrl: string = OPENROUTER.baseUrl,
  { clientKey, insecureHttp }: { readonly clientKey: boolean; readonly insecureHttp: boolean },
  environment: Environment,
): (path: string, request: ForwardedRequest) => { readonly call: HttpRequest; readonly secrets: readonly string[] } {
  const { value: provider } = chooseProvider(undefined, baseUrl, {}, insecureHttp)
  const key = clientKey ? undefined : keyFor(provider, undefined, environment)
  return (path, { headers, text }) => {
    const entries = Object.entries(headers)
    const keys = entries.filter(([name]) => KEY_HEADERS.test(name))
    const forwarded = [...entries.filter(([name]) => FORWARDED_HEADERS.test(name)), ...(clientKey ? keys : [])]
    const lines = forwarded.map(([name, value]) => `${name}: ${value}`)
    return {
      call: httpRequest(provider, path, key, text, lines, environment),
      secrets: [key ?? '', ...keys.map(([, value]) => value.replace(/^Bearer\s+/i, ''))],
    }
  }
}
