import type { JsonObject } from '../core/json/json.js'

/** A part of a message. The types beside `text` depend on the model: images, audio, files. */
export type ContentPart =
  | { readonly type: 'text'; readonly text: string; readonly cache_control?: JsonObject }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string; readonly detail?: string } }
  | { readonly type: 'input_audio'; readonly input_audio: { readonly data: string; readonly format: string } }
  | { readonly type: 'file'; readonly file: JsonObject }
  | { readonly type: 'video_url'; readonly video_url: { readonly url: string } }

/**
 * A message of a chat request. It may have members that are not listed here, such as `reasoning_details`: a message that `fold` returns in
 * `turns` is one as it is.
 */
export type ChatMessage =
  | {
      readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool'
      readonly content?: string | readonly ContentPart[] | null
      readonly name?: string
      /** In a message of the assistant: the calls that the model made. */
      readonly tool_calls?: readonly JsonObject[]
      /** In a message of a tool: the id of the call that it answers. */
      readonly tool_call_id?: string
      readonly [field: string]: unknown
    }
  | JsonObject

/**
 * The body of a request to `/chat/completions`, as OpenRouter and OpenAI define it (https://openrouter.ai/docs/api/reference/parameters).
 * A field that is not listed here goes into `extra`. A field that a model does not support is ignored by OpenRouter and refused by others.
 */
export interface ChatRequest {
  /** The model, such as `openrouter/auto`. */
  readonly model?: string
  /** Models to try in this order if one fails (OpenRouter). */
  readonly models?: readonly string[]
  readonly messages: readonly ChatMessage[]
  /** From 0 to 2. */
  readonly temperature?: number
  /** From 0 to 1. */
  readonly top_p?: number
  readonly top_k?: number
  readonly min_p?: number
  readonly top_a?: number
  /** From -2 to 2. */
  readonly frequency_penalty?: number
  /** From -2 to 2. */
  readonly presence_penalty?: number
  readonly repetition_penalty?: number
  readonly seed?: number
  /** The number of choices (OpenAI and local servers). */
  readonly n?: number
  /** The largest number of output tokens, including reasoning. */
  readonly max_completion_tokens?: number
  /** The older name of `max_completion_tokens`. */
  readonly max_tokens?: number
  readonly stop?: string | readonly string[]
  /** A bias from -100 to 100 for each token id. */
  readonly logit_bias?: Readonly<Record<string, number>>
  readonly logprobs?: boolean
  /** From 0 to 20. */
  readonly top_logprobs?: number
  readonly response_format?:
    | { readonly type: 'text' | 'json_object' }
    | {
        readonly type: 'json_schema'
        readonly json_schema: {
          readonly name: string
          readonly strict?: boolean
          readonly schema?: JsonObject
          readonly description?: string
        }
      }
    | { readonly type: 'grammar'; readonly grammar: string }
  readonly tools?: readonly JsonObject[]
  readonly tool_choice?: 'none' | 'auto' | 'required' | JsonObject
  readonly parallel_tool_calls?: boolean
  /** Settings of the reasoning (OpenRouter). `effort` and `max_tokens` exclude each other. */
  readonly reasoning?: {
    readonly effort?: 'max' | 'xhigh' | 'high' | 'medium' | 'low' | 'minimal' | 'none'
    readonly max_tokens?: number
    readonly exclude?: boolean
    readonly enabled?: boolean
    readonly summary?: 'auto' | 'concise' | 'detailed'
  }
  /** The spelling of `reasoning.effort` at OpenAI. */
  readonly reasoning_effort?: string
  readonly verbosity?: 'low' | 'medium' | 'high' | 'xhigh' | 'max'
  readonly modalities?: readonly ('text' | 'image' | 'audio')[]
  readonly audio?: { readonly voice: string; readonly format: string }
  readonly image_config?: JsonObject
  readonly prediction?: { readonly type: 'content'; readonly content: string | readonly ContentPart[] }
  /** Which providers may answer, and in which order (OpenRouter). */
  readonly provider?: JsonObject
  readonly plugins?: readonly JsonObject[]
  readonly web_search_options?: JsonObject
  readonly cache_control?: { readonly type: 'ephemeral'; readonly ttl?: '5m' | '1h' }
  readonly prompt_cache_key?: string
  readonly service_tier?: string
  /** Up to 256 characters. Groups requests (OpenRouter). */
  readonly session_id?: string
  /** An id of the end user. */
  readonly user?: string
  /** Up to 16 pairs. */
  readonly metadata?: Readonly<Record<string, string>>
  readonly trace?: JsonObject
  readonly preset?: string
  /** OpenAI and local servers report the usage only if `include_usage` is true. OpenRouter always does. */
  readonly stream_options?: { readonly include_usage?: boolean }
  /** Fields that are not listed here. They are merged into the body, and win over the others. */
  readonly extra?: Readonly<Record<string, unknown>>
}

/** Returns the JSON body of a request. `stream` is always true. */
export function requestBody({ extra, ...request }: ChatRequest): string {
  return JSON.stringify({ ...request, ...extra, stream: true })
}
