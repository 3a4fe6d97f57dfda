import { StreamError } from '../../core/errors/error.js'
import type { JsonObject } from '../../core/json/json.js'
import { convertTool, rejectUnsupported, type ModelRequest, type BodyBuilder } from './model-request.js'
import type { Attachment } from './attachment.js'

/** `max_tokens` is required in this API. */
const DEFAULT_MAX_TOKENS = 4096

/** Builds the body for `/messages`, as OpenRouter and Anthropic accept it. */
export const messagesBody: BodyBuilder = (request) => {
  rejectUnsupported(request, 'messages', ['seed', 'reasoning', 'schema'])
  const { model, system, temperature, maxTokens = DEFAULT_MAX_TOKENS, topP, stop, tools, fallbacks } = request
  return {
    model,
    max_tokens: maxTokens,
    ...(system === undefined ? {} : { system }),
    messages: toMessages(request),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(stop.length === 0 ? {} : { stop_sequences: stop }),
    ...(tools.length === 0 ? {} : { tools: tools.map((tool) => convertTool(tool, toTool)) }),
    ...(fallbacks.length === 0 ? {} : { fallbacks: fallbacks.map((fallback) => ({ model: fallback })) }),
  }
}

function toMessages({ messages: history, prompt, attachments }: ModelRequest): JsonObject[] {
  const text = prompt === undefined ? [] : [{ type: 'text', text: prompt }]
  const content = attachments.length === 0 ? prompt : [...attachments.map(toContentBlock), ...text]
  return [...history, ...(content === undefined ? [] : [{ role: 'user', content }])]
}

function toContentBlock({ kind, name, mediaType, base64 }: Attachment): JsonObject {
  if (kind === 'audio') throw new StreamError('usage', `the messages API does not accept audio (${name})`)
  return { type: kind, source: { type: 'base64', media_type: mediaType, data: base64 } }
}

function toTool({ name, description, parameters }: JsonObject): JsonObject {
  return { name, ...(description === undefined ? {} : { description }), input_schema: parameters ?? { type: 'object' } }
}
