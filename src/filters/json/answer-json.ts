import type { AnswerDelta } from '../../core/answer/delta.js'
import type { AnswerEnd } from '../../core/answer/event.js'
import { StreamError } from '../../core/errors/error.js'
import { valuesAt, type JsonPart, type JsonPath } from '../../core/json/path.js'
import { jsonStart } from '../../core/json/start.js'
import { jsonTokens, type JsonToken } from '../../core/json/tokens.js'
import { chain } from '../../core/stream/stage.js'
import { jsonText, type JsonSource } from './json-text.js'

/** Selects JSON in an answer. */
export interface JsonQuery {
  readonly choice?: number | undefined
  readonly source?: JsonSource | undefined
  /** Print the values at this path, each as soon as it is complete. By default the whole value, once the answer is complete too. */
  readonly path?: JsonPath | undefined
  /** Ignore text around the JSON. */
  readonly extract?: boolean | undefined
  readonly maxBytes?: number | undefined
  /** Output for an answer that is not accepted: nothing (default), only a complete value, or the value so far. */
  readonly unaccepted?: 'nothing' | 'whole' | 'so-far' | undefined
}

/** Reads the JSON of one answer. */
export interface AnswerJson {
  /** Returns the values that this delta completes. */
  push(delta: AnswerDelta): Iterable<JsonPart>
  /** Returns the remaining values, given how the answer ended. */
  end(end: AnswerEnd): Iterable<JsonPart>
  /** Returns the whole value once it is complete. */
  document(): JsonPart | undefined
  /** Returns the JSON of the whole value so far. */
  partial(): string | undefined
  /** Returns the error in the JSON, if the failure of the answer does not already explain it. */
  failure(): StreamError | undefined
}

const CUT_REASONS = { length: 'the answer reached the token limit', filtered: 'the answer was refused or filtered' }

export function answerJson(query: JsonQuery): AnswerJson {
  const { choice = 0, source = { from: 'text' }, path, extract = false, maxBytes, unaccepted = 'nothing' } = query
  const textOf = jsonText(source, choice)
  const reader = jsonTokens({ ignoresRest: extract, maxBytes })
  const tokens = extract ? chain(jsonStart(), reader) : reader
  const wholeValue = valuesAt([])
  const parts = path && valuesAt(path)
  let document: JsonPart | undefined
  let failure: StreamError | undefined

  function* read(tokensOf: () => Iterable<JsonToken>): Generator<JsonPart> {
    if (failure) return
    try {
      for (const token of tokensOf()) {
        for (const part of wholeValue.push(token)) document = part
        if (parts) yield* parts.push(token)
      }
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      failure = error
    }
  }

  /** Returns an error if the JSON is complete but has no value at a path without wildcards. */
  function missingValue(): StreamError | undefined {
    const allowsNone = path?.some(({ kind }) => kind === 'any') ?? true
    return allowsNone || parts?.isThere()
      ? undefined
      : new StreamError('bad_data', 'the JSON has no value at this path')
  }

  function valueSoFar(): JsonPart[] {
    const text = document?.text ?? wholeValue.soFar()
    return text === undefined ? [] : [{ text, pointer: '' }]
  }

  return {
    push(delta) {
      const text = textOf(delta)
      return text === '' ? [] : read(() => tokens.push(text))
    },
    *end({ verdict, accepted, formatError }) {
      // If the answer is cut off, its last number may be cut off too.
      if (verdict === 'complete') yield* read(() => tokens.end())
      const isAcceptedCut = accepted && verdict === 'truncated' && source.from === 'text'
      const isCut = verdict === 'length' || verdict === 'filtered'
      const isUsable = accepted && !formatError
      if (unaccepted === 'so-far' && !(isUsable && document)) yield* valueSoFar()
      if (verdict !== 'complete' && !isCut && !isAcceptedCut) return
      if (!document && isCut) failure ??= new StreamError(verdict, `the JSON is incomplete: ${CUT_REASONS[verdict]}`)
      if (!document && isAcceptedCut)
        failure ??= new StreamError('truncated', 'the JSON is incomplete and the answer has no end marker')
      failure ??= missingValue()
      if (document && !parts && !failure && (isUsable || unaccepted === 'whole')) yield document
    },
    document: () => document,
    partial: () => (parts ? undefined : wholeValue.soFar()),
    failure: () => failure,
  }
}
