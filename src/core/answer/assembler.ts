import type { JsonObject } from '../json/json.js'

/** A tool call that is put together: its arguments as the JSON that the model wrote, perhaps cut, or the free text that a custom tool takes. */
export type FoldedCall = { readonly id: string | undefined; readonly name: string | undefined } & (
  | { readonly arguments: string }
  | { readonly input: string }
)

/** What one choice of an answer adds to a conversation. */
export interface Turn {
  readonly choice: number
  /** What the same API takes back in its list of messages. */
  readonly messages: readonly JsonObject[]
  readonly calls: readonly FoldedCall[]
}

/** One answer that is put together; its chunks are given up to it. */
export interface Folding {
  /** Takes a chunk of the form. */
  push(chunk: JsonObject): void
  /** The object that the call without a stream would have returned, as far as it came; asked for once, at the end. */
  value(isWhole: boolean): JsonObject
}

/** How the chunks of one wire form are put together. */
export interface Fold {
  begin(): Folding
  /** What the choices of such an object say, in their order. */
  turns(object: JsonObject): Turn[]
}

/** An object while it grows. */
export type Growing = { [name: string]: unknown }
