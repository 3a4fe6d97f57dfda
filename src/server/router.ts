import type { Api } from '../core/answer/api.js'
import { isMediaType } from '../core/http/media-type.js'
import { firstRefusal, type Guard, type Head } from './guard.js'
import type { Refusal, Reply } from './reply.js'
import type { JsonRequest, Request } from './request.js'

/** The base URL that the server prints, as a path. */
export const BASE = '/api/v1'

/** All bases below which routes are served: clients append `/v1`, or nothing, to the address of a server. */
const BASES = [BASE, '/v1', '']

/** A row of the table from which a server answers. */
export type Route = Row<'GET' | 'POST', 'none', Request> | Row<'POST', 'json', JsonRequest>

interface Row<Method, Body, OneRequest> {
  readonly method: Method
  /** The path below a base, with a slash at its start. */
  readonly path: string
  /** The body that the route takes. A body that is sent to a route with `none` is discarded. */
  readonly body: Body
  /** The API in whose form errors are reported. */
  readonly api?: Api
  /** The checks of this route. They run last, before the body is read. */
  readonly guards?: readonly Guard[]
  /** Answers a request. The signal is aborted if the client leaves or the server shuts down. A rejection is reported to the client. */
  handle(request: OneRequest, signal: AbortSignal): Promise<Reply>
}

/** What a table of routes has for a request. */
export interface Match {
  /** The route that answers it, or why it is refused. */
  readonly found: Route | Refusal
  /** The API in whose form errors are reported. It is known for a refused request too if its path is one of the API. */
  readonly api: Api | undefined
  /** The methods that the path takes. */
  readonly methods: readonly string[]
}

/**
 * Finds the route for a request that passes `guards`. Its path must be spelled as in the table, below a known base; a query is ignored.
 * Nothing is decoded or normalized, so that no other spelling leads to a route.
 */
export function match(head: Head, routes: readonly Route[], guards: readonly Guard[]): Match {
  const [path = ''] = head.url.split('?')
  const atPath = routes.filter((route) => BASES.some((base) => path === base + route.path))
  const methods = atPath.map(({ method }) => method)
  const route = atPath.find(({ method }) => method === head.method)
  return {
    found: firstRefusal(guards, head) ?? (route ? guarded(route, head) : missing(methods, routes)),
    api: (route ?? atPath.find(({ api }) => api))?.api,
    methods,
  }
}

/** Returns the route, or the refusal of its first guard that refuses. */
function guarded(route: Route, head: Head): Route | Refusal {
  const { body, guards = [] } = route
  return firstRefusal(body === 'json' ? [takesJson, ...guards] : guards, head) ?? route
}

/** Refuses a request without a route: 405 if its path takes other methods, otherwise 404. */
function missing(methods: readonly string[], routes: readonly Route[]): Refusal {
  if (methods.length > 0) {
    const message = `method not allowed; use ${methods.join(' or ')}`
    return { status: 405, message, headers: { allow: methods.join(', ') } }
  }
  const available = routes.map(({ method, path }) => `${method} ${path}`).join(', ')
  return { status: 404, message: `no such path; available below ${BASE}: ${available}` }
}

/** An HTML form cannot send this type, and a script of another origin only after a preflight. */
function takesJson({ headers }: Head): Refusal | undefined {
  return isMediaType(String(headers['content-type'] ?? ''), 'application/json')
    ? undefined
    : { status: 415, message: 'the Content-Type must be application/json' }
}
