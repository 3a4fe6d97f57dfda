import { StreamError } from '../../core/errors/error.js'
import { isObject, parseJson, type JsonObject } from '../../core/json/json.js'
import type { Attachment } from './attachment.js'

/** A request in no particular API, with the content of every file and with defaults. A field that is not set is absent. */
export interface ModelRequest {
  readonly model: string
  readonly system?: string
  /** The conversation before the prompt. */
  readonly messages: readonly JsonObject[]
  readonly prompt?: string
  readonly attachments: readonly Attachment[]
  readonly temperature?: number
  readonly maxTokens?: number
  readonly topP?: number
  readonly seed?: number
  readonly stop: readonly string[]
  /** The reasoning effort: low, medium, high … */
  readonly reasoning?: string
  readonly schema?: NamedSchema
  readonly tools: readonly JsonObject[]
  readonly fallbacks: readonly string[]
}

/** A JSON Schema for the answer, and its name. */
export interface NamedSchema {
  readonly name: string
  readonly schema: JsonObject
}

/** Differences of a provider's chat API from OpenRouter's. */
export interface ProviderQuirks {
  /** True if usage must be requested with `stream_options`. */
  readonly asksUsage?: boolean
  /** The field that limits the length of the answer (default `max_tokens`). */
  readonly maxTokens?: 'max_completion_tokens'
  /** The field for the reasoning effort (default OpenRouter's `reasoning.effort`). */
  readonly reasoning?: 'reasoning_effort'
}

/** Builds the fields of a request body, `model` first. Throws `usage` for an option without a field in the API. */
export type BodyBuilder = (request: ModelRequest, quirks: ProviderQuirks) => JsonObject

/** Parses the JSON object in the file of an option. Throws `bad_data`. */
export function objectIn(text: string, option: string): JsonObject {
  const value = parseJson(text)
  if (!isObject(value)) throw new StreamError('bad_data', `${option} is not a JSON object`)
  return value
}

/** Parses the JSON array of objects in the file of an option. Throws `bad_data`. */
export function listIn(text: string, option: string): readonly JsonObject[] {
  const value = parseJson(text)
  if (!Array.isArray(value) || !value.every(isObject))
    throw new StreamError('bad_data', `${option} is not a JSON array of objects`)
  return value
}

/** Returns a schema with the name that the APIs require: its title in the allowed characters, or `answer`. */
export function namedSchema(schema: JsonObject): NamedSchema {
  const title = typeof schema['title'] === 'string' ? schema['title'].replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, 64) : ''
  return { name: title === '' ? 'answer' : title, schema }
}

/** Throws `usage` if one of the options `names` is set, for which the API has no field. */
export function rejectUnsupported(
  request: ModelRequest,
  api: string,
  names: readonly ('seed' | 'stop' | 'reasoning' | 'schema')[],
): void {
  for (const name of names) {
    const value = request[name]
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue
    throw new StreamError('usage', `the ${api} API has no field for --${name}; -o can set any field`)
  }
}

/** Converts a function tool of the chat API with `convert`. A tool of any other form is returned unchanged. */
export function convertTool(tool: JsonObject, convert: (definition: JsonObject) => JsonObject): JsonObject {
  return isObject(tool['function']) ? convert(tool['function']) : tool
}
