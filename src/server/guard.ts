import { apiServedAt, type Api } from '../core/answer/api.js'
import { isMediaType } from '../core/http/media-type.js'
import type { Refusal } from './reply.js'

/** The head of a request. */
export interface Head {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** From where the endpoint may be asked. */
export interface Place {
  readonly port: number
  /** The origin of a web page that may ask too; no other may. */
  readonly origin: string | undefined
  readonly apis: readonly Api[]
}

/**
 * The checks of a head, in their order. A page of the web can make a browser send requests to this machine, so the endpoint
 * answers only who calls it by a name of this machine, from no page or one that may, with a body that no form can send.
 */
const CHECKS: readonly ((head: Head, place: Place) => Refusal | undefined)[] = [
  ({ headers }) =>
    headers['upgrade'] === undefined ? undefined : { status: 400, message: 'no other protocol is spoken' },
  ({ headers: { 'transfer-encoding': coding } }) =>
    coding === undefined || coding === 'chunked'
      ? undefined
      : { status: 400, message: 'the coding of the body is unknown' },
  ({ url }) =>
    url.startsWith('/') ? undefined : { status: 400, message: 'the path of a request begins with a slash' },
  ({ headers: { host } }, { port }) =>
    isOurs(host, port) ? undefined : { status: 403, message: 'the Host header names another machine' },
  ({ headers: { origin, host } }, place) =>
    origin === undefined || origin === place.origin || origin === `http://${String(host)}`
      ? undefined
      : { status: 403, message: 'pages of this origin may not ask (see --cors)' },
  ({ url }, { apis }) => (apiServedAt(url, apis) === undefined ? notFound(apis) : undefined),
  ({ method }) =>
    method === 'POST' ? undefined : { status: 405, message: 'only POST is served', headers: { allow: 'POST' } },
  ({ headers }) =>
    isMediaType(String(headers['content-type'] ?? ''), 'application/json')
      ? undefined
      : { status: 415, message: 'the Content-Type must be application/json' },
]

export function notFound(apis: readonly Api[]): Refusal {
  return { status: 404, message: `no such path; served are POST /api/v1${apis.map(({ path }) => path).join(', …')}` }
}

/** Why a request with this head is refused; undefined where it isn't. */
export function refusalOf(head: Head, place: Place): Refusal | undefined {
  for (const check of CHECKS) {
    const refusal = check(head, place)
    if (refusal) return refusal
  }
  return undefined
}

const NAMES = ['127.0.0.1', 'localhost', '[::1]']

function isOurs(host: unknown, port: number): boolean {
  return NAMES.some((name) => host === `${name}:${port}` || (port === 80 && host === name))
}

/** The headers that let a page of the origin that may ask read the answer; none for others. */
export function corsHeaders({ headers }: Head, { origin }: Place): Record<string, string> {
  if (origin === undefined || headers['origin'] !== origin) return {}
  return { 'access-control-allow-origin': origin, vary: 'origin', 'access-control-expose-headers': '*' }
}

/** What answers a browser that asks beforehand whether a page may send its request. */
export function preflight(head: Head, place: Place): Record<string, string> | undefined {
  const allowed = corsHeaders(head, place)
  const isAsked = head.method === 'OPTIONS' && isOurs(head.headers['host'], place.port)
  if (!isAsked || Object.keys(allowed).length === 0) return undefined
  return {
    ...allowed,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': String(head.headers['access-control-request-headers'] ?? 'content-type'),
  }
}
