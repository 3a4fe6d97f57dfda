import type { JsonObject } from '../../core/json/json.js'
import { respelledTool, rejectUnsupported, type ChatRequest, type BodyBuilder } from './chat-request.js'
import { dataUrl, type Attachment } from './attachment.js'

/** The body for `/responses`, as OpenRouter and OpenAI have it. */
export const responsesBody: BodyBuilder = (ask) => {
  rejectUnsupported(ask, 'responses', ['seed', 'stop'])
  const { model, system, temperature, maxTokens, topP, reasoning, schema, tools, fallbacks } = ask
  return {
    model,
    input: inputOf(ask),
    ...(system === undefined ? {} : { instructions: system }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { max_output_tokens: maxTokens }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(reasoning === undefined ? {} : { reasoning: { effort: reasoning } }),
    ...(schema
      ? { text: { format: { type: 'json_schema', name: schema.name, strict: true, schema: schema.schema } } }
      : {}),
    ...(tools.length === 0
      ? {}
      : { tools: tools.map((tool) => respelledTool(tool, (told) => ({ type: 'function', ...told }))) }),
    ...(fallbacks.length === 0 ? {} : { models: fallbacks }),
  }
}

function inputOf({ messages, prompt, attachments }: ChatRequest): JsonObject[] {
  const text = prompt === undefined ? [] : [{ type: 'input_text', text: prompt }]
  const content = attachments.length === 0 ? prompt : [...text, ...attachments.map(partOf)]
  return [...messages, ...(content === undefined ? [] : [{ role: 'user', content }])]
}

function partOf(attachment: Attachment): JsonObject {
  switch (attachment.kind) {
    case 'image':
      return { type: 'input_image', image_url: dataUrl(attachment) }
    case 'audio':
      return { type: 'input_audio', input_audio: { data: attachment.base64, format: attachment.format } }
    case 'document':
      return { type: 'input_file', filename: attachment.name, file_data: dataUrl(attachment) }
  }
}
