/**
 * The proxy of the environment. `EnvHttpProxyAgent` and `request` are imported from where they stand inside undici, so that a
 * call without a proxy loads neither it nor the pools that it is made of.
 */
import type { Dispatcher } from 'undici'
import request from 'undici/lib/api/api-request.js'
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js'

Object.assign(EnvHttpProxyAgent.prototype, { request })

const LOOPBACK = 'localhost,127.0.0.1,[::1]'

/** A dispatcher that goes through the proxies named, but to this machine and to the hosts of `noProxy`. */
export function proxied(proxies: Proxies, timeouts: object): Dispatcher {
  const { httpProxy, httpsProxy, noProxy } = proxies
  return new EnvHttpProxyAgent({
    ...timeouts,
    ...(httpProxy === undefined ? {} : { httpProxy }),
    ...(httpsProxy === undefined ? {} : { httpsProxy }),
    noProxy: noProxy === undefined ? LOOPBACK : `${noProxy},${LOOPBACK}`,
  })
}

export interface Proxies {
  readonly httpProxy: string | undefined
  readonly httpsProxy: string | undefined
  readonly noProxy: string | undefined
}
