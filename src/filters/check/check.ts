import { chain, type Stage } from '../../core/stream/stage.js'
import type { AnswerEnd, AnswerEvent } from '../../core/answer/event.js'
import type { Dialect } from '../../core/answer/dialect.js'
import { judge, type Policy } from '../../core/answer/judge.js'
import { parseEvents } from '../../core/answer/parse-events.js'
import { moreSevere, StreamError } from '../../core/errors/error.js'
import { worseVerdict, type Verdict } from '../../core/errors/verdict.js'
import { secretIn, withoutSecrets } from '../../core/secrets/shapes.js'
import type { SseItem } from '../../core/sse/item.js'
import { withPositions, type Located } from '../../core/sse/positions.js'
import { MAX_EVENT_BYTES } from '../../core/text/size.js'
import { oneLine } from '../../core/text/terminal.js'
import type { Rule, LintEvent, RuleVisitor } from './rule.js'
import { RULES } from './rules.js'

/** Something that is wrong with a stream. */
export interface Finding {
  readonly type: 'finding'
  /** The line of the stream on which its block begins, counted from 1. */
  readonly line: number
  /** The name of the rule. */
  readonly rule: string
  /** One sentence, without any secret. */
  readonly message: string
}

/** What there is to say about a stream as a whole. Comes last, also before a failure that ends the stream early. */
export interface CheckSummary {
  readonly type: 'summary'
  /** The worst verdict on an answer in the stream. */
  readonly verdict: Verdict
  /** How many data events came, end markers included. */
  readonly events: number
  readonly failure: StreamError | undefined
  /** Set if data could not be read, whatever else failed. */
  readonly formatError: StreamError | undefined
  readonly warnings: readonly string[]
}

/** Options of `check`: the policy for failures, the largest event, and the rules. */
export interface CheckOptions extends Policy {
  readonly maxEventBytes?: number | undefined
  /** The rules to apply (default: all). */
  readonly rules?: readonly Rule[]
}

/** How many findings of one rule are reported for a stream; the others are counted. */
const MAX_FINDINGS = 20

/**
 * Applies every rule to a stream as it comes, SSE or the NDJSON of `sse-parse`. Input without any sign of a stream has no findings,
 * because its failure says it all. Throws `too_large` as `events` does, after the summary.
 */
export function check(
  dialects: readonly Dialect[],
  options: CheckOptions = {},
): Stage<Uint8Array, Finding | CheckSummary> {
  const { maxEventBytes = MAX_EVENT_BYTES, rules = RULES, ...policy } = options
  const lines = withPositions(maxEventBytes)
  const judging = judge(policy)
  const answers = chain(parseEvents(dialects, { sources: true }), judging)
  const watched = ruleRunner(rules, maxEventBytes)
  /** Findings that wait for the first sign of a stream; undefined once it has come. */
  let waiting: Finding[] | undefined = []
  let events = 0
  let lastLine = 1
  const ends: AnswerEnd[] = []

  function say(sight: LintEvent): readonly Finding[] {
    const found = watched.visit(sight)
    if (!waiting) return found
    waiting.push(...found)
    return []
  }

  function* release(): Generator<Finding> {
    const held = waiting ?? []
    waiting = undefined
    yield* held
  }

  function* close(end: AnswerEnd): Generator<Finding> {
    ends.push(end)
    yield* say({ kind: 'over', line: lastLine, verdict: end.verdict })
  }

  function* see(item: SseItem, line: number): Generator<Finding> {
    if (waiting && isSign(item)) yield* release()
    const found = secretOf(item)
    // No message can repeat a secret that is removed here; the excerpt of a line that can't be read may hold a part of one.
    const clean = found === undefined && item.kind !== 'invalid' ? item : withoutIts(item)
    let parsed: Exclude<AnswerEvent, AnswerEnd> | undefined
    for (const event of answers.push(clean)) {
      if (event.type === 'answer-end') yield* close(event)
      else parsed = event
    }
    yield* say({ kind: 'item', line, item: clean })
    if (parsed) {
      if (parsed.type !== 'error-line') events++
      lastLine = line
      yield* sights(parsed, clean, line)
    }
    if (found !== undefined) yield* say({ kind: 'secret', line, found })
  }

  function* sights(parsed: Exclude<AnswerEvent, AnswerEnd>, item: SseItem, line: number): Generator<Finding> {
    const isEvent = item.kind === 'event' || item.kind === 'unterminated'
    if (parsed.type === 'done') yield* say({ kind: 'done', line })
    else if (parsed.type === 'invalid') yield* say({ kind: 'invalid', line, data: isEvent ? item.data : undefined })
    else if (parsed.type === 'chunk' && isEvent)
      yield* say({ kind: 'chunk', line, json: parsed.source?.json ?? {}, chunk: parsed, event: item.event })
  }

  function* read(all: Iterable<Located>): Generator<Finding> {
    for (const one of all) {
      if (one.kind === 'item') yield* see(one.item, one.line)
      else yield* say(one)
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

  function* rest(): Generator<Finding> {
    yield* read(lines.end())
    for (const event of answers.end()) if (event.type === 'answer-end') yield* close(event)
    if (waiting && ends.at(-1)?.formatError) return
    yield* release()
    yield* watched.rest()
  }

  return {
    push: (bytes) => untilFailure(read(lines.push(bytes))),
    *end() {
      yield* untilFailure(rest())
      yield summary()
    },
  }
}

/** The rules at work on one stream. */
interface RuleRunner {
  visit(sight: LintEvent): readonly Finding[]
  /** What was not told for being too much of the same. */
  rest(): Finding[]
}

function ruleRunner(rules: readonly Rule[], bound: number): RuleRunner {
  const watches = rules.map(({ name, start: watch }) => ({ rule: name, watch: watch(bound), count: 0, last: 0 }))

  return {
    visit(sight) {
      const found: Finding[] = []
      for (const one of watches) {
        const message = said(one.watch, sight)
        if (message === undefined) continue
        one.count++
        one.last = sight.line
        if (one.count <= MAX_FINDINGS)
          found.push({ type: 'finding', line: sight.line, rule: one.rule, message: oneLine(message) })
      }
      return found
    },
    rest: () =>
      watches
        .filter(({ count }) => count > MAX_FINDINGS)
        .map(({ rule, count, last }) => ({
          type: 'finding' as const,
          line: last,
          rule,
          message: `${count - MAX_FINDINGS} more, the last of them here`,
        })),
  }
}

function said(watch: RuleVisitor, sight: LintEvent): string | undefined {
  // The types don't know that a kind picks the look that is made for it.
  const look = watch[sight.kind] as ((sight: LintEvent) => string | undefined) | undefined
  return look?.(sight)
}

/** Whether an item shows that this is a stream: what is found before that may be noise. */
function isSign({ kind, ...item }: SseItem): boolean {
  return kind === 'event' || kind === 'unterminated' || kind === 'retry' || ('field' in item && item.field === 'error')
}

function secretOf(item: SseItem): string | undefined {
  for (const text of Object.values(item)) {
    const found = typeof text === 'string' ? secretIn(text) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** The item with the secrets out of sight in all of its texts. */
function withoutIts<Item extends SseItem>(item: Item): Item {
  const texts = Object.entries(item).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return { ...item, ...Object.fromEntries(texts.map(([key, text]) => [key, withoutSecrets(text)])) }
}
