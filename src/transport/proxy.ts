/**
 * The proxy of the environment. Its parts are imported from where they stand inside undici, so that a call without a proxy loads
 * neither them nor the pools that they are made of.
 */
import type { Dispatcher } from 'undici'
import connect from 'undici/lib/api/api-connect.js'
import BaseDispatcher from 'undici/lib/dispatcher/dispatcher.js'
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js'

// The agent asks its proxy by CONNECT.
Object.assign(BaseDispatcher.prototype, { connect })

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
