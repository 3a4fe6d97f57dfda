import type { Chunk } from '../delta.js'
import { matchRun, type Run } from './template.js'
import { inferTemplate, type SseBlock } from './infer-template.js'
import type { SseEvent, SseItem } from '../../sse/item.js'
import { isKeepAlive, type EventParser } from '../parse-events.js'
import { singleDelta, withWords, type SingleDeltaChunk } from './text-chunk.js'
import type { Stage } from '../../stream/stage.js'

/** Chunks in a row that said the same but for their words, as one. */
export interface Repeated {
  readonly kind: 'repeated'
  /** It has the words of all of them, and their `count`. */
  readonly chunk: Chunk
  readonly t?: number
}

/** The frame that is known. */
interface Cached {
  readonly chunk: SingleDeltaChunk
  /** With what its texts begin. */
  readonly start: string
  rowAt(text: string, at: number): Run | undefined
}

/** More than this of a block isn't held, for it is looked at again with each piece that comes. */
const LONGEST_HELD = 4096
/** A longer block is not worth the search for its frame. */
export const LONGEST_REPEATED = 64 * 1024
/** A frame of fewer blocks than this was not worth the search. */
const WORTHWHILE = 4
/** How many blocks go by without another search, at the most. */
const LONGEST_PAUSE = 64

/**
 * A short cut around a step from text to items. Nearly every chunk of an answer repeats the one before it to the letter, around
 * the string that is its words, and is known by that (`frameOf`); so it isn't parsed. Any other block goes through the step.
 *
 * A block begins behind an empty line, where nothing of an earlier one is open. None goes by here that is over `maxEventBytes`.
 */
export function repeats(
  items: Stage<string, SseItem>,
  reader: EventParser,
  maxEventBytes: number,
): Stage<string, SseItem | Repeated> {
  // A character takes three bytes at the most.
  const longest = Math.min(LONGEST_REPEATED, Math.floor(maxEventBytes / 3))
  let isAtStart = true
  let known: Cached | undefined
  /** The beginning of a block that may be of the frame. */
  let held = ''
  let last: SseBlock | undefined
  let [repeated, pause, left] = [0, 0, 0]

  /** Searches the frame of a block that wasn't known, behind one of its kind; the less often, the less came of it. */
  function search(text: string, { data, event }: SseEvent) {
    const chunk = isKeepAlive(data, event) ? undefined : singleDelta(reader.data(data, event))
    const before = last
    last = chunk && { text, data, event, chunk }
    if (!last || before?.chunk.deltas[0].type !== last.chunk.deltas[0].type) return
    if (repeated >= WORTHWHILE) pause = left = 0
    if (left-- > 0) return
    left = pause
    pause = Math.min(2 * pause + 1, LONGEST_PAUSE)
    const frame = inferTemplate(last, before, reader.object)
    if (!frame) return
    known = { chunk: last.chunk, start: frame.literals[0] ?? '', rowAt: matchRun(frame, longest) }
    repeated = 0
  }

  /** A block, or a part of one. */
  function* through(text: string): Generator<SseItem> {
    const isWhole = isAtStart && text.endsWith('\n\n') && text.length <= longest
    isAtStart = text.endsWith('\n\n')
    let first: SseItem | undefined
    let count = 0
    for (const item of items.push(text)) {
      first ??= item
      count++
      yield item
    }
    // Whoever read the event has done so by now.
    if (isWhole && count === 1 && first?.kind === 'event') search(text, first)
  }

  /** Whether more text may make a block of the frame of what there is of one. */
  function mayBecome(text: string): boolean {
    if (!isAtStart || !known || text.endsWith('\n\n') || text.length > Math.min(longest, LONGEST_HELD)) return false
    // With other line ends it may be whole.
    if (text.includes('\r')) return false
    return text.slice(0, known.start.length) === known.start.slice(0, text.length)
  }

  function* read(text: string, from: number): Generator<SseItem | Repeated> {
    for (let at = from; at < text.length;) {
      const row = isAtStart ? known?.rowAt(text, at) : undefined
      if (row && known) {
        repeated += row.count
        yield { kind: 'repeated', chunk: { ...withWords(known.chunk, row.words), count: row.count } }
        at = row.end
        continue
      }
      const end = endOfBlock(text, at) ?? text.length
      const block = text.slice(at, end)
      if (mayBecome(block)) held = block
      else yield* through(block)
      at = end
    }
  }

  return {
    *push(text) {
      if (held === '') {
        yield* read(text, 0)
        return
      }
      // Only this block is joined: to join all of it would copy all of it.
      const isHalf = held.endsWith('\n') && text.startsWith('\n')
      const end = isHalf ? 1 : (endOfBlock(text, 0) ?? text.length)
      const block = held + text.slice(0, end)
      held = ''
      yield* read(block, 0)
      yield* read(text, end)
    },
    *end() {
      yield* through(held)
      yield* items.end()
    },
  }
}

/** Behind the empty line that ends the block at a place. */
function endOfBlock(text: string, at: number): number | undefined {
  const blank = text.indexOf('\n\n', at)
  return blank === -1 ? undefined : blank + 2
}
