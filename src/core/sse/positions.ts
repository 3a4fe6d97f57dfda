import { detectFormat } from './detect.js'
import type { SseItem } from './item.js'
import { MAX_EVENT_BYTES } from '../text/size.js'
import type { Stage } from '../stream/stage.js'
import { checkedUtf8, type CheckedText } from '../text/utf8.js'

/** A line end of a stream. */
export type LineEnd = 'LF' | 'CRLF' | 'CR'

/** An item or a finding about a line, with its line number, counted from 1. The line of an event is the first line of its block. */
export type Located = { readonly line: number } & (
  | { readonly kind: 'item'; readonly item: SseItem }
  /** The line contains bytes that are not UTF-8. */
  | { readonly kind: 'bad-utf8' }
  /** The line end differs from the one of the previous line. */
  | { readonly kind: 'line-end'; readonly end: LineEnd; readonly before: LineEnd }
)

/** Matches a line with its end, or as much of both as has arrived. */
const LINE = /[^\r\n]+(?:\r\n|[\r\n])?|\r\n|[\r\n]/g

/** Parses bytes as `events` does, and adds line numbers and findings about lines (see `Located`). Throws as `events` does. */
export function withPositions(maxEventBytes = MAX_EVENT_BYTES): Stage<Uint8Array, Located> {
  const decoder = checkedUtf8()
  const items = detectFormat(maxEventBytes)
  let line = 1
  /** True if the line is empty so far. */
  let isBlank = true
  let hasBadUtf8 = false
  /** True if the line has its CR, which an LF may follow. */
  let isAfterCr = false
  let lastEnd: LineEnd | undefined
  /** The line in which the unfinished block began. */
  let block: number | undefined

  /** Returns the line of an item. An NDJSON item is complete at the end of its own line, an SSE event at a blank line. */
  function lineOf({ kind }: SseItem): number {
    return kind === 'unterminated' || (kind === 'event' && isBlank) ? (block ?? line) : line
  }

  function* locate(newItems: Iterable<SseItem>): Generator<Located> {
    for (const item of newItems) {
      yield { kind: 'item', line: lineOf(item), item }
      // The parser drops half a block before a trailer.
      if (item.kind === 'trailer') block = undefined
    }
  }

  function* endLine(end: LineEnd): Generator<Located> {
    if (lastEnd !== undefined && lastEnd !== end) yield { kind: 'line-end', line, end, before: lastEnd }
    lastEnd = end
    if (isBlank) block = undefined
    isBlank = true
    hasBadUtf8 = false
    isAfterCr = false
    line++
  }

  /** Reads a line, or a part of one. */
  function* take(piece: string): Generator<Located> {
    if (isAfterCr) {
      // Push the LF although the line is already complete: for NDJSON the line only ends here.
      if (piece === '\n') yield* locate(items.push(piece))
      yield* endLine(piece === '\n' ? 'CRLF' : 'CR')
      if (piece === '\n') return
    }
    if (isBlank && !/^[\r\n]/.test(piece)) {
      isBlank = false
      if (!piece.startsWith(':')) block ??= line
    }
    yield* locate(items.push(piece))
    if (piece.endsWith('\r')) isAfterCr = true
    else if (piece.endsWith('\n')) yield* endLine(piece.endsWith('\r\n') ? 'CRLF' : 'LF')
  }

  function* read({ text, isUtf8 }: CheckedText): Generator<Located> {
    if (isUtf8) {
      for (const piece of text.match(LINE) ?? []) yield* take(piece)
      return
    }
    // A CR before this text ended another line.
    if (isAfterCr) yield* endLine('CR')
    if (!hasBadUtf8) yield { kind: 'bad-utf8', line }
    hasBadUtf8 = true
    yield* take(text)
  }

  return {
    *push(bytes) {
      for (const piece of decoder.push(bytes)) yield* read(piece)
    },
    *end() {
      for (const piece of decoder.end()) yield* read(piece)
      if (isAfterCr) yield* endLine('CR')
      yield* locate(items.end())
    },
  }
}
