import type { Refusal } from './reply.js'

/** The head of a request. */
export interface Head {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** From where the endpoint may be asked. */
export interface ServedOrigin {
  readonly port: number
  /** The origin of a web page that may ask too; no other may. */
  readonly origin: string | undefined
}

/** A check of a head. Returns why the request is refused, or undefined if it is not. */
export type Guard = (head: Head) => Refusal | undefined

/**
 * Returns the guards of every request, in their order. A web page can make a browser send requests to this machine. So a request must
 * name this machine as its host, and must come from no page or from one that is allowed to ask.
 */
export function guardsFor({ port, origin: allowed }: ServedOrigin): readonly Guard[] {
  return [
    ({ headers }) =>
      headers['upgrade'] === undefined ? undefined : { status: 400, message: 'no other protocol is spoken' },
    ({ headers: { 'transfer-encoding': coding } }) =>
      coding === undefined || coding === 'chunked'
        ? undefined
        : { status: 400, message: 'the coding of the body is unknown' },
    ({ url }) =>
      url.startsWith('/') ? undefined : { status: 400, message: 'the path of a request begins with a slash' },
    ({ headers: { host } }) =>
      isOurs(host, port) ? undefined : { status: 403, message: 'the Host header names another machine' },
    ({ headers: { origin, host } }) =>
      origin === undefined || origin === allowed || origin === `http://${String(host)}`
        ? undefined
        : { status: 403, message: 'pages of this origin may not ask (see --cors)' },
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

const NAMES = ['127.0.0.1', 'localhost', '[::1]']

function isOurs(host: unknown, port: number): boolean {
  return NAMES.some((name) => host === `${name}:${port}` || (port === 80 && host === name))
}

/** The headers that let a page of the origin that may ask read the answer; none for others. */
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
  place: ServedOrigin,
  methods: readonly string[],
): Record<string, string> | undefined {
  const allowed = corsHeaders(head, place)
  const isAsked = head.method === 'OPTIONS' && isOurs(head.headers['host'], place.port)
  if (!isAsked || Object.keys(allowed).length === 0) return undefined
  return {
    ...allowed,
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': String(head.headers['access-control-request-headers'] ?? 'content-type'),
  }
}
