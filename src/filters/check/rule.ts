import type { AnswerDelta, Chunk } from '../../core/answer/delta.js'
import type { JsonObject } from '../../core/json/json.js'
import type { Located } from '../../core/sse/positions.js'
import type { Verdict } from '../../core/errors/verdict.js'

/** What the rules look at, in the order of the stream; each has its line. */
export type LintEvent =
  | Located
  /** An understood chunk: as JSON, as what it says, and the name of its event. */
  | {
      readonly kind: 'chunk'
      readonly line: number
      readonly json: JsonObject
      readonly chunk: Chunk<AnswerDelta>
      readonly event: string
    }
  /** The mark `[DONE]`. */
  | { readonly kind: 'done'; readonly line: number }
  /** Data that could not be read; undefined where it is no event at all. */
  | { readonly kind: 'invalid'; readonly line: number; readonly data: string | undefined }
  /** Something that looks like a secret, by its name; nobody sees the secret itself. */
  | { readonly kind: 'secret'; readonly line: number; readonly found: string }
  /** An answer is over, for the next begins or the stream has ended; the line is that of its last event. */
  | { readonly kind: 'over'; readonly line: number; readonly verdict: Verdict }

/** What a rule says of each kind of sight that it looks at: one sentence where something is wrong. */
export type RuleVisitor = {
  readonly [Kind in LintEvent['kind']]?: (sight: Extract<LintEvent, { kind: Kind }>) => string | undefined
}

/** One thing that can be wrong with a stream. A new rule is one more row. */
export interface Rule {
  readonly name: string
  /** What is wrong where it is found, and whom it hurts. */
  readonly what: string
  /** Begins to watch one stream. It keeps no more than so many characters. */
  start(bound: number): RuleVisitor
}

/** How many choices or calls of one answer a rule tracks. */
export const MAX_TRACKED = 1000

/** A rule that begins anew with every answer, and so keeps nothing of the one before. */
export function perAnswer(begin: () => RuleVisitor): () => RuleVisitor {
  return () => {
    let watch = begin()
    return {
      chunk: (sight) => watch.chunk?.(sight),
      done: (sight) => watch.done?.(sight),
      over(sight) {
        const said = watch.over?.(sight)
        watch = begin()
        return said
      },
    }
  }
}

/** Says a sentence the first time, and then no more. */
export function reportOnce(): (sentence: string) => string | undefined {
  let isSaid = false
  return (sentence) => {
    if (isSaid) return undefined
    isSaid = true
    return sentence
  }
}

/** Whether a chunk has the form of the chat API. */
export function isChat(json: JsonObject): boolean {
  return Array.isArray(json['choices'])
}

/** Whether a chunk says something of a kind. */
export function hasDelta(chunk: Chunk, type: Chunk['deltas'][number]['type']): boolean {
  return chunk.deltas.some((delta) => delta.type === type)
}
