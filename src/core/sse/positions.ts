import { detectFormat } from './detect.js'
import type { SseItem } from './item.js'
import { MAX_EVENT_BYTES } from '../text/size.js'
import type { Stage } from '../stream/stage.js'
import { checkedUtf8, type Checked } from '../text/utf8.js'

export type LineEnd = 'LF' | 'CRLF' | 'CR'

/** Something seen in a stream, and its line, counted from 1: of an event the one with which its block begins. */
export type Located = { readonly line: number } & (
  | { readonly kind: 'item'; readonly item: SseItem }
  /** The line has bytes that are no UTF-8. */
  | { readonly kind: 'bad-utf8' }
  /** The line ends in another way than the line before it. */
  | { readonly kind: 'line-end'; readonly end: LineEnd; readonly before: LineEnd }
)

/** A line with its end, as far as both are there. */
const LINE = /[^\r\n]+(?:\r\n|[\r\n])?|\r\n|[\r\n]/g

/** Bytes to the items that `events` gives, each with its line, and to what can be seen of the lines alone. Throws as `events` does. */
export function withPositions(maxEventBytes = MAX_EVENT_BYTES): Stage<Uint8Array, Located> {
  const decoded = checkedUtf8()
  const items = detectFormat(maxEventBytes)
  let line = 1
  /** Whether nothing has come of this line yet. */
  let isBlank = true
  let isBad = false
  /** Whether the line has its CR, which a LF may follow. */
  let afterCr = false
  let lastEnd: LineEnd | undefined
  /** Where the block began that is open. */
  let block: number | undefined

  /** Where an item stands: one of NDJSON comes with a line of its own, an event of SSE with a blank one. */
  function placeOf({ kind }: SseItem): number {
    return kind === 'unterminated' || (kind === 'event' && isBlank) ? (block ?? line) : line
  }

  function* found(given: Iterable<SseItem>): Generator<Located> {
    for (const item of given) {
      yield { kind: 'item', line: placeOf(item), item }
      // The parser drops half a block before a trailer.
      if (item.kind === 'trailer') block = undefined
    }
  }

  function* endLine(end: LineEnd): Generator<Located> {
    if (lastEnd !== undefined && lastEnd !== end) yield { kind: 'line-end', line, end, before: lastEnd }
    lastEnd = end
    if (isBlank) block = undefined
    isBlank = true
    isBad = false
    afterCr = false
    line++
  }

  /** Takes a line, or what there is of one. */
  function* take(piece: string): Generator<Located> {
    if (afterCr) {
      // Handed on though the line is done: a line of NDJSON is not before it.
      if (piece === '\n') yield* found(items.push(piece))
      yield* endLine(piece === '\n' ? 'CRLF' : 'CR')
      if (piece === '\n') return
    }
    if (isBlank && !/^[\r\n]/.test(piece)) {
      isBlank = false
      if (!piece.startsWith(':')) block ??= line
    }
    yield* found(items.push(piece))
    if (piece.endsWith('\r')) afterCr = true
    else if (piece.endsWith('\n')) yield* endLine(piece.endsWith('\r\n') ? 'CRLF' : 'LF')
  }

  function* read({ text, isUtf8 }: Checked): Generator<Located> {
    if (isUtf8) {
      for (const piece of text.match(LINE) ?? []) yield* take(piece)
      return
    }
    // A CR before it ended another line.
    if (afterCr) yield* endLine('CR')
    if (!isBad) yield { kind: 'bad-utf8', line }
    isBad = true
    yield* take(text)
  }

  return {
    *push(bytes) {
      for (const piece of decoded.push(bytes)) yield* read(piece)
    },
    *end() {
      for (const piece of decoded.end()) yield* read(piece)
      if (afterCr) yield* endLine('CR')
      yield* found(items.end())
    },
  }
}
