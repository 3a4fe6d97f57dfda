import type { Api } from './chat-request.js'
import { chat } from './chat-body.js'
import { messages } from './anthropic-body.js'
import { responses } from './responses-body.js'

/** The APIs that can be asked. */
export const APIS = { chat, responses, messages } as const satisfies Record<string, Api>

export type ApiName = keyof typeof APIS
