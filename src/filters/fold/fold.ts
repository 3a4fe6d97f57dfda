import { parseAnswers, type ParseOptions } from '../../core/answer/answers.js'
import type { Assembler, Assembly, ConversationTurn } from '../../core/answer/assembler.js'
import type { Dialect } from '../../core/answer/dialect.js'
import type { AnswerEnd, AnswerEvent } from '../../core/answer/event.js'
import { isWhole, type Verdict } from '../../core/errors/verdict.js'
import type { JsonObject } from '../../core/json/json.js'
import type { Stage } from '../../core/stream/stage.js'

/** An answer as one object. */
export interface Folded {
  readonly type: 'folded'
  /**
   * The object that the call without a stream would have returned. If the answer is not whole: what came of it, and last `incomplete`
   * (true), `verdict`, and `error` if the stream had one.
   */
  readonly object: JsonObject
  /** The name of the dialect of its first chunk; undefined if only an error arrived. */
  readonly dialect: string | undefined
  readonly verdict: Verdict
  /** Whether it can be sent back: it is accepted, and all of it could be read. */
  readonly isUsable: boolean
  /** What each of its choices adds to a conversation. */
  readonly turns: readonly ConversationTurn[]
}

/** One answer so far. */
interface FoldState {
  dialect: string | undefined
  assembler: Assembler | undefined
  assembly: Assembly | undefined
  /** An error outside any dialect. */
  error: unknown
}

/**
 * Bytes to answers, each as one object when it has ended, followed by its end. An answer without a chunk has no object. The dialect of
 * its first chunk is the dialect of the answer. Throws `too_large` as `parseAnswers` does.
 */
export function fold(
  dialects: readonly Dialect[],
  options: Omit<ParseOptions, 'clock' | 'sources'> = {},
): Stage<Uint8Array, Folded | AnswerEnd> {
  const assemblers = new Map(dialects.map(({ name, assembler }) => [name, assembler]))
  const answers = parseAnswers(dialects, { ...options, sources: true })
  let answer = newAnswer()

  function* read(events: Iterable<AnswerEvent>): Generator<Folded | AnswerEnd> {
    for (const event of events) {
      if (event.type !== 'answer-end') take(event)
      else {
        yield* close(event)
        yield event
      }
    }
  }

  function take(event: Exclude<AnswerEvent, AnswerEnd>) {
    if ((event.type !== 'chunk' && event.type !== 'error-line') || !event.source) return
    const { json, dialect } = event.source
    if (dialect === undefined) {
      answer.error ??= json['error'] || json
      return
    }
    const assembler = assemblers.get(dialect)
    // The types rule it out, but JavaScript can bring half a dialect.
    if (!assembler) throw new TypeError(`the dialect "${dialect}" has no assembler`)
    answer.dialect ??= dialect
    answer.assembler ??= assembler
    answer.assembly ??= assembler.start()
    if (assembler === answer.assembler) answer.assembly.push(json, event.type === 'chunk' ? event.deltas : [])
  }

  function* close({ verdict, accepted, formatError }: AnswerEnd): Generator<Folded> {
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

/** Marks the object of an answer that is not whole; what is wrong with it comes last. */
function incomplete(value: JsonObject, verdict: Verdict, topLevel: unknown): JsonObject {
  const { error: own, ...rest } = value
  const error = own || topLevel
  return error ? { ...rest, incomplete: true, verdict, error } : { ...value, incomplete: true, verdict }
}
