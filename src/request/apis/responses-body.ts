import type { JsonObject } from '../../core/json/json.js'
import { convertTool, rejectUnsupported, type ModelRequest, type BodyBuilder } from './model-request.js'
import { dataUrl, type Attachment } from './attachment.js'

/** Builds the body for `/responses`, as OpenRouter and OpenAI accept it. */
export const responsesBody: BodyBuilder = (request) => {
  rejectUnsupported(request, 'responses', ['seed', 'stop'])
  const { model, system, temperature, maxTokens, topP, reasoning, schema, tools, fallbacks } = request
  return {
    model,
    input: toInput(request),
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
      : { tools: tools.map((tool) => convertTool(tool, (definition) => ({ type: 'function', ...definition }))) }),
    ...(fallbacks.length === 0 ? {} : { models: fallbacks }),
  }
}

function toInput({ messages, prompt, attachments }: ModelRequest): JsonObject[] {
  const text = prompt === undefined ? [] : [{ type: 'input_text', text: prompt }]
  const content = attachments.length === 0 ? prompt : [...text, ...attachments.map(toContentPart)]
  return [...messages, ...(content === undefined ? [] : [{ role: 'user', content }])]
}

function toContentPart(attachment: Attachment): JsonObject {
  switch (attachment.kind) {
    case 'image':
      return { type: 'input_image', image_url: dataUrl(attachment) }
    case 'audio':
      return { type: 'input_audio', input_audio: { data: attachment.base64, format: attachment.format } }
    case 'document':
      return { type: 'input_file', filename: attachment.name, file_data: dataUrl(attachment) }
  }
}
