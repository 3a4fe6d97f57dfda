import type { JsonObject } from '../json/json.js'
import type { AnswerDelta } from './delta.js'

/** A whole tool call: its arguments as the JSON that the model wrote, perhaps cut, or the free text that a custom tool takes. */
export type AssembledCall = { readonly id: string | undefined; readonly name: string | undefined } & (
  | { readonly arguments: string }
  | { readonly input: string }
)

/** What one choice of an answer adds to a conversation. */
export interface ConversationTurn {
  readonly choice: number
  /** The messages in the form in which the same API takes them back. */
  readonly messages: readonly JsonObject[]
  readonly calls: readonly AssembledCall[]
}

/** Puts the chunks of one answer together. */
export interface Assembly {
  /** Takes the next chunk, and the deltas that its dialect read in it. */
  push(chunk: JsonObject, deltas: readonly AnswerDelta[]): void
  /** Returns the object that the call without a stream would have returned, as far as it came. Called once, at the end. */
  value(isWhole: boolean): JsonObject
}

/** Puts the answers of one dialect together. */
export interface Assembler {
  start(): Assembly
  /** Returns what each choice of an assembled object adds to a conversation, in their order. */
  turns(object: JsonObject): ConversationTurn[]
}
