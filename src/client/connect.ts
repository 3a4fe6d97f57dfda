import type { Dispatcher } from 'undici'
import type { Environment } from '../core/http/environment.js'

/** Carries one request. */
export interface Connection {
  readonly dispatcher: Dispatcher
  /** The proxy that is asked, if there is one. */
  readonly proxy: URL | undefined
  /** Returns how the connection failed, if it did. */
  connectionError(): Error | undefined
  /** Gives the connection back. `isDone` is false if the response was not read to its end, so that nothing else can be sent on it. */
  release(isDone: boolean): void
}

export interface ConnectionOptions {
  /** Milliseconds. */
  readonly connectTimeout: number
  /** Whether to refuse addresses of the local link, such as the metadata service of a cloud. */
  readonly denyLinkLocal: boolean
}

/** Where requests get their connections from. */
export interface Connections {
  /** Throws `bad_config` if a proxy of the environment is not a URL. */
  connect(url: URL, options: ConnectionOptions): Promise<Connection>
  /** Closes the idle connections. */
  close(): void
}

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
async function open(
  url: URL,
  { connectTimeout, denyLinkLocal }: ConnectionOptions,
  environment: Environment,
): Promise<Connection> {
  const named = (variable: string) => environment[variable.toLowerCase()] || environment[variable] || undefined
  const proxies = { httpProxy: named('HTTP_PROXY'), httpsProxy: named('HTTPS_PROXY'), noProxy: named('NO_PROXY') }
  // The other timeouts are our own: undici's go on while a slow reader is waited for.
  const patient = { headersTimeout: 0, bodyTimeout: 0 }
  if (proxies.httpProxy !== undefined || proxies.httpsProxy !== undefined) {
    const { proxyDispatcher: proxied, proxyFor } = await import('./proxy.js')
    const proxy = proxyFor(url, proxies)
    const dispatcher = proxied(proxies, { ...patient, connect: { timeout: connectTimeout } })
    return { dispatcher, proxy, connectionError: () => undefined, release: () => void dispatcher.destroy() }
  }
  // Loaded on demand, because it takes longer than all the rest.
  const { buildConnector, Client } = await import('undici')
  const lookup = denyLinkLocal ? { lookup: (await import('./link-local.js')).lookupPublic } : {}
  const connector = buildConnector({ timeout: connectTimeout, ...lookup })
  let failure: Error | undefined
  const dispatcher = new Client(url.origin, {
    ...patient,
    connect(options, callback) {
      // A client that is kept may connect again.
      failure = undefined
      connector(options, (...[error, socket]) => {
        socket?.once('error', (broken: Error) => (failure = broken))
        if (!error) callback(null, socket)
        // A connection that never stood was refused, not reset.
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
