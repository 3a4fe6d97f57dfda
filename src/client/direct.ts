import type { Dispatcher } from 'undici'

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

/** Opens a connection for each request, and closes it after the response. Uses no proxies. */
export const DIRECT: Connections = { connect: openDirect, close: () => {} }

/** We count these timeouts ourselves: undici's keep running while a slow reader has paused the response. */
export const NO_TIMEOUTS = { headersTimeout: 0, bodyTimeout: 0 }

/** Opens a new connection to the origin of `url`. */
export async function openDirect(url: URL, { connectTimeout, denyLinkLocal }: ConnectionOptions): Promise<Connection> {
  // Loaded on demand, because undici takes longer to load than everything else.
  const { buildConnector, Client } = await import('undici')
  const lookup = denyLinkLocal ? { lookup: (await import('./link-local.js')).lookupPublic } : {}
  const connector = buildConnector({ timeout: connectTimeout, ...lookup })
  let failure: Error | undefined
  const dispatcher = new Client(url.origin, {
    ...NO_TIMEOUTS,
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
