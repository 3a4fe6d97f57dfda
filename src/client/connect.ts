import type { Environment } from '../core/http/environment.js'
import { NO_TIMEOUTS, openDirect, type Connection, type ConnectionOptions, type Connections } from './direct.js'

export type { Connection, Connections }

/** Opens a connection for each request, and closes it after the response. The environment names the proxies. */
export function singleUse(environment: Environment): Connections {
  return { connect: (url, options) => open(url, options, environment), close: () => {} }
}

/** More idle connections to one origin are closed. */
const MAX_IDLE = 64

/** Keeps connections open after a response, for the next request to the same origin. */
export function keepAlive(environment: Environment): Connections {
  const idle = new Map<string, Connection[]>()
  let isClosed = false
  return {
    async connect(url, options) {
      const key = `${url.origin} ${options.denyLinkLocal}`
      const found = idle.get(key)?.pop() ?? (await open(url, options, environment))
      return {
        ...found,
        release(isDone) {
          const others = idle.get(key) ?? []
          if (!isDone || isClosed || others.length >= MAX_IDLE) found.release(isDone)
          else idle.set(key, [...others, found])
        },
      }
    },
    close() {
      isClosed = true
      for (const carrier of [...idle.values()].flat()) carrier.release(true)
      idle.clear()
    },
  }
}

/** Opens a connection of its own, or through the proxies of the environment. */
async function open(url: URL, options: ConnectionOptions, environment: Environment): Promise<Connection> {
  const named = (variable: string) => environment[variable.toLowerCase()] || environment[variable] || undefined
  const proxies = { httpProxy: named('HTTP_PROXY'), httpsProxy: named('HTTPS_PROXY'), noProxy: named('NO_PROXY') }
  if (proxies.httpProxy !== undefined || proxies.httpsProxy !== undefined) {
    const { proxyDispatcher: proxied, proxyFor } = await import('./proxy.js')
    const proxy = proxyFor(url, proxies)
    const dispatcher = proxied(proxies, { ...NO_TIMEOUTS, connect: { timeout: options.connectTimeout } })
    return { dispatcher, proxy, connectionError: () => undefined, release: () => void dispatcher.destroy() }
  }
  return openDirect(url, options)
}
