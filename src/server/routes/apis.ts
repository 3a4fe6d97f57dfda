import type { Api } from '../../core/answer/api.js'
import type { Reply } from '../reply.js'
import type { ApiRequest } from '../request.js'
import type { Route } from '../router.js'

/** Returns a route for each API; `respond` answers their requests. */
export function apiRoutes(
  apis: readonly Api[],
  respond: (request: ApiRequest, signal: AbortSignal) => Promise<Reply>,
): Route[] {
  return apis.map((api) => ({
    method: 'POST',
    path: api.path,
    body: 'json',
    api,
    handle: (request, signal) => respond({ ...request, api, isStreaming: request.body['stream'] === true }, signal),
  }))
}
