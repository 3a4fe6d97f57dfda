import { StreamError } from '../../core/errors/error.js'
import { isObject, parseJson, type JsonObject } from '../../core/json/json.js'
import type { Attachment } from './attachment.js'

/** What is asked, with every file read and every default applied. What isn't asked for is absent. */
export interface ChatRequest {
  readonly model: string
  readonly system?: string
  /** A conversation so far. */
  readonly messages: readonly JsonObject[]
  readonly prompt?: string
  readonly attachments: readonly Attachment[]
  readonly temperature?: number
  readonly maxTokens?: number
  readonly topP?: number
  readonly seed?: number
  readonly stop: readonly string[]
  /** An effort: low, medium, high … */
  readonly reasoning?: string
  readonly schema?: NamedSchema
  readonly tools: readonly JsonObject[]
  readonly fallbacks: readonly string[]
}

/** A JSON Schema that the answer is to follow, and its name. */
export interface NamedSchema {
  readonly name: string
  readonly schema: JsonObject
}

/** Where the chat API of a provider differs from OpenRouter's. */
export interface ProviderQuirks {
  /** Whether usage must be asked for, in `stream_options`. */
  readonly asksUsage?: boolean
  /** The field that bounds the answer (default `max_tokens`). */
  readonly maxTokens?: 'max_completion_tokens'
  /** The field for the reasoning effort (default OpenRouter's `reasoning.effort`). */
  readonly reasoning?: 'reasoning_effort'
}

/** Builds the fields of a request body, `model` first. Throws `usage` for what the API has no field for. */
export type BodyBuilder = (request: ChatRequest, quirks: ProviderQuirks) => JsonObject

/** A JSON file of an option. Throws `bad_data`. */
export function objectIn(text: string, option: string): JsonObject {
  const value = parseJson(text)
  if (!isObject(value)) throw new StreamError('bad_data', `${option} is not a JSON object`)
  return value
}

/** A JSON file of an option that holds a list of objects. Throws `bad_data`. */
export function listIn(text: string, option: string): readonly JsonObject[] {
  const value = parseJson(text)
  if (!Array.isArray(value) || !value.every(isObject))
    throw new StreamError('bad_data', `${option} is not a JSON array of objects`)
  return value
}

/** The schema with the name that APIs want beside it: its title as far as it can be one. */
export function namedSchema(schema: JsonObject): NamedSchema {
  const title = typeof schema['title'] === 'string' ? schema['title'].replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, 64) : ''
  return { name: title === '' ? 'answer' : title, schema }
}

/** Refuses what an API has no field for. */
export function rejectUnsupported(
  ask: ChatRequest,
  api: string,
  names: readonly ('seed' | 'stop' | 'reasoning' | 'schema')[],
): void {
  for (const name of names) {
    const value = ask[name]
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue
    throw new StreamError('usage', `the ${api} API has no field for --${name}; -o sends any field`)
  }
}

/** A function tool of the chat form as another API spells it; a tool of another form stays as it is. */
export function respelledTool(tool: JsonObject, respell: (told: JsonObject) => JsonObject): JsonObject {
  return isObject(tool['function']) ? respell(tool['function']) : tool
}
