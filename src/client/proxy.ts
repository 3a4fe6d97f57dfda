/**
 * The proxy of the environment. Its parts are imported from where they stand inside undici, so that a call without a proxy loads
 * neither them nor the pools that they are made of.
 */
import type { Dispatcher } from 'undici'
import { StreamError } from '../core/errors/error.js'
import connect from 'undici/lib/api/api-connect.js'
import BaseDispatcher from 'undici/lib/dispatcher/dispatcher.js'
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js'

// The agent asks its proxy by CONNECT.
Object.assign(BaseDispatcher.prototype, { connect })

const LOOPBACK = 'localhost,127.0.0.1,[::1]'

/** A dispatcher that goes through the proxies named, but to this machine and to the hosts of `noProxy`. */
export function proxyDispatcher(proxies: Proxies, timeouts: object): Dispatcher {
  const { httpProxy, httpsProxy, noProxy } = proxies
  return new EnvHttpProxyAgent({
    ...timeouts,
    ...(httpProxy === undefined ? {} : { httpProxy }),
    ...(httpsProxy === undefined ? {} : { httpsProxy }),
    noProxy: noProxy === undefined ? LOOPBACK : `${noProxy},${LOOPBACK}`,
  })
}

/**
 * The proxy that a URL is asked through, as far as the protocol tells (whether `noProxy` exempts it, the dispatcher finds out).
 * Throws `bad_config` for one that is no http or https URL; it isn't repeated, for a password may stand in it.
 */
export function proxyFor({ protocol }: URL, { httpProxy, httpsProxy }: Proxies): URL | undefined {
  for (const proxy of [httpProxy, httpsProxy]) {
    if (proxy === undefined || (URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol))) continue
    throw new StreamError('bad_config', 'HTTP_PROXY and HTTPS_PROXY take a URL that begins with http:// or https://')
  }
  const proxy = protocol === 'https:' ? (httpsProxy ?? httpProxy) : httpProxy
  return proxy === undefined ? undefined : new URL(proxy)
}

export interface Proxies {
  readonly httpProxy: string | undefined
  readonly httpsProxy: string | undefined
  readonly noProxy: string | undefined
}
