import type { JsonObject } from '../json/json.js'
import type { ProviderError } from './provider-error.js'
import type { Usage } from './usage.js'

/** A piece of a tool call. What the provider left out is undefined. */
export interface ToolCallDelta {
  readonly type: 'tool-call'
  readonly choice: number
  readonly index: number | undefined
  readonly id: string | undefined
  readonly name: string | undefined
  readonly arguments: string
}

/** One thing that a chunk says, in the same form for every dialect. `choice` counts from 0; texts are pieces to be concatenated. */
export type Delta =
  /** The choice has begun, without any content yet. */
  | { readonly type: 'start'; readonly choice: number }
  | { readonly type: 'text'; readonly choice: number; readonly text: string }
  | { readonly type: 'reasoning'; readonly choice: number; readonly text: string }
  | { readonly type: 'refusal'; readonly choice: number; readonly text: string }
  | ToolCallDelta
  /** `reason` is a finish reason of the chat API (stop, length, tool_calls, content_filter, error, or another). */
  | { readonly type: 'finish'; readonly choice: number; readonly reason: string; readonly native: string | undefined }
  /** The counts so far. A later usage replaces an earlier one; a `partial` one replaces only the counts that it has. */
  | { readonly type: 'usage'; readonly usage: Usage; readonly partial?: boolean }
  | { readonly type: 'error'; readonly error: ProviderError }

/** One tool call of an answer: the same object for each of its pieces. `id` and `name` are set when they arrive. */
export interface ToolCall {
  readonly choice: number
  readonly index: number | undefined
  readonly id: string | undefined
  readonly name: string | undefined
}

/** A delta of a judged answer: a piece of a tool call knows its call. */
export type AnswerDelta = Exclude<Delta, ToolCallDelta> | (ToolCallDelta & { readonly call: ToolCall })

/** The generation id, the model and the provider that a chunk names. */
export interface AnswerIdentity {
  readonly id: string | undefined
  readonly model: string | undefined
  readonly provider: string | undefined
}

/** One chunk of an answer. */
export interface Chunk<OneDelta extends Delta = Delta> extends AnswerIdentity {
  readonly type: 'chunk'
  readonly deltas: readonly OneDelta[]
  /** Whether the chunk ends the answer, whatever its choices: `response.completed`, `message_stop`. */
  readonly isFinal?: boolean
  /** How many chunks it stands for, if several that differed only in their text were merged. */
  readonly count?: number
  /** When it came, in milliseconds, if that is known. */
  readonly t?: number
  /** What it was read from, if that was asked for. */
  readonly source?: ChunkOrigin
}

/** What a chunk was read from, and the name of the dialect that read it; undefined for an error outside any dialect. */
export interface ChunkOrigin {
  readonly json: JsonObject
  readonly dialect: string | undefined
}
