import type { Assembler } from './assembler.js'
import type { JsonObject } from '../json/json.js'
import type { ProviderError } from './provider-error.js'
import type { Usage } from './usage.js'

/** What any chunk of any provider comes down to. `choice` counts from 0; texts are pieces to be joined. */
export type Delta =
  /** The choice has begun, without a word yet. */
  | { readonly type: 'start'; readonly choice: number }
  | { readonly type: 'text'; readonly choice: number; readonly text: string }
  | { readonly type: 'reasoning'; readonly choice: number; readonly text: string }
  | { readonly type: 'refusal'; readonly choice: number; readonly text: string }
  /** A piece of a tool call; what the provider left out is undefined. */
  | {
      readonly type: 'tool-call'
      readonly choice: number
      readonly index: number | undefined
      readonly id: string | undefined
      readonly name: string | undefined
      readonly arguments: string
    }
  /** `reason` in the words of the chat API (stop, length, tool_calls, content_filter, error, or another). */
  | { readonly type: 'finish'; readonly choice: number; readonly reason: string; readonly native: string | undefined }
  /** The counts so far: a later usage replaces an earlier one, or of a `partial` one what it names. */
  | { readonly type: 'usage'; readonly usage: Usage; readonly partial?: boolean }
  | { readonly type: 'error'; readonly error: ProviderError }

/** Who speaks in a chunk. */
export interface AnswerIdentity {
  readonly id: string | undefined
  readonly model: string | undefined
  readonly provider: string | undefined
}

/** One understood chunk: who speaks, and what it says. */
export interface Chunk extends AnswerIdentity {
  readonly type: 'chunk'
  readonly deltas: readonly Delta[]
  /** The chunk ends the answer, whatever its choices: `response.completed`, `message_stop`. */
  readonly isFinal?: boolean
  /** How many chunks it stands for, where several said the same but for their words, which are then joined. */
  readonly count?: number
  /** When it came, where that is known. */
  readonly t?: number
  /** What it was read from, where that is asked for. */
  readonly source?: ChunkOrigin
}

/** What a chunk was read from, and by whom; an error that stands alone is in no dialect. */
export interface ChunkOrigin {
  readonly json: JsonObject
  readonly dialect: Dialect | undefined
}

/** An error to be told: its HTTP status, or a word for its cause. */
export interface OutgoingError {
  readonly code: number | string
  readonly message: string
}

/** An event, before it is spelled. */
export interface OutgoingEvent {
  readonly event: string
  readonly data: JsonObject
}

/** Who can read the chunks of one provider wire form. */
export interface Dialect {
  readonly name: string
  /**
   * The chunk, or undefined where it isn't written in this form. `event` is the event's name, "message" by default. Of a string that
   * it gives as the words of a delta it may ask nothing but whether it is empty (see `frameOf`).
   */
  read(chunk: JsonObject, event: string): Chunk | undefined
  /** The event with which an answer ends in an error; absent where that is a bare `{"error":…}`. */
  errorEvent?(error: OutgoingError, answer: AnswerIdentity): OutgoingEvent
  /** How its chunks are put together to one object. */
  readonly assembler?: Assembler | undefined
}
