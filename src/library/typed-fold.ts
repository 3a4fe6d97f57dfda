import type { ParseOptions } from '../core/answer/answers.js'
import type { ConversationTurn } from '../core/answer/assembler.js'
import type { Dialect } from '../core/answer/dialect.js'
import type { AnswerEnd } from '../core/answer/event.js'
import type { Verdict } from '../core/errors/verdict.js'
import type { JsonObject } from '../core/json/json.js'
import type { Stage } from '../core/stream/stage.js'
import { foldAnswers } from '../filters/fold/fold.js'

/** Members of every folded object. They are set if the answer is not whole; `error` is the error of the stream, as it was sent. */
export interface FoldedFailure {
  readonly incomplete?: true
  readonly verdict?: Verdict
  readonly error?: unknown
}

/** A `chat.completion` object: the answer of `/chat/completions` (OpenAI, OpenRouter and compatible servers). */
export interface ChatCompletion extends FoldedFailure {
  readonly object: 'chat.completion'
  readonly id?: string
  readonly created?: number
  readonly model?: string
  readonly provider?: string
  readonly choices: readonly {
    readonly index: number
    readonly message: {
      readonly role: string
      /** Mistral sends a list of parts for models that reason. */
      readonly content: string | readonly JsonObject[] | null
      readonly reasoning?: string | null
      readonly reasoning_content?: string | null
      readonly reasoning_details?: readonly JsonObject[]
      readonly refusal?: string | null
      readonly tool_calls?: readonly {
        readonly id: string
        readonly type: string
        /** `arguments` is JSON text, which may be cut off if the answer is. */
        readonly function?: { readonly name?: string; readonly arguments: string }
        readonly custom?: { readonly name?: string; readonly input?: string }
      }[]
      readonly [member: string]: unknown
    }
    readonly finish_reason: string | null
    readonly native_finish_reason?: string | null
    readonly logprobs?: unknown
    readonly [member: string]: unknown
  }[]
  readonly usage?: JsonObject | null
  readonly [member: string]: unknown
}

/** A `text_completion` object: the answer of the legacy `/completions`. */
export interface TextCompletion extends FoldedFailure {
  readonly object: 'text_completion'
  readonly id?: string
  readonly created?: number
  readonly model?: string
  readonly choices: readonly {
    readonly index: number
    readonly text: string
    readonly finish_reason: string | null
    readonly logprobs?: unknown
    readonly [member: string]: unknown
  }[]
  readonly usage?: JsonObject | null
  readonly [member: string]: unknown
}

/** A `response` object: the answer of `/responses`. */
export interface ResponseObject extends FoldedFailure {
  readonly object?: string
  readonly id?: string
  readonly status?: string
  readonly model?: string
  /** Messages, reasoning and tool calls in their order. */
  readonly output: readonly JsonObject[]
  readonly usage?: JsonObject | null
  readonly [member: string]: unknown
}

/** A `message` object: the answer of Anthropic's `/messages`. */
export interface AnthropicMessage extends FoldedFailure {
  readonly type: string
  readonly role: string
  readonly id?: string
  readonly model?: string
  readonly content: readonly JsonObject[]
  readonly stop_reason?: string | null
  readonly stop_sequence?: string | null
  readonly usage?: JsonObject
  readonly [member: string]: unknown
}

/** A `GenerateContentResponse`: the answer of Gemini's `generateContent`. */
export interface GeminiResponse extends FoldedFailure {
  readonly candidates: readonly {
    readonly content: {
      readonly role: string
      readonly parts: readonly JsonObject[]
      readonly [member: string]: unknown
    }
    readonly index?: number
    readonly finishReason?: string
    readonly [member: string]: unknown
  }[]
  readonly usageMetadata?: JsonObject
  readonly modelVersion?: string
  readonly responseId?: string
  readonly [member: string]: unknown
}

/** The type of the folded object for each of `dialects`. */
export interface FoldedObjects {
  readonly chat: ChatCompletion
  readonly completions: TextCompletion
  readonly responses: ResponseObject
  readonly messages: AnthropicMessage
  readonly gemini: GeminiResponse
}

interface FoldedParts {
  readonly type: 'folded'
  readonly verdict: Verdict
  /** True if the answer can be sent back: it is accepted, and all of it could be read. */
  readonly isUsable: boolean
  /** The messages and tool calls of each choice, to continue the conversation. */
  readonly turns: readonly ConversationTurn[]
}

/**
 * An answer as one object: the object that the call without streaming would have returned. `dialect` is the name of the dialect that read
 * its first chunk, and tells the type of `object`. It is undefined if only an error arrived. The types describe what the APIs document;
 * the values are not checked.
 */
export type Folded =
  | {
      [Name in keyof FoldedObjects]: FoldedParts & { readonly dialect: Name; readonly object: FoldedObjects[Name] }
    }[keyof FoldedObjects]
  | (FoldedParts & { readonly dialect: undefined; readonly object: FoldedFailure })

/** Options of `fold`. */
export type FoldOptions = Omit<ParseOptions, 'clock'>

/**
 * Parses bytes, SSE or the NDJSON of `sse-parse`, and yields each answer as one object when it has ended, followed by its `answer-end`. An
 * answer without a chunk and without an error has no object. With dialects of your own, `dialect` may also be one of their names.
 *
 * Throws `too_large` if an event exceeds `maxEventBytes`, after the answer that this cuts off.
 */
export function fold(dialects: readonly Dialect[], options: FoldOptions = {}): Stage<Uint8Array, Folded | AnswerEnd> {
  return foldAnswers(dialects, options) as Stage<Uint8Array, Folded | AnswerEnd>
}
