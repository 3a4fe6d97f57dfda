import type { JsonObject } from '../json/json.js'
import type { ProviderError } from './provider-error.js'
import type { Usage } from './usage.js'

/** A piece of a tool call. A member that the provider left out is undefined. */
export interface ToolCallDelta {
  readonly type: 'tool-call'
  readonly choice: number
  readonly index: number | undefined
  readonly id: string | undefined
  readonly name: string | undefined
  readonly arguments: string
}

/** One change to the answer, in the same form for every dialect. `choice` counts from 0. Texts are pieces to be concatenated. */
export type Delta =
  /** The choice has started, without content so far. */
  | { readonly type: 'start'; readonly choice: number }
  | { readonly type: 'text'; readonly choice: number; readonly text: string }
  | { readonly type: 'reasoning'; readonly choice: number; readonly text: string }
  | { readonly type: 'refusal'; readonly choice: number; readonly text: string }
  | ToolCallDelta
  /** `reason` is a finish reason of the chat API (stop, length, tool_calls, content_filter, error, or another). */
  | { readonly type: 'finish'; readonly choice: number; readonly reason: string; readonly native: string | undefined }
  /** The counts so far. A later usage replaces an earlier one; a `partial` usage replaces only the counts that it contains. */
  | { readonly type: 'usage'; readonly usage: Usage; readonly partial?: boolean }
  | { readonly type: 'error'; readonly error: ProviderError }

/** A tool call of an answer, the same object for each of its pieces. `id` and `name` are set when they arrive. */
export interface ToolCall {
  readonly choice: number
  readonly index: number | undefined
  readonly id: string | undefined
  readonly name: string | undefined
}

/** A delta of a judged answer. A piece of a tool call refers to its call. */
export type AnswerDelta = Exclude<Delta, ToolCallDelta> | (ToolCallDelta & { readonly call: ToolCall })

/** The generation id, the model and the provider in a chunk. */
export interface AnswerIdentity {
  readonly id: string | undefined
  readonly model: string | undefined
  readonly provider: string | undefined
}

/** One chunk of an answer. */
export interface Chunk<OneDelta extends Delta = Delta> extends AnswerIdentity {
  readonly type: 'chunk'
  readonly deltas: readonly OneDelta[]
  /** True if the chunk ends the answer for all choices: `response.completed`, `message_stop`. */
  readonly isFinal?: boolean
  /** The number of chunks that were merged into this one, because they differed only in their text. */
  readonly count?: number
  /** The time of arrival in milliseconds, if known. */
  readonly t?: number
  /** The JSON of the chunk, in the events of `parseSourcedEvents`. */
  readonly source?: ChunkOrigin
}

/** The JSON of a chunk, and the name of the dialect that read it. `dialect` is undefined for an error outside any dialect. */
export interface ChunkOrigin {
  readonly json: JsonObject
  readonly dialect: string | undefined
}
