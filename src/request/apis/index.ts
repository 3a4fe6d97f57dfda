import type { Api } from '../../core/answer/api.js'
import { anthropic } from '../../dialects/anthropic/index.js'
import { chat, completions } from '../../dialects/openai/index.js'
import { responses } from '../../dialects/responses/index.js'
import { messagesBody } from './anthropic-body.js'
import { chatBody } from './chat-body.js'
import type { BodyBuilder } from './model-request.js'
import { responsesBody } from './responses-body.js'

/**
 * Every API: its path, its dialect, and the builder of its request bodies. `body` is undefined for an API that is served and parsed, but
 * never requested. If one path is the end of another, the longer one comes first.
 */
export const APIS = [
  { name: 'chat', path: '/chat/completions', dialect: chat, body: chatBody },
  { name: 'completions', path: '/completions', dialect: completions, body: undefined },
  { name: 'responses', path: '/responses', dialect: responses, body: responsesBody },
  { name: 'messages', path: '/messages', dialect: anthropic, body: messagesBody },
] as const satisfies readonly (Api & { readonly body: BodyBuilder | undefined })[]

type RequestableApi = Extract<(typeof APIS)[number], { readonly body: BodyBuilder }>

/** The name of an API that can be requested. */
export type ApiName = RequestableApi['name']

/** The names of the APIs that can be requested, in the order of the table. */
export const API_NAMES: readonly ApiName[] = APIS.filter(isRequestable).map(({ name }) => name)

export const DEFAULT_API = 'chat' satisfies ApiName

function isRequestable(api: (typeof APIS)[number]): api is RequestableApi {
  return api.body !== undefined
}

export function apiNamed(name: ApiName): RequestableApi {
  const found = APIS.find((api): api is RequestableApi => api.name === name)
  if (!found) throw new TypeError(`unknown API ${name}`)
  return found
}
