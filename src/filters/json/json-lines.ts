import { plural } from '../../core/text/plural.js'
import { moreSevere, StreamError } from '../../core/errors/error.js'
import type { JsonPart, JsonPath } from '../../core/json/path.js'
import type { AnswerEnd, AnswerEvent } from '../../core/answer/event.js'
import type { Outcome } from '../../core/stream/output.js'
import type { Stage } from '../../core/stream/stage.js'
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
export interface Json extends Stage<AnswerEvent, string | Outcome> {
  /** The JSON of the value so far; undefined before it begins, when it is whole, and if a path is wanted. */
  soFar(): string | undefined
}

/** How many violations of the schema are reported; the others are counted. */
const MAX_VIOLATIONS = 20

/**
 * Events to lines of JSON, spelled as the model spelled it: what is wanted of each answer, one value a line, and at the end how the
 * answers and their JSON ended. A value that is cut is never printed, nor one that violates the schema.
 */
export function json(wanted: JsonWanted, schema?: Checker): Json {
  const { path } = wanted
  const partSchema = schema?.at(path ?? [])
  const violations = new Set<string>()
  const warnings: string[] = []
  let answer = answerJson(wanted)
  /** What failed of the answers, and of their JSON. */
  let failed: StreamError | undefined
  let bad: StreamError | undefined

  function isGood(checker: Checker | undefined, { text, pointer }: JsonPart): boolean {
    const found = checker?.check(JSON.parse(text), pointer) ?? []
    for (const one of found) violations.add(oneLine(`${one.pointer === '' ? '' : `${one.pointer}: `}${one.message}`))
    return found.length === 0
  }

  function* lines(parts: Iterable<JsonPart>): Generator<string> {
    for (const part of parts) if (isGood(partSchema, part)) yield `${part.text}\n`
  }

  function* close(end: AnswerEnd): Generator<string> {
    yield* lines(answer.end(end.verdict))
    const document = answer.document()
    // The violations of a part are in the set already.
    if (path && document) isGood(schema, document)
    failed = moreSevere(failed, end.failure)
    warnings.push(...end.warnings)
    bad ??= answer.failure()
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
      // Why JSON is cut is reported as its failure.
      const known = bad && bad.code !== 'bad_data' ? [] : warnings
      const more = violations.size - MAX_VIOLATIONS
      for (const warning of [...known, ...[...violations].slice(0, MAX_VIOLATIONS)]) yield { warning }
      if (more > 0) yield { warning: `and ${more} more` }
      const failure = moreSevere(failed, bad ?? violated())
      if (failure) yield { failure }
    },
    soFar: () => answer.soFar(),
  }
}
