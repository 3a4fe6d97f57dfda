import { parseAnswers, type ParseOptions } from '../../core/answer/answers.js'
import type { Dialect } from '../../core/answer/delta.js'
import type { Assembler, Assembly, ConversationTurn } from '../../core/answer/assembler.js'
import type { JsonObject } from '../../core/json/json.js'
import type { Judgement, NextAnswer } from '../../core/answer/judge.js'
import type { ParsedEvent } from '../../core/answer/parse-events.js'
import type { Stage } from '../../core/stream/stage.js'
import { isWhole, worseVerdict, type Verdict } from '../../core/errors/verdict.js'

/** An answer as one object. */
export interface Folded {
  /**
   * What the call without a stream would have returned; of an answer that isn't whole what came of it, and last `incomplete`
   * (true), `verdict`, and `error` where the stream told one.
   */
  readonly object: JsonObject
  readonly verdict: Verdict
  /** Whether it can be sent back: it is whole, or was taken as it is, and all that came of it could be read. */
  readonly isUsable: boolean
  /** What each of its choices adds to a conversation. */
  readonly turns: readonly ConversationTurn[]
}

/** One answer so far. */
interface Answer {
  fold: Assembler | undefined
  folding: Assembly | undefined
  /** An error that stands alone. */
  error: unknown
  /** Whether a part of it couldn't be read. */
  isMisread: boolean
}

/**
 * Bytes to answers, each as one object when it is over; of a stream without a chunk there is none. The form of its first chunk
 * is the form of an answer. Throws `too_large` as `events` does, when what came before it is given.
 */
export function fold(
  dialects: readonly Dialect[],
  options: Omit<ParseOptions, 'clock' | 'sources'> = {},
): Stage<Uint8Array, Folded> & Judgement {
  const judged = parseAnswers(dialects, { ...options, sources: true })
  let answer = newAnswer()

  function* read(all: Iterable<ParsedEvent | NextAnswer>): Generator<Folded> {
    try {
      for (const reading of all) {
        if (reading.type === 'next') yield* close()
        else take(reading, answer)
      }
    } catch (failure) {
      yield* over(worseVerdict('truncated', judged.verdict()), false)
      throw failure
    }
  }

  function close(): Generator<Folded> {
    return over(judged.closed() ?? judged.verdict(), judged.usable())
  }

  /** An answer is over. */
  function* over(verdict: Verdict, isTaken: boolean): Generator<Folded> {
    const { fold: form, folding, error, isMisread } = answer
    answer = newAnswer()
    if (!folding && error === undefined) return
    const isUsable = isTaken && !isMisread
    const value = folding?.value(isUsable) ?? {}
    const object = isWhole(verdict) && !isMisread ? value : marked(value, verdict, error)
    yield { object, verdict, isUsable, turns: form?.turns(value) ?? [] }
  }

  return {
    ...judged,
    push: (bytes) => read(judged.push(bytes)),
    *end() {
      yield* read(judged.end())
      yield* close()
    },
  }
}

function newAnswer(): Answer {
  return { fold: undefined, folding: undefined, error: undefined, isMisread: false }
}

function take(reading: ParsedEvent, answer: Answer) {
  if (reading.type === 'invalid') answer.isMisread = true
  if ((reading.type !== 'chunk' && reading.type !== 'error-line') || !reading.source) return
  const { json, dialect } = reading.source
  if (!dialect) answer.error ??= json['error'] || json
  else if (dialect.assembler) {
    answer.fold ??= dialect.assembler
    answer.folding ??= answer.fold.start()
    if (dialect.assembler === answer.fold) answer.folding.push(json)
  }
}

/** What is wrong with an answer comes last. */
function marked(value: JsonObject, verdict: Verdict, bare: unknown): JsonObject {
  const { error: own, ...rest } = value
  const error = own || bare
  return error ? { ...rest, incomplete: true, verdict, error } : { ...value, incomplete: true, verdict }
}
