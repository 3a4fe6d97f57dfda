import { parseSourcedAnswers, type ParseOptions } from '../../core/answer/answers.js'
import type { Assembler, Assembly, ConversationTurn } from '../../core/answer/assembler.js'
import type { Dialect } from '../../core/answer/dialect.js'
import type { AnswerEnd, AnswerEvent } from '../../core/answer/event.js'
import { isWhole, type Verdict } from '../../core/errors/verdict.js'
import type { JsonObject } from '../../core/json/json.js'
import type { Stage } from '../../core/stream/stage.js'

/** An answer folded to one object. */
export interface FoldedAnswer {
  readonly type: 'folded'
  /**
   * The object that the API would have returned without streaming. If the answer is incomplete, the object has what has arrived, and
   * ends with `incomplete` (true), `verdict`, and `error` if the stream had one.
   */
  readonly object: JsonObject
  /** The name of the dialect of its first chunk; undefined if only an error arrived. */
  readonly dialect: string | undefined
  readonly verdict: Verdict
  /** True if it can be sent back to the API: the answer is accepted and every chunk could be read. */
  readonly isUsable: boolean
  /** The conversation turn of each choice. */
  readonly turns: readonly ConversationTurn[]
}

interface FoldState {
  dialect: string | undefined
  assembler: Assembler | undefined
  assembly: Assembly | undefined
  /** An error object that belongs to no dialect. */
  error: unknown
}

/**
 * Folds the answers in a byte stream. Yields each answer as one object when it ends, followed by its `answer-end`. An answer without
 * a chunk has no object. The first chunk of an answer determines its dialect. Throws `too_large` under the same conditions as
 * `parseAnswers`.
 */
export function foldAnswers(
  dialects: readonly Dialect[],
  options: Omit<ParseOptions, 'clock'> = {},
): Stage<Uint8Array, FoldedAnswer | AnswerEnd> {
  const assemblers = new Map(dialects.map(({ name, assembler }) => [name, assembler]))
  const answers = parseSourcedAnswers(dialects, options)
  let answer = newAnswer()

  function* read(events: Iterable<AnswerEvent>): Generator<FoldedAnswer | AnswerEnd> {
    for (const event of events) {
      if (event.type !== 'answer-end') applyEvent(event)
      else {
        yield* close(event)
        yield event
      }
    }
  }

  function applyEvent(event: Exclude<AnswerEvent, AnswerEnd>) {
    if ((event.type !== 'chunk' && event.type !== 'error-line') || !event.source) return
    const { json, dialect } = event.source
    if (dialect === undefined) {
      answer.error ??= json['error'] || json
      return
    }
    const assembler = assemblers.get(dialect)
    // Impossible in TypeScript, but a caller in JavaScript can pass a dialect without an assembler.
    if (!assembler) throw new TypeError(`the dialect "${dialect}" has no assembler`)
    answer.dialect ??= dialect
    answer.assembler ??= assembler
    answer.assembly ??= assembler.start()
    if (assembler === answer.assembler) answer.assembly.push(json, event.type === 'chunk' ? event.deltas : [])
  }

  function* close({ verdict, accepted, formatError }: AnswerEnd): Generator<FoldedAnswer> {
    const { dialect, assembler, assembly, error } = answer
    answer = newAnswer()
    if (!assembly && error === undefined) return
    const isUsable = accepted && !formatError
    const value = assembly?.value(isUsable) ?? {}
    const object = isWhole(verdict) && !formatError ? value : incomplete(value, verdict, error)
    yield { type: 'folded', dialect, object, verdict, isUsable, turns: assembler?.turns(value) ?? [] }
  }

  return { push: (bytes) => read(answers.push(bytes)), end: () => read(answers.end()) }
}

function newAnswer(): FoldState {
  return { dialect: undefined, assembler: undefined, assembly: undefined, error: undefined }
}

/** Marks the object of an incomplete answer. The mark, the verdict and the error are the last keys. */
function incomplete(value: JsonObject, verdict: Verdict, topLevelError: unknown): JsonObject {
  const { error: ownError, ...rest } = value
  const error = ownError || topLevelError
  return error ? { ...rest, incomplete: true, verdict, error } : { ...value, incomplete: true, verdict }
}
