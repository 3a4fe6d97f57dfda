import type { Api } from './ask.js'
import { chat } from './chat.js'
import { messages } from './messages.js'
import { responses } from './responses.js'

/** The APIs that can be asked. */
export const APIS = { chat, responses, messages } as const satisfies Record<string, Api>

export type ApiName = keyof typeof APIS
