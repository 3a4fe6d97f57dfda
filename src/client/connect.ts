import type { Dispatcher } from 'undici'
import type { Environment } from '../core/http/environment.js'

/** A connection for one request. */
export interface Connection {
  readonly dispatcher: Dispatcher
  /** The proxy, if the request goes through one. */
  readonly proxy: URL | undefined
  /** Returns the error of the connection, or undefined if it has not failed. */
  connectionError(): Error | undefined
  /** Releases the connection. If `isDone` is false, the response was not read to its end and the connection cannot be used again. */
  release(isDone: boolean): void
}

export interface ConnectionOptions {
  /** In milliseconds. */
  readonly connectTimeout: number
  /** True to refuse link-local addresses, such as the metadata service of a cloud. */
  readonly denyLinkLocal: boolean
}

/** A source of connections. */
export interface Connections {
  /** Returns a connection to the origin of `url`. Throws `bad_config` if a proxy variable is not an http or https URL. */
  connect(url: URL, options: ConnectionOptions): Promise<Connection>
  /** Closes the idle connections. */
  close(): void
}

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
async function open(
  url: URL,
  { connectTimeout, denyLinkLocal }: ConnectionOptions,
  environment: Environment,
): Promise<Connection> {
  const variable = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined
  const proxies = {
    httpProxy: variable('HTTP_PROXY'),
    httpsProxy: variable('HTTPS_PROXY'),
    noProxy: variable('NO_PROXY'),
  }
  // We count the other timeouts ourselves: undici's keep running while a slow reader has paused the response.
  const noTimeouts = { headersTimeout: 0, bodyTimeout: 0 }
  if (proxies.httpProxy !== undefined || proxies.httpsProxy !== undefined) {
    const { proxyDispatcher, proxyFor } = await import('./proxy.js')
    const proxy = proxyFor(url, proxies)
    const dispatcher = proxyDispatcher(proxies, { ...noTimeouts, connect: { timeout: connectTimeout } })
    return { dispatcher, proxy, connectionError: () => undefined, release: () => void dispatcher.destroy() }
  }
  // Loaded on demand, because undici takes longer to load than everything else.
  const { buildConnector, Client } = await import('undici')
  const lookup = denyLinkLocal ? { lookup: (await import('./link-local.js')).lookupPublic } : {}
  const connector = buildConnector({ timeout: connectTimeout, ...lookup })
  let failure: Error | undefined
  const dispatcher = new Client(url.origin, {
    ...noTimeouts,
    connect(options, callback) {
      // A client that is kept alive may connect again.
      failure = undefined
      connector(options, (...[error, socket]) => {
        socket?.once('error', (socketError: Error) => (failure = socketError))
        if (!error) callback(null, socket)
        // A reset before the handshake is complete is reported as a TLS failure, not as a broken connection.
        else if (options.protocol === 'https:' && isReset(error)) callback(new HandshakeReset(), null)
        else callback(error, null)
      })
    },
  })
  return { dispatcher, proxy: undefined, connectionError: () => failure, release: () => void dispatcher.destroy() }
}

function isReset(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code === 'ECONNRESET'
}

class HandshakeReset extends Error {
  readonly code = 'HANDSHAKE_RESET'
}
