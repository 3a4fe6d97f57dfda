import { StreamError } from '../core/errors.js'

/** Where requests go. */
export interface Endpoint {
  /** What messages call it. */
  readonly name: string
  /** The URL to which the path of an API is appended, without a slash at its end. */
  readonly baseUrl: string
  readonly needsKey: boolean
}

export const OPENROUTER = 'https://openrouter.ai/api/v1'

/**
 * The endpoint at a base URL. On this machine none needs a key.
 * Throws `bad_config` for anything but a plain http or https URL; a URL with a password in it is not repeated in the message.
 */
export function endpointAt(baseUrl: string): Endpoint {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  if (url && (url.username !== '' || url.password !== '')) {
    throw new StreamError('bad_config', 'the base URL holds a user name or a password: it takes none')
  }
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new StreamError('bad_config', `the base URL must begin with https:// or http://, not "${baseUrl}"`)
  }
  if (url.search !== '' || url.hash !== '')
    throw new StreamError('bad_config', `the base URL has a ? or # in it: "${baseUrl}"`)
  return {
    name: baseUrl.startsWith(OPENROUTER) ? 'OpenRouter' : url.host,
    baseUrl: url.href.replace(/\/+$/, ''),
    needsKey: !isLoopback(url.hostname),
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}
