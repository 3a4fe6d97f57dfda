import type { Refusal } from './reply.js'

/** The head of a request. */
export interface Head {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** The origins from which the server accepts requests. */
export interface ServedOrigin {
  readonly port: number
  /** The origin whose web pages may send requests too; pages of any other origin may not. */
  readonly origin: string | undefined
}

/** A check of a head. Returns why the request is refused, or undefined if it is not. */
export type Guard = (head: Head) => Refusal | undefined

/**
 * Returns the guards of every request, in their order. A web page can make a browser send requests to this machine. So the Host header must
 * name this machine, and the request must come from no page or from a page of an allowed origin.
 */
export function guardsFor({ port, origin: allowed }: ServedOrigin): readonly Guard[] {
  return [
    ({ headers }) =>
      headers['upgrade'] === undefined ? undefined : { status: 400, message: 'protocol upgrades are not supported' },
    ({ headers: { 'transfer-encoding': coding } }) =>
      coding === undefined || coding === 'chunked'
        ? undefined
        : { status: 400, message: 'this Transfer-Encoding is not supported; use chunked' },
    ({ url }) =>
      url.startsWith('/') ? undefined : { status: 400, message: 'the request target must begin with a slash' },
    ({ headers: { host } }) =>
      isThisServer(host, port) ? undefined : { status: 403, message: 'the Host header does not name this server' },
    ({ headers: { origin, host } }) =>
      origin === undefined || origin === allowed || origin === `http://${String(host)}`
        ? undefined
        : { status: 403, message: 'web pages of this origin are not allowed (see --cors)' },
  ]
}

/** Returns the refusal of the first guard that refuses, or undefined if none does. */
export function firstRefusal(all: readonly Guard[], head: Head): Refusal | undefined {
  for (const guard of all) {
    const refusal = guard(head)
    if (refusal) return refusal
  }
  return undefined
}

const HOST_NAMES = ['127.0.0.1', 'localhost', '[::1]']

function isThisServer(host: unknown, port: number): boolean {
  return HOST_NAMES.some((name) => host === `${name}:${port}` || (port === 80 && host === name))
}

/** Returns the headers that let a page of the allowed origin read the answer; an empty object for any other request. */
export function corsHeaders({ headers }: Head, { origin }: ServedOrigin): Record<string, string> {
  if (origin === undefined || headers['origin'] !== origin) return {}
  return { 'access-control-allow-origin': origin, vary: 'origin', 'access-control-expose-headers': '*' }
}

/**
 * Returns the headers that answer a preflight from the allowed origin; undefined for any other request. `methods` are those of the path.
 * A path without methods is answered too, because the page can read the 404 that follows.
 */
export function preflight(
  head: Head,
  served: ServedOrigin,
  methods: readonly string[],
): Record<string, string> | undefined {
  const cors = corsHeaders(head, served)
  const isPreflight = head.method === 'OPTIONS' && isThisServer(head.headers['host'], served.port)
  if (!isPreflight || Object.keys(cors).length === 0) return undefined
  return {
    ...cors,
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': String(head.headers['access-control-request-headers'] ?? 'content-type'),
  }
}
