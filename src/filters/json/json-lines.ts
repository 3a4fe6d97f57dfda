import { plural } from '../../core/text/plural.js'
import { moreSevere, StreamError } from '../../core/errors/error.js'
import type { JsonPart, JsonPath } from '../../core/json/path.js'
import type { AnswerEnd, AnswerEvent } from '../../core/answer/event.js'
import type { Outcome } from '../../core/stream/output.js'
import type { Stage } from '../../core/stream/stage.js'
import { oneLine } from '../../core/text/terminal.js'
import { answerJson, type JsonQuery } from './answer-json.js'

/** A schema violation at a JSON pointer. */
export interface Violation {
  readonly pointer: string
  readonly message: string
}

/** A compiled schema. */
export interface SchemaValidator {
  /** Validates a value; `pointer` is its position in the document. */
  check(value: unknown, pointer: string): Violation[]
  /** Returns the validator for the values at a path. */
  at(path: JsonPath): SchemaValidator
}

/** Writes the JSON of every answer in a stream. */
export interface Json extends Stage<AnswerEvent, string | Outcome> {
  /** Returns the JSON of the value so far, or undefined before its start, once it is complete, and if a path is queried. */
  partial(): string | undefined
}

/** Maximum number of schema violations to report; the rest are only counted. */
const MAX_VIOLATIONS = 20

/**
 * Writes the JSON of each answer exactly as the model wrote it, one value per line, and reports how the answers and their JSON ended.
 * Omits incomplete values, unless the query asks for them, and values that violate the schema.
 */
export function json(query: JsonQuery, schema?: SchemaValidator): Json {
  const { path } = query
  const partSchema = schema?.at(path ?? [])
  const violations = new Set<string>()
  let reported = 0
  let answer = answerJson(query)
  /** The worst failure of the answers, and the first one of their JSON. */
  let answerFailure: StreamError | undefined
  let jsonFailure: StreamError | undefined

  function isValid(validator: SchemaValidator | undefined, { text, pointer }: JsonPart): boolean {
    const violationsFound = validator?.check(JSON.parse(text), pointer) ?? []
    for (const violation of violationsFound)
      violations.add(oneLine(`${violation.pointer === '' ? '' : `${violation.pointer}: `}${violation.message}`))
    return violationsFound.length === 0
  }

  function* lines(parts: Iterable<JsonPart>): Generator<string> {
    for (const part of parts) if (isValid(partSchema, part)) yield `${part.text}\n`
  }

  function* close(end: AnswerEnd): Generator<string | Outcome> {
    yield* lines(answer.end(end))
    const document = answer.document()
    // The violations of the parts are already in the set.
    if (path && document) isValid(schema, document)
    const failure = answer.failure()
    // The failure already explains why the JSON is incomplete.
    const warnings = failure && failure.code !== 'bad_data' ? [] : end.warnings
    for (const warning of [...warnings, ...[...violations].slice(reported, MAX_VIOLATIONS)]) yield { warning }
    reported = Math.min(violations.size, MAX_VIOLATIONS)
    answerFailure = moreSevere(answerFailure, end.failure)
    jsonFailure ??= failure
    answer = answerJson(query)
  }

  function schemaFailure(): StreamError | undefined {
    if (violations.size === 0) return undefined
    return new StreamError('bad_data', `the JSON does not match the schema (${plural(violations.size, 'violation')})`)
  }

  return {
    *push(event) {
      if (event.type === 'answer-end') yield* close(event)
      else if (event.type === 'chunk') for (const delta of event.deltas) yield* lines(answer.push(delta))
    },
    *end() {
      const more = violations.size - MAX_VIOLATIONS
      if (more > 0) yield { warning: `and ${more} more` }
      const failure = moreSevere(answerFailure, jsonFailure ?? schemaFailure())
      if (failure) yield { failure }
    },
    partial: () => answer.partial(),
  }
}
