import type { JsonObject } from '../json/json.js'
import type { AnswerDelta } from './delta.js'

/** A tool call: `arguments` is the JSON text that the model wrote, which may be cut off; `input` is the free text for a custom tool. */
export type AssembledCall = { readonly id: string | undefined; readonly name: string | undefined } & (
  | { readonly arguments: string }
  | { readonly input: string }
)

/** The messages and tool calls that one choice of an answer adds to a conversation. */
export interface ConversationTurn {
  readonly choice: number
  /** The messages in the form in which the API accepts them in the next request. */
  readonly messages: readonly JsonObject[]
  readonly calls: readonly AssembledCall[]
}

/** Assembles the chunks of one answer. */
export interface Assembly {
  /** Adds the next chunk, and the deltas that its dialect read from it. */
  push(chunk: JsonObject, deltas: readonly AnswerDelta[]): void
  /** Returns the object that a call without streaming would have returned, as far as it arrived. Call it once, at the end. */
  value(isWhole: boolean): JsonObject
}

/** Assembles the answers of one dialect. */
export interface Assembler {
  start(): Assembly
  /** Returns a conversation turn for each choice of an assembled object, in their order. */
  turns(object: JsonObject): ConversationTurn[]
}
