import type { JsonObject } from '../json/json.js'

/** A tool call that is put together: its arguments as the JSON that the model wrote, perhaps cut, or the free text that a custom tool takes. */
export type AssembledCall = { readonly id: string | undefined; readonly name: string | undefined } & (
  | { readonly arguments: string }
  | { readonly input: string }
)

/** What one choice of an answer adds to a conversation. */
export interface ConversationTurn {
  readonly choice: number
  /** What the same API takes back in its list of messages. */
  readonly messages: readonly JsonObject[]
  readonly calls: readonly AssembledCall[]
}

/** One answer that is put together; its chunks are given up to it. */
export interface Assembly {
  /** Takes a chunk of the form. */
  push(chunk: JsonObject): void
  /** The object that the call without a stream would have returned, as far as it came; asked for once, at the end. */
  value(isWhole: boolean): JsonObject
}

/** How the chunks of one wire form are put together. */
export interface Assembler {
  start(): Assembly
  /** What the choices of such an object say, in their order. */
  turns(object: JsonObject): ConversationTurn[]
}

/** An object while it grows. */
export type MutableObject = { [name: string]: unknown }
