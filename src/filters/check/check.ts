import type { Dialect } from '../../core/answer/delta.js'
import type { SseItem } from '../../core/sse/item.js'
import type { JsonObject } from '../../core/json/json.js'
import { judge, type Judgement, type Policy } from '../../core/answer/judge.js'
import { withPositions, type Located } from '../../core/sse/positions.js'
import { parseEvents, type ParsedEvent } from '../../core/answer/parse-events.js'
import { MAX_EVENT_BYTES } from '../../core/text/size.js'
import { chain, type Stage } from '../../core/stream/stage.js'
import { worseVerdict, type Verdict } from '../../core/errors/verdict.js'
import { oneLine } from '../../core/text/terminal.js'
import type { Rule, Sight, Watch } from './rule.js'
import { RULES } from './rules.js'
import { secretIn, withoutSecrets } from '../../core/secrets/shapes.js'

/** Something that is wrong with a stream. */
export interface Finding {
  /** The line of the stream where its block begins, counted from 1. */
  readonly line: number
  /** The name of the rule. */
  readonly rule: string
  /** One sentence, in which no secret stands. */
  readonly message: string
}

export interface CheckOptions extends Policy {
  readonly maxEventBytes?: number | undefined
  /** The rules that are looked at; without them all there are. */
  readonly rules?: readonly Rule[]
}

/** Bytes to findings, and at the end what the judge says. `verdict` is the worst of all answers in the stream. */
export interface Check extends Stage<Uint8Array, Finding>, Omit<Judgement, 'id' | 'closed' | 'usable'> {
  /** How many data events came, the end mark among them. */
  events(): number
}

/** So many findings of one rule are told of one stream; what comes after them is counted. */
const MOST_TOLD = 20

/**
 * Looks at a stream as it comes, SSE or the NDJSON of `sse-parse`, with every rule. Input in which there is nothing of a
 * stream has no findings, for its failure says it all. Throws `too_large` as `events` does.
 */
export function check(dialects: readonly Dialect[], options: CheckOptions = {}): Check {
  const { maxEventBytes = MAX_EVENT_BYTES, rules = RULES, ...policy } = options
  const lines = withPositions(maxEventBytes)
  const judged = judge(policy)
  /** The JSON of the chunk that is read, heard from the dialects. */
  let json = NO_JSON
  const heard = dialects.map((dialect) => ({
    name: dialect.name,
    read(chunk: JsonObject, event: string) {
      json = chunk
      return dialect.read(chunk, event)
    },
  }))
  const answers = chain(parseEvents(heard), judged)
  const watched = lookout(rules, maxEventBytes)
  /** Findings that wait for the first sign of a stream; undefined once it has come. */
  let waiting: Finding[] | undefined = []
  let events = 0
  let lastLine = 1
  let worst: Verdict = 'complete'

  function say(sight: Sight): readonly Finding[] {
    const found = watched.look(sight)
    if (!waiting) return found
    waiting.push(...found)
    return []
  }

  function* release(): Generator<Finding> {
    const held = waiting ?? []
    waiting = undefined
    yield* held
  }

  /** An answer is over. */
  function* close(): Generator<Finding> {
    const verdict = judged.closed() ?? judged.verdict()
    worst = worseVerdict(worst, verdict)
    yield* say({ kind: 'over', line: lastLine, verdict })
  }

  function* see(item: SseItem, line: number): Generator<Finding> {
    if (waiting && isSign(item)) yield* release()
    const found = secretOf(item)
    // Nobody sees it from here on, so that no message can repeat it; of a line that can't be read an excerpt may hold a part.
    const clean = found === undefined && item.kind !== 'invalid' ? item : withoutIts(item)
    let reading: ParsedEvent | undefined
    json = NO_JSON
    for (const one of answers.push(clean)) {
      if (one.type === 'next') yield* close()
      else reading = one
    }
    yield* say({ kind: 'item', line, item: clean })
    if (reading) {
      if (reading.type !== 'error-line') events++
      lastLine = line
      yield* sights(reading, clean, line)
    }
    if (found !== undefined) yield* say({ kind: 'secret', line, found })
  }

  function* sights(reading: ParsedEvent, item: SseItem, line: number): Generator<Finding> {
    const isEvent = item.kind === 'event' || item.kind === 'unterminated'
    if (reading.type === 'done') yield* say({ kind: 'done', line })
    else if (reading.type === 'invalid') yield* say({ kind: 'invalid', line, data: isEvent ? item.data : undefined })
    else if (reading.type === 'chunk' && isEvent)
      yield* say({ kind: 'chunk', line, json, chunk: reading, event: item.event })
  }

  function* read(all: Iterable<Located>): Generator<Finding> {
    for (const one of all) {
      if (one.kind === 'item') yield* see(one.item, one.line)
      else yield* say(one)
    }
  }

  return {
    push: (bytes) => read(lines.push(bytes)),
    *end() {
      yield* read(lines.end())
      for (const _ of answers.end());
      yield* close()
      if (waiting && judged.misread()) return
      yield* release()
      yield* watched.rest()
    },
    verdict: () => worseVerdict(worst, judged.verdict()),
    events: () => events,
    warnings: judged.warnings,
    failure: judged.failure,
    misread: judged.misread,
  }
}

/** The rules at work on one stream. */
interface Lookout {
  look(sight: Sight): readonly Finding[]
  /** What was not told for being too much of the same. */
  rest(): Finding[]
}

const NO_JSON: JsonObject = {}

function lookout(rules: readonly Rule[], bound: number): Lookout {
  const watches = rules.map(({ name, watch }) => ({ rule: name, watch: watch(bound), count: 0, last: 0 }))

  return {
    look(sight) {
      const found: Finding[] = []
      for (const one of watches) {
        const message = said(one.watch, sight)
        if (message === undefined) continue
        one.count++
        one.last = sight.line
        if (one.count <= MOST_TOLD) found.push({ line: sight.line, rule: one.rule, message: oneLine(message) })
      }
      return found
    },
    rest: () =>
      watches
        .filter(({ count }) => count > MOST_TOLD)
        .map(({ rule, count, last }) => ({
          line: last,
          rule,
          message: `${count - MOST_TOLD} more, the last of them here`,
        })),
  }
}

function said(watch: Watch, sight: Sight): string | undefined {
  // The types don't know that a kind picks the look that is made for it.
  const look = watch[sight.kind] as ((sight: Sight) => string | undefined) | undefined
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
