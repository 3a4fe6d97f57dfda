import { plural } from '../../core/text/plural.js'
import { StreamError } from '../../core/errors/error.js'
import type { JsonPart, JsonPath } from '../../core/json/path.js'
import type { Judgement, NextAnswer } from '../../core/answer/judge.js'
import type { ParsedEvent } from '../../core/answer/parse-events.js'
import type { Stage } from '../../core/stream/stage.js'
import { worse } from '../../core/errors/codes.js'
import { oneLine } from '../../core/text/terminal.js'
import { answerJson, type JsonWanted } from './answer-json.js'

/** Where a value is not as its schema has it, by JSON pointer. */
export interface Violation {
  readonly pointer: string
  readonly message: string
}

/** A schema to check values with. */
export interface Checker {
  /** Checks a value that lies at a JSON pointer. */
  check(value: unknown, pointer: string): Violation[]
  /** The schema of the values at a path. */
  at(path: JsonPath): Checker
}

/** The JSON of every answer in a stream. */
export interface Json extends Stage<ParsedEvent | NextAnswer, string> {
  /** The JSON of the value so far; undefined before it begins, when it is whole, and where a path is wanted. */
  soFar(): string | undefined
  /** The failure of the answers or of their JSON, whichever weighs more. */
  failure(): StreamError | undefined
  /** What the answers warn of, and what in their JSON is not as the schema has it. */
  warnings(): string[]
}

/** So many violations are told; what comes after them is counted. */
const MOST_TOLD = 20

/**
 * Judged readings to lines of JSON, spelled as the model spelled it: what is wanted of each answer, one value a line. A value that is
 * cut is never given, nor one that is not as its schema has it.
 */
export function json(wanted: JsonWanted, judged: Judgement, schema?: Checker): Json {
  const { path } = wanted
  const partSchema = schema?.at(path ?? [])
  const violations = new Set<string>()
  let answer = answerJson(wanted)
  let bad: StreamError | undefined

  function isGood(checker: Checker | undefined, { text, pointer }: JsonPart): boolean {
    const found = checker?.check(JSON.parse(text), pointer) ?? []
    for (const one of found) violations.add(oneLine(`${one.pointer === '' ? '' : `${one.pointer}: `}${one.message}`))
    return found.length === 0
  }

  function* lines(parts: Iterable<JsonPart>): Generator<string> {
    for (const part of parts) if (isGood(partSchema, part)) yield `${part.text}\n`
  }

  function* close(): Generator<string> {
    yield* lines(answer.end(judged.closed() ?? judged.verdict()))
    const document = answer.document()
    // What was said of a part of it is not said again.
    if (path && document) isGood(schema, document)
    bad ??= answer.failure()
    answer = answerJson(wanted)
  }

  function violated(): StreamError | undefined {
    if (violations.size === 0) return undefined
    return new StreamError('bad_data', `the JSON is not as its schema has it (${plural(violations.size, 'violation')})`)
  }

  return {
    *push(reading) {
      if (reading.type === 'next') yield* close()
      else if (reading.type === 'chunk') for (const delta of reading.deltas) yield* lines(answer.push(delta))
    },
    end: close,
    soFar: () => answer.soFar(),
    failure() {
      const [failed, own] = [judged.failure(), bad ?? violated()]
      if (!failed || !own) return failed ?? own
      return judged.verdict() === 'error' || worse(failed.status, own.status) === failed.status ? failed : own
    },
    warnings() {
      const more = violations.size - MOST_TOLD
      // Why JSON is cut is told as its failure.
      const known = bad && bad.code !== 'bad_data' ? [] : judged.warnings()
      return [...known, ...[...violations].slice(0, MOST_TOLD), ...(more > 0 ? [`and ${more} more`] : [])]
    },
  }
}
