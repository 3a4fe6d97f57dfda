import type { AnswerDelta } from '../../core/answer/delta.js'
import type { AnswerEnd } from '../../core/answer/event.js'
import { StreamError } from '../../core/errors/error.js'
import { valuesAt, type JsonPart, type JsonPath } from '../../core/json/path.js'
import { jsonStart } from '../../core/json/start.js'
import { jsonTokens, type JsonToken } from '../../core/json/tokens.js'
import { chain } from '../../core/stream/stage.js'
import { jsonText, type JsonSource } from './json-text.js'

/** What is wanted of the JSON in an answer. */
export interface JsonQuery {
  readonly choice?: number | undefined
  readonly source?: JsonSource | undefined
  /** The values at this path, each as soon as it is whole; without one the whole value, when the answer is whole too. */
  readonly path?: JsonPath | undefined
  /** Leaves out what stands around the JSON. */
  readonly extract?: boolean | undefined
  readonly maxBytes?: number | undefined
  /** What is given of an answer that isn't accepted: nothing, a value that is whole, or the value so far. `nothing` is the default. */
  readonly unaccepted?: 'nothing' | 'whole' | 'so-far' | undefined
}

/** The JSON of one answer. */
export interface AnswerJson {
  /** The values that are whole with this. */
  push(delta: AnswerDelta): Iterable<JsonPart>
  /** What is left to give if the answer ended so. */
  end(end: AnswerEnd): Iterable<JsonPart>
  /** The whole value, once it is there. */
  document(): JsonPart | undefined
  /** The JSON of the whole value so far. */
  partial(): string | undefined
  /** What is wrong with the JSON, as far as the answer's own failure doesn't tell it. */
  failure(): StreamError | undefined
}

const SHORT = { length: 'the answer was cut at the token limit', filtered: 'the answer was refused or filtered' }

export function answerJson(wanted: JsonQuery): AnswerJson {
  const { choice = 0, source = { from: 'text' }, path, extract = false, maxBytes, unaccepted = 'nothing' } = wanted
  const textOf = jsonText(source, choice)
  const reader = jsonTokens({ ignoresRest: extract, maxBytes })
  const tokens = extract ? chain(jsonStart(), reader) : reader
  const whole = valuesAt([])
  const parts = path && valuesAt(path)
  let document: JsonPart | undefined
  let failure: StreamError | undefined

  function* read(all: () => Iterable<JsonToken>): Generator<JsonPart> {
    if (failure) return
    try {
      for (const token of all()) {
        for (const part of whole.push(token)) document = part
        if (parts) yield* parts.push(token)
      }
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      failure = error
    }
  }

  /** What is missing in JSON that is whole. */
  function missing(): StreamError | undefined {
    const isAny = path?.some(({ kind }) => kind === 'any') ?? true
    return isAny || parts?.isThere() ? undefined : new StreamError('bad_data', 'the JSON has nothing at this path')
  }

  function valueSoFar(): JsonPart[] {
    const text = document?.text ?? whole.soFar()
    return text === undefined ? [] : [{ text, pointer: '' }]
  }

  return {
    push(delta) {
      const text = textOf(delta)
      return text === '' ? [] : read(() => tokens.push(text))
    },
    *end({ verdict, accepted, formatError }) {
      // The last number of an answer that was cut may be cut, too.
      if (verdict === 'complete') yield* read(() => tokens.end())
      const isTaken = accepted && verdict === 'truncated' && source.from === 'text'
      const isShort = verdict === 'length' || verdict === 'filtered'
      const isUsable = accepted && !formatError
      if (unaccepted === 'so-far' && !(isUsable && document)) yield* valueSoFar()
      if (verdict !== 'complete' && !isShort && !isTaken) return
      if (!document && isShort) failure ??= new StreamError(verdict, `the JSON is not whole: ${SHORT[verdict]}`)
      if (!document && isTaken)
        failure ??= new StreamError('truncated', 'the JSON is not whole, and the answer has no end mark')
      failure ??= missing()
      if (document && !parts && !failure && (isUsable || unaccepted === 'whole')) yield document
    },
    document: () => document,
    partial: () => (parts ? undefined : whole.soFar()),
    failure: () => failure,
  }
}
