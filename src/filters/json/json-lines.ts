import { plural } from '../../core/text/plural.js'
import { moreSevere, StreamError } from '../../core/errors/error.js'
import type { JsonPart, JsonPath } from '../../core/json/path.js'
import type { AnswerEnd, AnswerEvent } from '../../core/answer/event.js'
import type { Outcome } from '../../core/stream/output.js'
import type { Stage } from '../../core/stream/stage.js'
import { oneLine } from '../../core/text/terminal.js'
import { answerJson, type JsonQuery } from './answer-json.js'

/** Where a value is not as its schema has it, by JSON pointer. */
export interface Violation {
  readonly pointer: string
  readonly message: string
}

/** A schema to check values with. */
export interface SchemaValidator {
  /** Checks a value that lies at a JSON pointer. */
  check(value: unknown, pointer: string): Violation[]
  /** The schema of the values at a path. */
  at(path: JsonPath): SchemaValidator
}

/** The JSON of every answer in a stream. */
export interface Json extends Stage<AnswerEvent, string | Outcome> {
  /** The JSON of the value so far; undefined before it begins, when it is whole, and if a path is wanted. */
  partial(): string | undefined
}

/** How many violations of the schema are reported; the others are counted. */
const MAX_VIOLATIONS = 20

/**
 * Writes the JSON of each answer as the model spelled it, one value per line, and reports how the answers and their JSON ended. Leaves out
 * a value that is cut, unless it is wanted, and a value that violates the schema.
 */
export function json(wanted: JsonQuery, schema?: SchemaValidator): Json {
  const { path } = wanted
  const partSchema = schema?.at(path ?? [])
  const violations = new Set<string>()
  let reported = 0
  let answer = answerJson(wanted)
  /** What failed of the answers, and of their JSON. */
  let failed: StreamError | undefined
  let bad: StreamError | undefined

  function isGood(checker: SchemaValidator | undefined, { text, pointer }: JsonPart): boolean {
    const found = checker?.check(JSON.parse(text), pointer) ?? []
    for (const one of found) violations.add(oneLine(`${one.pointer === '' ? '' : `${one.pointer}: `}${one.message}`))
    return found.length === 0
  }

  function* lines(parts: Iterable<JsonPart>): Generator<string> {
    for (const part of parts) if (isGood(partSchema, part)) yield `${part.text}\n`
  }

  function* close(end: AnswerEnd): Generator<string | Outcome> {
    yield* lines(answer.end(end))
    const document = answer.document()
    // The violations of a part are in the set already.
    if (path && document) isGood(schema, document)
    const failure = answer.failure()
    // The failure says already why the JSON is cut.
    const warnings = failure && failure.code !== 'bad_data' ? [] : end.warnings
    for (const warning of [...warnings, ...[...violations].slice(reported, MAX_VIOLATIONS)]) yield { warning }
    reported = Math.min(violations.size, MAX_VIOLATIONS)
    failed = moreSevere(failed, end.failure)
    bad ??= failure
    answer = answerJson(wanted)
  }

  function violated(): StreamError | undefined {
    if (violations.size === 0) return undefined
    return new StreamError('bad_data', `the JSON is not as its schema has it (${plural(violations.size, 'violation')})`)
  }

  return {
    *push(event) {
      if (event.type === 'answer-end') yield* close(event)
      else if (event.type === 'chunk') for (const delta of event.deltas) yield* lines(answer.push(delta))
    },
    *end() {
      const more = violations.size - MAX_VIOLATIONS
      if (more > 0) yield { warning: `and ${more} more` }
      const failure = moreSevere(failed, bad ?? violated())
      if (failure) yield { failure }
    },
    partial: () => answer.partial(),
  }
}
