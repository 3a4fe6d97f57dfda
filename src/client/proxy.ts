/**
 * Proxies from the environment. The parts of undici are imported by their private paths, so that a request without a proxy loads neither
 * them nor the connection pools behind them.
 */
import type { Dispatcher } from 'undici'
import { StreamError } from '../core/errors/error.js'
import connect from 'undici/lib/api/api-connect.js'
import BaseDispatcher from 'undici/lib/dispatcher/dispatcher.js'
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js'

// The agent calls `connect` to reach its proxy with CONNECT.
Object.assign(BaseDispatcher.prototype, { connect })

const LOOPBACK = 'localhost,127.0.0.1,[::1]'

/** Returns a dispatcher that uses `proxies`, except for this machine and the hosts of `noProxy`. */
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
 * Returns the proxy for the protocol of a URL. Ignores `noProxy`, which the dispatcher applies. Throws `bad_config` if a proxy is not an
 * http or https URL; the message does not repeat it, because it may contain a password.
 */
export function proxyFor({ protocol }: URL, { httpProxy, httpsProxy }: Proxies): URL | undefined {
  for (const proxy of [httpProxy, httpsProxy]) {
    if (proxy === undefined || (URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol))) continue
    throw new StreamError('bad_config', 'HTTP_PROXY and HTTPS_PROXY must be URLs that begin with http:// or https://')
  }
  const proxy = protocol === 'https:' ? (httpsProxy ?? httpProxy) : httpProxy
  return proxy === undefined ? undefined : new URL(proxy)
}

export interface Proxies {
  readonly httpProxy: string | undefined
  readonly httpsProxy: string | undefined
  readonly noProxy: string | undefined
}
