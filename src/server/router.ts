import type { Api } from '../core/answer/api.js'
import { isMediaType } from '../core/http/media-type.js'
import { firstRefusal, type Guard, type Head } from './guard.js'
import type { Refusal, Reply } from './reply.js'
import type { JsonRequest, Request } from './request.js'

/** The base URL that the server prints, as a path. */
export const BASE = '/api/v1'

/** All bases below which routes are served: clients append `/v1`, or nothing, to the address of a server. */
const BASES = [BASE, '/v1', '']

/** A row of the routing table. */
export type Route = Row<'GET' | 'POST', 'none', Request> | Row<'POST', 'json', JsonRequest>

interface Row<Method, Body, OneRequest> {
  readonly method: Method
  /** The path below a base, with a slash at its start. */
  readonly path: string
  /** The body that the route takes. A body that is sent to a route with `none` is discarded. */
  readonly body: Body
  /** The API in whose form errors are reported. */
  readonly api?: Api
  /** The guards of this route. They run last, before the body is read. */
  readonly guards?: readonly Guard[]
  /** Answers a request. The signal is aborted if the client disconnects or the server shuts down. A rejection is reported to the client. */
  handle(request: OneRequest, signal: AbortSignal): Promise<Reply>
}

/** The result of `match`. */
export interface Match {
  /** The route for the request, or the refusal. */
  readonly found: Route | Refusal
  /** The API in whose form errors are reported. A refused request has one too if its path belongs to an API. */
  readonly api: Api | undefined
  /** The methods of the path. */
  readonly methods: readonly string[]
}

/**
 * Finds the route for a request that passes `guards`. The path must be that of a row below a known base; the query is ignored.
 * The path is neither decoded nor normalized, so that no other form of it can reach a route.
 */
export function match(head: Head, routes: readonly Route[], guards: readonly Guard[]): Match {
  const [path = ''] = head.url.split('?')
  const atPath = routes.filter((route) => BASES.some((base) => path === base + route.path))
  const methods = atPath.map(({ method }) => method)
  const route = atPath.find(({ method }) => method === head.method)
  return {
    found: firstRefusal(guards, head) ?? (route ? checkGuards(route, head) : noRoute(methods, routes)),
    api: (route ?? atPath.find(({ api }) => api))?.api,
    methods,
  }
}

/** Returns the route, or the refusal of its first guard that refuses. */
function checkGuards(route: Route, head: Head): Route | Refusal {
  const { body, guards = [] } = route
  return firstRefusal(body === 'json' ? [requireJson, ...guards] : guards, head) ?? route
}

/** Refuses a request without a route: 405 if its path takes other methods, otherwise 404. */
function noRoute(methods: readonly string[], routes: readonly Route[]): Refusal {
  if (methods.length > 0) {
    const message = `method not allowed; use ${methods.join(' or ')}`
    return { status: 405, message, headers: { allow: methods.join(', ') } }
  }
  const available = routes.map(({ method, path }) => `${method} ${path}`).join(', ')
  return { status: 404, message: `no such path; available below ${BASE}: ${available}` }
}

/** Requires JSON: an HTML form cannot send this type, and a script of another origin can only send it after a preflight. */
function requireJson({ headers }: Head): Refusal | undefined {
  return isMediaType(String(headers['content-type'] ?? ''), 'application/json')
    ? undefined
    : { status: 415, message: 'the Content-Type must be application/json' }
}
