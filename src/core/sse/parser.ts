import { createParser } from 'eventsource-parser'
import { StreamError } from '../errors/error.js'
import { commentItem } from './comment.js'
import type { SseItem } from './item.js'
import { excerpt } from '../json/json.js'
import { lines } from '../text/lines.js'
import { isOver, MAX_EVENT_BYTES } from '../text/size.js'
import type { Stage } from '../stream/stage.js'

const FIELDS = ['data', 'event', 'id', 'retry']
const MAX_PREFIX = 'retry: '.length
/** Longer names of unknown fields are cut. */
const MAX_FIELD_NAME = 60
const [LF, SPACE, COLON] = [10, 32, 58]
const TRAILER = 'or-stream status='
/** Control characters that occur in binary data and UTF-16 only: all but those of layout (BEL to CR), and ESC, which colours output. */
const BINARY = /[\0-\u0006\u000e-\u001a\u001c-\u001f]/
const UTF_16 = /^(?:\ufffd{2})?(?:(?:[^\0]\0){2}|(?:\0[^\0]){2})/

/**
 * Parses SSE text into items, as in "Interpreting an event stream" of the HTML standard (section 9.2.6). The text may be split anywhere.
 * Input with only unknown fields, such as a web page or binary data, gives an `invalid` item at its end.
 *
 * `maxEventBytes` limits the data of one event, in bytes of UTF-8 (default 16 MiB). Throws `too_large` if an event exceeds it. A longer
 * line of any other kind is dropped, without being held in memory.
 */
export function sse(maxEventBytes = MAX_EVENT_BYTES): Stage<string, SseItem> {
  let items: SseItem[] = []
  let isAtEnd = false
  /** The limit that an event has exceeded, as text. */
  let tooLarge: string | undefined
  /** The number of characters of the unfinished event; `dataLines` is the number of its data lines. */
  let openLength = 0
  let dataLines = 0
  let isStream = false
  let firstUnknownField: string | undefined
  let isBinary = false

  const bytes = `${maxEventBytes} bytes`
  // The text of an event is kept as a chain of its lines, and each line takes some 60 bytes.
  const maxDataLines = Math.max(1000, Math.floor(maxEventBytes / 16))
  const isShort = (text: string) => text.length <= maxEventBytes
  const parser = createParser({
    maxBufferSize: maxEventBytes,
    onEvent({ event = 'message', data, id }) {
      if (isOver(data, maxEventBytes)) tooLarge = bytes
      if (tooLarge !== undefined) return
      const name = isShort(event) ? event : 'message'
      if (isAtEnd) items.push({ kind: 'unterminated', event: name, data })
      else items.push({ kind: 'event', event: name, data, ...(id === undefined || !isShort(id) ? {} : { id }) })
    },
    onComment(comment) {
      if (tooLarge === undefined && isShort(comment)) items.push({ kind: 'comment', comment })
    },
    onRetry(retry) {
      if (tooLarge === undefined && Number.isSafeInteger(retry)) items.push({ kind: 'retry', retry })
    },
    onError({ type, line = '' }) {
      if (type === 'max-buffer-size-exceeded') tooLarge = bytes
      else if (type === 'unknown-field' && tooLarge === undefined) items.push(unknownField(line, isShort(line)))
    },
  })
  // The parser treats its first text as Latin-1, and would strip three characters that look like a BOM.
  parser.feed('')

  const lineBuffer = lines(maxEventBytes + MAX_PREFIX)

  /**
   * Feeds complete lines to the parser: one by one if the event may exceed a limit, so that reading stops at the same line wherever the
   * text is split.
   */
  function feed(text: string) {
    const isFarBelowLimit = openLength + text.length <= maxEventBytes / 4
    for (const piece of isFarBelowLimit ? [text] : text.split(/(?<=\n)/)) {
      if (piece === '' || tooLarge !== undefined) return
      // The parser creates an Error for each unknown field, and its stack trace takes ten times as long as everything else.
      const { stackTraceLimit } = Error
      Error.stackTraceLimit = 0
      parser.feed(piece)
      Error.stackTraceLimit = stackTraceLimit
      measure(piece)
    }
  }

  function measure(text: string) {
    const blank = text.lastIndexOf('\n\n')
    const start = blank !== -1 ? blank + 2 : text.startsWith('\n') ? 1 : 0
    if (start > 0) openLength = dataLines = 0
    openLength += text.length - start
    dataLines += dataLinesIn(text, start)
    if (dataLines > maxDataLines) tooLarge ??= `${maxDataLines} lines`
  }

  /** Reads complete lines: a plain block directly, any other with the parser. */
  function feedLines(text: string) {
    for (let at = 0; at < text.length;) {
      const mayBePlain = openLength === 0 && tooLarge === undefined && text.length <= maxEventBytes / 4
      const plain = mayBePlain ? plainBlock(text, at) : undefined
      if (plain) items.push(plain.item)
      const blank = plain ? -1 : text.indexOf('\n\n', at)
      const end = plain?.end ?? (blank === -1 ? text.length : blank + 2)
      if (!plain) feedBlock(text.slice(at, end))
      at = end
    }
  }

  /** Feeds a block to the parser. A trailer ends its stream, so an unfinished event before it is dropped. */
  function feedBlock(text: string) {
    let from = 0
    if (text.includes(TRAILER)) {
      for (const { index, 0: line, 1: comment = '' } of text.matchAll(/(?<![^\n]): ?(or-stream status=[^\n]*)\n/g)) {
        const item = commentItem(comment)
        if (item.kind !== 'trailer') continue
        feed(text.slice(from, index))
        parser.reset()
        parser.feed('')
        if (tooLarge === undefined && isShort(comment)) items.push(item)
        from = index + line.length
      }
    }
    feed(text.slice(from))
  }

  function* takeItems(): Generator<SseItem> {
    const ready = items
    items = []
    for (const item of ready) {
      if (item.kind === 'unknown-field' && item.field !== 'error') {
        firstUnknownField ??= item.field
        isBinary ||= !isStream && !UTF_16.test(firstUnknownField) && BINARY.test(item.field + item.value)
      } else if (item.kind !== 'comment' && item.kind !== 'trailer') isStream = true
      yield item
    }
    if (tooLarge !== undefined)
      throw new StreamError('too_large', `an event has more than ${tooLarge}; raise --max-event-bytes`)
  }

  return {
    *push(text) {
      feedLines(lineBuffer.push(text))
      const overlong = lineBuffer.overlong()
      if (overlong !== undefined) {
        if (isField(overlong, 'data')) tooLarge = bytes
        else if (!isKnown(overlong)) items.push(unknownField(overlong, false))
      }
      yield* takeItems()
    },
    *end() {
      const rest = lineBuffer.rest()
      isAtEnd = true
      // Only now may an unfinished line count, and only as data or event name: a comment or a retry may be cut.
      if (isField(rest, 'data') && !isShort(rest)) tooLarge = bytes
      else if (isField(rest, 'data') || isField(rest, 'event')) feed(`${rest}\n`)
      else if (!isKnown(rest) && !FIELDS.some((field) => field.startsWith(rest))) items.push(unknownField(rest, true))
      feed('\n')
      yield* takeItems()
      if (!isStream && firstUnknownField !== undefined) {
        yield {
          kind: 'invalid',
          why: `this is not an event stream: ${isBinary ? 'it is binary data' : excerpt(firstUnknownField)}`,
        }
      }
    },
  }
}

/**
 * Parses a block that is one data line, with or without an event line before it, or one comment; returns undefined for any other.
 * Nearly every block is plain, and the parser would take as long for it as all later steps together.
 */
function plainBlock(text: string, at: number): { readonly item: SseItem; readonly end: number } | undefined {
  const isNamed = text.startsWith('event:', at)
  const from = isNamed ? text.indexOf('\n', at) + 1 : at
  const end = text.indexOf('\n', from)
  if (text.charCodeAt(end + 1) !== LF) return undefined
  if (text.startsWith('data:', from)) {
    const event = (isNamed ? valueOf(text, at + 'event:'.length, from - 1) : '') || 'message'
    return { item: { kind: 'event', event, data: valueOf(text, from + 'data:'.length, end) }, end: end + 2 }
  }
  if (isNamed || text.charCodeAt(from) !== COLON) return undefined
  return { item: commentItem(valueOf(text, from + 1, end)), end: end + 2 }
}

/** Returns the value of a field, without one leading space. */
function valueOf(text: string, from: number, end: number): string {
  return text.slice(text.charCodeAt(from) === SPACE ? from + 1 : from, end)
}

/** Returns the number of data lines in complete lines; `from` is the start of a line. */
function dataLinesIn(text: string, from: number): number {
  let count = text.startsWith('data', from) ? 1 : 0
  for (let at = text.indexOf('\ndata', from); at !== -1; at = text.indexOf('\ndata', at + 1)) count++
  return count
}

function isField(line: string, field: string): boolean {
  return line.startsWith(`${field}:`) || line === field
}

/** Returns true if the line is a comment or a field of the standard. */
function isKnown(line: string): boolean {
  return line.startsWith(':') || FIELDS.some((field) => isField(line, field))
}

/** Returns the item for an unknown field. The value is left out if the line is incomplete. */
function unknownField(line: string, isWhole: boolean): SseItem {
  const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? []
  return { kind: 'unknown-field', field: field.slice(0, MAX_FIELD_NAME), value: isWhole ? value : '' }
}
