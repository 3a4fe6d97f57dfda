import type { SseEvent, SseItem } from '../../sse/item.js'
import type { Clock } from '../../sse/timestamps.js'
import type { Stage } from '../../stream/stage.js'
import type { ParsedEvent } from '../event.js'
import { itemParser, type EventParser } from '../parse-events.js'
import { inferTemplate, type SseBlock } from './infer-template.js'
import { matchRun, type Run } from './template.js'
import { singleDelta, withWords, type SingleDeltaChunk } from './text-chunk.js'

/** The last inferred template. */
interface Cached {
  readonly chunk: SingleDeltaChunk
  /** The literal with which every block of the template begins. */
  readonly start: string
  runAt(text: string, at: number): Run | undefined
}

/** A longer part of a block is not held back, because every new chunk would compare it again. */
const MAX_HELD = 4096
/** No template is inferred for a longer block. */
const MAX_BLOCK = 64 * 1024
/** A template that matched fewer blocks was not worth its search. */
const MIN_HITS = 4
/** The maximum number of blocks that pass without another search. */
const MAX_PAUSE = 64

export interface RepeatOptions {
  readonly maxEventBytes: number
  /** Sets the time of chunks that are matched here. */
  readonly clock?: Clock | undefined
}

/**
 * Fast path from text to events. Almost every chunk equals the previous one except for its words; such a block is matched against a
 * template (see `inferTemplate`) and never parsed, and blocks in a row become one chunk. Everything else goes through `items` and
 * `parser`. Only blocks that start at a block boundary and are within `maxEventBytes` are matched.
 */
export function repeats(
  items: Stage<string, SseItem>,
  parser: EventParser,
  { maxEventBytes, clock }: RepeatOptions,
): Stage<string, ParsedEvent> {
  const { parse, skip } = itemParser(parser)
  // A UTF-16 unit takes at most three bytes in UTF-8.
  const longest = Math.min(MAX_BLOCK, Math.floor(maxEventBytes / 3))
  let isAtStart = true
  let cached: Cached | undefined
  /** The beginning of a block that may match the template. */
  let held = ''
  let last: SseBlock | undefined
  let [hits, pause, skipsLeft] = [0, 0, 0]

  /** Tries to infer a template from a block that did not match and the previous block. Backs off while templates keep failing. */
  function search(text: string, { data, event }: SseEvent, parsed: ParsedEvent | undefined) {
    const chunk = singleDelta(parsed)
    const before = last
    last = chunk && { text, data, event, chunk }
    if (!last || before?.chunk.deltas[0].type !== last.chunk.deltas[0].type) return
    if (hits >= MIN_HITS) pause = skipsLeft = 0
    if (skipsLeft-- > 0) return
    skipsLeft = pause
    pause = Math.min(2 * pause + 1, MAX_PAUSE)
    const template = inferTemplate(last, before, parser.object)
    if (!template) return
    cached = { chunk: last.chunk, start: template.literals[0] ?? '', runAt: matchRun(template, longest) }
    hits = 0
  }

  /** Parses a block, or a part of one. */
  function* parseBlock(text: string): Generator<ParsedEvent> {
    const isWhole = isAtStart && text.endsWith('\n\n') && text.length <= longest
    isAtStart = text.endsWith('\n\n')
    let first: { readonly item: SseItem; readonly event: ParsedEvent | undefined } | undefined
    let count = 0
    for (const item of items.push(text)) {
      const event = parse(item)
      first ??= { item, event }
      count++
      if (event) yield event
    }
    if (isWhole && count === 1 && first?.item.kind === 'event') search(text, first.item, first.event)
  }

  /** Returns true if more text may make the text a block of the template. */
  function mayMatch(text: string): boolean {
    if (!isAtStart || !cached || text.endsWith('\n\n') || text.length > Math.min(longest, MAX_HELD)) return false
    // With other line ends the block may be complete already.
    if (text.includes('\r')) return false
    return text.slice(0, cached.start.length) === cached.start.slice(0, text.length)
  }

  function* read(text: string, from: number): Generator<ParsedEvent> {
    for (let at = from; at < text.length;) {
      const run = isAtStart ? cached?.runAt(text, at) : undefined
      if (run && cached) {
        hits += run.count
        skip(run.count)
        const chunk = { ...withWords(cached.chunk, run.words), count: run.count }
        yield clock ? { ...chunk, t: clock() } : chunk
        at = run.end
        continue
      }
      const end = endOfBlock(text, at) ?? text.length
      const block = text.slice(at, end)
      if (mayMatch(block)) held = block
      else yield* parseBlock(block)
      at = end
    }
  }

  return {
    *push(text) {
      if (held === '') {
        yield* read(text, 0)
        return
      }
      // Concatenate this block only: concatenating the whole text would copy it.
      const isHalf = held.endsWith('\n') && text.startsWith('\n')
      const end = isHalf ? 1 : (endOfBlock(text, 0) ?? text.length)
      const block = held + text.slice(0, end)
      held = ''
      yield* read(block, 0)
      yield* read(text, end)
    },
    *end() {
      yield* parseBlock(held)
      for (const item of items.end()) {
        const event = parse(item)
        if (event) yield event
      }
    },
  }
}

/** Returns the offset after the empty line that ends the block at `at`. */
function endOfBlock(text: string, at: number): number | undefined {
  const blank = text.indexOf('\n\n', at)
  return blank === -1 ? undefined : blank + 2
}
