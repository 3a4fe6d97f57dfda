import type { HttpRequest } from '../core/http/request.js'
import type { Environment } from '../core/http/environment.js'
import { httpRequest, chooseProvider } from './call.js'
import { keyFor } from './keys.js'
import { OPENROUTER } from './providers.js'

/** A request to be passed on. */
export interface ForwardedRequest {
  readonly headers: Readonly<Record<string, string>>
  /** The body as it came. */
  readonly text: string
}

/** The headers of a client that say something of its request, and nothing of how it is carried. */
const PASSED = /^(?:user-agent|http-referer|x-title|x-openrouter-[a-z-]+|anthropic-[a-z-]+|openai-beta|last-event-id)$/
/** Those that hold its key. */
const KEYS = /^(?:authorization|x-api-key)$/

/**
 * How requests are passed on to an upstream: its base URL comes from here alone, the path from the table of APIs, the body to the
 * letter. The key is our own, or that of the client. Throws `bad_config`, or `no_key` where the upstream wants one and there is none.
 */
export function forwarder(
  baseUrl: string = OPENROUTER.baseUrl,
  { clientKey, insecureHttp }: { readonly clientKey: boolean; readonly insecureHttp: boolean },
  environment: Environment,
): (path: string, request: ForwardedRequest) => { readonly call: HttpRequest; readonly secrets: readonly string[] } {
  const { value: to } = chooseProvider(undefined, baseUrl, {}, insecureHttp)
  const key = clientKey ? undefined : keyFor(to, undefined, environment)
  return (path, { headers, text }) => {
    const given = Object.entries(headers)
    const keys = given.filter(([name]) => KEYS.test(name))
    const passed = [...given.filter(([name]) => PASSED.test(name)), ...(clientKey ? keys : [])]
    const lines = passed.map(([name, value]) => `${name}: ${value}`)
    return {
      call: httpRequest(to, path, key, text, lines, environment),
      secrets: [key ?? '', ...keys.map(([, value]) => value.replace(/^Bearer\s+/i, ''))],
    }
  }
}
