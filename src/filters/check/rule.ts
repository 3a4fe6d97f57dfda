import type { AnswerDelta, Chunk } from '../../core/answer/delta.js'
import type { JsonObject } from '../../core/json/json.js'
import type { Located } from '../../core/sse/positions.js'
import type { Verdict } from '../../core/errors/verdict.js'

/** An event that rules can visit, with its line. Events arrive in the order of the stream. */
export type LintEvent =
  | Located
  /** A parsed chunk, its JSON, and the SSE event name. */
  | {
      readonly kind: 'chunk'
      readonly line: number
      readonly json: JsonObject
      readonly chunk: Chunk<AnswerDelta>
      readonly event: string
    }
  /** The end marker `[DONE]`. */
  | { readonly kind: 'done'; readonly line: number }
  /** Data that could not be read; undefined if it is not an SSE event at all. */
  | { readonly kind: 'invalid'; readonly line: number; readonly data: string | undefined }
  /** `found` names what looks like a secret, for example a kind of key. It never contains the secret. */
  | { readonly kind: 'secret'; readonly line: number; readonly found: string }
  /** An answer is over, because the next one starts or the stream ended. `line` is the line of its last event. */
  | { readonly kind: 'over'; readonly line: number; readonly verdict: Verdict }

/** The callbacks of a rule by kind of event. Each returns the message of a finding, or undefined if nothing is wrong. */
export type RuleVisitor = {
  readonly [Kind in LintEvent['kind']]?: (event: Extract<LintEvent, { kind: Kind }>) => string | undefined
}

/** A rule of `sse-check`. To add one, add an entry to `RULES`. */
export interface Rule {
  readonly name: string
  /** Describes the problem and its consequence, in one sentence. */
  readonly what: string
  /** Starts a visitor for one stream. The visitor keeps at most `bound` characters. */
  start(bound: number): RuleVisitor
}

/** Maximum number of choices or calls that a rule tracks per answer. */
export const MAX_TRACKED = 1000

/** Restarts a visitor for every answer, so that it keeps no state of earlier answers. */
export function perAnswer(create: () => RuleVisitor): () => RuleVisitor {
  return () => {
    let visitor = create()
    return {
      chunk: (event) => visitor.chunk?.(event),
      done: (event) => visitor.done?.(event),
      over(event) {
        const finding = visitor.over?.(event)
        visitor = create()
        return finding
      },
    }
  }
}

/** Returns a function that returns its first message, and undefined from then on. */
export function reportOnce(): (sentence: string) => string | undefined {
  let isReported = false
  return (sentence) => {
    if (isReported) return undefined
    isReported = true
    return sentence
  }
}

/** Returns true if the chunk is in the format of the chat API. */
export function isChat(json: JsonObject): boolean {
  return Array.isArray(json['choices'])
}

export function hasDelta(chunk: Chunk, type: Chunk['deltas'][number]['type']): boolean {
  return chunk.deltas.some((delta) => delta.type === type)
}
