import { chain, type Stage } from '../../core/stream/stage.js'
import type { AnswerEnd, AnswerEvent } from '../../core/answer/event.js'
import type { Dialect } from '../../core/answer/dialect.js'
import { judge, type Policy } from '../../core/answer/judge.js'
import { parseSourcedEvents } from '../../core/answer/parse-events.js'
import { moreSevere, StreamError } from '../../core/errors/error.js'
import { worseVerdict, type Verdict } from '../../core/errors/verdict.js'
import { secretIn, withoutSecrets } from '../../core/secrets/shapes.js'
import type { SseItem } from '../../core/sse/item.js'
import { withPositions, type Located } from '../../core/sse/positions.js'
import { MAX_EVENT_BYTES } from '../../core/text/size.js'
import { plural } from '../../core/text/plural.js'
import { oneLine } from '../../core/text/terminal.js'
import type { Rule, LintEvent, RuleVisitor } from './rule.js'
import { RULES } from './rules.js'

/** A problem that a rule found in a stream. */
export interface Finding {
  readonly type: 'finding'
  /** The line, counted from 1, on which the SSE block begins. For NDJSON, the line itself. */
  readonly line: number
  /** The name of the rule. */
  readonly rule: string
  /** One sentence, without any secret. */
  readonly message: string
}

/** The result for a stream as a whole. It is the last output, also if a failure ends the stream early. */
export interface CheckSummary {
  readonly type: 'summary'
  /** The worst verdict of the answers in the stream. */
  readonly verdict: Verdict
  /** Number of data events, including end markers. */
  readonly events: number
  readonly failure: StreamError | undefined
  /** Set if data could not be read, even if another failure is more severe. */
  readonly formatError: StreamError | undefined
  readonly warnings: readonly string[]
}

/** Options of `check`: the policy for failures, the largest event, and the rules. */
export interface CheckOptions extends Policy {
  readonly maxEventBytes?: number | undefined
  /** The rules to apply (default: all). */
  readonly rules?: readonly Rule[]
}

/** Maximum number of findings to report per rule and stream; the rest are only counted. */
const MAX_FINDINGS = 20

/**
 * Applies every rule to a stream as it arrives: SSE, or the NDJSON of `sse-parse`. Input that does not look like a stream has no
 * findings, only a failure. Throws `too_large` under the same conditions as `events`, after the summary.
 */
export function check(
  dialects: readonly Dialect[],
  options: CheckOptions = {},
): Stage<Uint8Array, Finding | CheckSummary> {
  const { maxEventBytes = MAX_EVENT_BYTES, rules = RULES, ...policy } = options
  const lines = withPositions(maxEventBytes)
  const judging = judge(policy)
  const answers = chain(parseSourcedEvents(dialects), judging)
  const runner = ruleRunner(rules, maxEventBytes)
  /** Findings held back until the input proves to be a stream; undefined from then on. */
  let heldFindings: Finding[] | undefined = []
  let events = 0
  let lastLine = 1
  const ends: AnswerEnd[] = []

  function visit(event: LintEvent): readonly Finding[] {
    const found = runner.visit(event)
    if (!heldFindings) return found
    heldFindings.push(...found)
    return []
  }

  function* release(): Generator<Finding> {
    const held = heldFindings ?? []
    heldFindings = undefined
    yield* held
  }

  function* close(end: AnswerEnd): Generator<Finding> {
    ends.push(end)
    yield* visit({ kind: 'over', line: lastLine, verdict: end.verdict })
  }

  function* checkItem(item: SseItem, line: number): Generator<Finding> {
    if (heldFindings && isSignOfStream(item)) yield* release()
    const found = secretOf(item)
    // Redact before the rules see the item, so that no message repeats a secret. Invalid items are always redacted, because their excerpt may
    // contain part of a secret.
    const clean = found === undefined && item.kind !== 'invalid' ? item : redact(item)
    let parsed: Exclude<AnswerEvent, AnswerEnd> | undefined
    for (const event of answers.push(clean)) {
      if (event.type === 'answer-end') yield* close(event)
      else parsed = event
    }
    yield* visit({ kind: 'item', line, item: clean })
    if (parsed) {
      if (parsed.type !== 'error-line') events++
      lastLine = line
      yield* visitParsed(parsed, clean, line)
    }
    if (found !== undefined) yield* visit({ kind: 'secret', line, found })
  }

  function* visitParsed(parsed: Exclude<AnswerEvent, AnswerEnd>, item: SseItem, line: number): Generator<Finding> {
    const isEvent = item.kind === 'event' || item.kind === 'unterminated'
    if (parsed.type === 'done') yield* visit({ kind: 'done', line })
    else if (parsed.type === 'invalid') yield* visit({ kind: 'invalid', line, data: isEvent ? item.data : undefined })
    else if (parsed.type === 'chunk' && isEvent)
      yield* visit({ kind: 'chunk', line, json: parsed.source?.json ?? {}, chunk: parsed, event: item.event })
  }

  function* read(all: Iterable<Located>): Generator<Finding> {
    for (const one of all) {
      if (one.kind === 'item') yield* checkItem(one.item, one.line)
      else yield* visit(one)
    }
  }

  function summary(): CheckSummary {
    return {
      type: 'summary',
      verdict: ends.map(({ verdict }) => verdict).reduce(worseVerdict),
      events,
      failure: ends.map(({ failure }) => failure).reduce(moreSevere),
      formatError: ends.find(({ formatError }) => formatError)?.formatError,
      warnings: ends.flatMap(({ warnings }) => warnings),
    }
  }

  function* untilFailure(findings: Iterable<Finding>): Generator<Finding | CheckSummary> {
    try {
      yield* findings
    } catch (error) {
      if (error instanceof StreamError) {
        ends.push(judging.abort(error))
        yield { ...summary(), failure: error, formatError: error }
      }
      throw error
    }
  }

  function* finish(): Generator<Finding> {
    yield* read(lines.end())
    for (const event of answers.end()) if (event.type === 'answer-end') yield* close(event)
    if (heldFindings && ends.at(-1)?.formatError) return
    yield* release()
    yield* runner.finish()
  }

  return {
    push: (bytes) => untilFailure(read(lines.push(bytes))),
    *end() {
      yield* untilFailure(finish())
      yield summary()
    },
  }
}

/** Runs the rules on one stream. */
interface RuleRunner {
  visit(event: LintEvent): readonly Finding[]
  /** Returns one finding for each rule that exceeded `MAX_FINDINGS`, with the number of the unreported findings. */
  finish(): Finding[]
}

function ruleRunner(rules: readonly Rule[], bound: number): RuleRunner {
  const visitors = rules.map(({ name, start }) => ({ rule: name, visitor: start(bound), count: 0, last: 0 }))

  return {
    visit(event) {
      const found: Finding[] = []
      for (const one of visitors) {
        const message = callVisitor(one.visitor, event)
        if (message === undefined) continue
        one.count++
        one.last = event.line
        if (one.count <= MAX_FINDINGS)
          found.push({ type: 'finding', line: event.line, rule: one.rule, message: oneLine(message) })
      }
      return found
    },
    finish: () =>
      visitors
        .filter(({ count }) => count > MAX_FINDINGS)
        .map(({ rule, count, last }) => ({
          type: 'finding' as const,
          line: last,
          rule,
          message: `${plural(count - MAX_FINDINGS, 'more finding')}, the last one on this line`,
        })),
  }
}

function callVisitor(visitor: RuleVisitor, event: LintEvent): string | undefined {
  // TypeScript cannot infer that `event.kind` selects the callback for this type of event.
  const callback = visitor[event.kind] as ((event: LintEvent) => string | undefined) | undefined
  return callback?.(event)
}

/** Returns true if the item proves that the input is a stream. Findings before the first such item may be noise. */
function isSignOfStream({ kind, ...item }: SseItem): boolean {
  return kind === 'event' || kind === 'unterminated' || kind === 'retry' || ('field' in item && item.field === 'error')
}

function secretOf(item: SseItem): string | undefined {
  for (const text of Object.values(item)) {
    const found = typeof text === 'string' ? secretIn(text) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** Returns the item with the secrets in all of its strings redacted. */
function redact<Item extends SseItem>(item: Item): Item {
  const texts = Object.entries(item).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return { ...item, ...Object.fromEntries(texts.map(([key, text]) => [key, withoutSecrets(text)])) }
}
