import type { Dispatcher } from 'undici'

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

/** Opens a connection for each request, and closes it after the response. Reads no proxies. */
export const DIRECT: Connections = { connect: openDirect, close: () => {} }

/** undici's timeouts are off: they go on while a slow reader is waited for. Ours do not. */
export const NO_TIMEOUTS = { headersTimeout: 0, bodyTimeout: 0 }

/** Opens a connection of its own to the origin of a URL. */
export async function openDirect(url: URL, { connectTimeout, denyLinkLocal }: ConnectionOptions): Promise<Connection> {
  // Loaded on demand, because it takes longer than all the rest.
  const { buildConnector, Client } = await import('undici')
  const lookup = denyLinkLocal ? { lookup: (await import('./link-local.js')).lookupPublic } : {}
  const connector = buildConnector({ timeout: connectTimeout, ...lookup })
  let failure: Error | undefined
  const dispatcher = new Client(url.origin, {
    ...NO_TIMEOUTS,
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
