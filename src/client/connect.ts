import type { Environment } from '../core/http/environment.js'
import { NO_TIMEOUTS, openDirect, type Connection, type ConnectionOptions, type Connections } from './direct.js'

export type { Connection, Connections }

/** Opens a connection for each request, and closes it after the response. The proxies come from `environment`. */
export function singleUse(environment: Environment): Connections {
  return { connect: (url, options) => open(url, options, environment), close: () => {} }
}

/** Maximum number of idle connections for each origin; any further one is closed. */
const MAX_IDLE = 64

/** Keeps connections open after a response, for the next request to the same origin. */
export function keepAlive(environment: Environment): Connections {
  const idle = new Map<string, Connection[]>()
  let isClosed = false
  return {
    async connect(url, options) {
      const key = `${url.origin} ${options.denyLinkLocal}`
      const connection = idle.get(key)?.pop() ?? (await open(url, options, environment))
      return {
        ...connection,
        release(isDone) {
          const others = idle.get(key) ?? []
          if (!isDone || isClosed || others.length >= MAX_IDLE) connection.release(isDone)
          else idle.set(key, [...others, connection])
        },
      }
    },
    close() {
      isClosed = true
      for (const connection of [...idle.values()].flat()) connection.release(true)
      idle.clear()
    },
  }
}

/** Opens a new connection, directly or through the proxies of `environment`. */
async function open(url: URL, options: ConnectionOptions, environment: Environment): Promise<Connection> {
  const variable = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined
  const proxies = {
    httpProxy: variable('HTTP_PROXY'),
    httpsProxy: variable('HTTPS_PROXY'),
    noProxy: variable('NO_PROXY'),
  }
  if (proxies.httpProxy !== undefined || proxies.httpsProxy !== undefined) {
    const { proxyDispatcher, proxyFor } = await import('./proxy.js')
    const proxy = proxyFor(url, proxies)
    const dispatcher = proxyDispatcher(proxies, { ...NO_TIMEOUTS, connect: { timeout: options.connectTimeout } })
    return { dispatcher, proxy, connectionError: () => undefined, release: () => void dispatcher.destroy() }
  }
  return openDirect(url, options)
}
