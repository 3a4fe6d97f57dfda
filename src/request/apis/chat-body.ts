import type { JsonObject } from '../../core/json/json.js'
import type { ModelRequest, BodyBuilder } from './model-request.js'
import { dataUrl, type Attachment } from './attachment.js'

/** Builds the body for `/chat/completions`, the API that every provider has. */
export const chatBody: BodyBuilder = (request, { maxTokens = 'max_tokens', reasoning, asksUsage = false }) => {
  const { model, temperature, topP, seed, stop, schema, tools, fallbacks } = request
  return {
    model,
    messages: toMessages(request),
    ...(temperature === undefined ? {} : { temperature }),
    ...(request.maxTokens === undefined ? {} : { [maxTokens]: request.maxTokens }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(seed === undefined ? {} : { seed }),
    ...(stop.length === 0 ? {} : { stop }),
    ...(request.reasoning === undefined
      ? {}
      : reasoning
        ? { [reasoning]: request.reasoning }
        : { reasoning: { effort: request.reasoning } }),
    ...(schema
      ? {
          response_format: {
            type: 'json_schema',
            json_schema: { name: schema.name, strict: true, schema: schema.schema },
          },
        }
      : {}),
    ...(tools.length === 0 ? {} : { tools }),
    ...(fallbacks.length === 0 ? {} : { models: fallbacks }),
    ...(asksUsage ? { stream_options: { include_usage: true } } : {}),
  }
}

function toMessages({ system, messages, prompt, attachments }: ModelRequest): JsonObject[] {
  const text = prompt === undefined ? [] : [{ type: 'text', text: prompt }]
  const content = attachments.length === 0 ? prompt : [...text, ...attachments.map(toContentPart)]
  return [
    ...(system === undefined ? [] : [{ role: 'system', content: system }]),
    ...messages,
    ...(content === undefined ? [] : [{ role: 'user', content }]),
  ]
}

function toContentPart(attachment: Attachment): JsonObject {
  switch (attachment.kind) {
    case 'image':
      return { type: 'image_url', image_url: { url: dataUrl(attachment) } }
    case 'audio':
      return { type: 'input_audio', input_audio: { data: attachment.base64, format: attachment.format } }
    case 'document':
      return { type: 'file', file: { filename: attachment.name, file_data: dataUrl(attachment) } }
  }
}
