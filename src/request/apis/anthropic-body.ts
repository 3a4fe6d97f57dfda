import { StreamError } from '../../core/errors/error.js'
import type { JsonObject } from '../../core/json/json.js'
import { respelledTool, rejectUnsupported, type ChatRequest, type BodyBuilder } from './chat-request.js'
import type { Attachment } from './attachment.js'

/** The API wants a bound where the others have a default. */
const DEFAULT_MAX_TOKENS = 4096

/** The body for `/messages`, Anthropic's API, as OpenRouter and Anthropic have it. */
export const messagesBody: BodyBuilder = (ask) => {
  rejectUnsupported(ask, 'messages', ['seed', 'reasoning', 'schema'])
  const { model, system, temperature, maxTokens = DEFAULT_MAX_TOKENS, topP, stop, tools, fallbacks } = ask
  return {
    model,
    max_tokens: maxTokens,
    ...(system === undefined ? {} : { system }),
    messages: messagesOf(ask),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(stop.length === 0 ? {} : { stop_sequences: stop }),
    ...(tools.length === 0 ? {} : { tools: tools.map((tool) => respelledTool(tool, toolOf)) }),
    ...(fallbacks.length === 0 ? {} : { fallbacks: fallbacks.map((fallback) => ({ model: fallback })) }),
  }
}

function messagesOf({ messages: before, prompt, attachments }: ChatRequest): JsonObject[] {
  const text = prompt === undefined ? [] : [{ type: 'text', text: prompt }]
  const content = attachments.length === 0 ? prompt : [...attachments.map(blockOf), ...text]
  return [...before, ...(content === undefined ? [] : [{ role: 'user', content }])]
}

function blockOf({ kind, name, mediaType, base64 }: Attachment): JsonObject {
  if (kind === 'audio') throw new StreamError('usage', `the messages API takes no audio (${name})`)
  return { type: kind, source: { type: 'base64', media_type: mediaType, data: base64 } }
}

function toolOf({ name, description, parameters }: JsonObject): JsonObject {
  return { name, ...(description === undefined ? {} : { description }), input_schema: parameters ?? { type: 'object' } }
}
