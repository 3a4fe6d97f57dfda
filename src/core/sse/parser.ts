import { createParser } from 'eventsource-parser'
import { StreamError } from '../errors/error.js'
import { commentItem } from './comment.js'
import type { SseItem } from './item.js'
import { excerpt } from '../json/json.js'
import { lines } from '../text/lines.js'
import { isOver, MAX_EVENT_BYTES } from '../text/size.js'
import type { Stage } from '../stream/stage.js'

const FIELDS = ['data', 'event', 'id', 'retry']
const LONGEST_PREFIX = 'retry: '.length
/** How much is kept of the name of a field that nobody knows. */
const LONGEST_NAME = 60
const [LF, SPACE, COLON] = [10, 32, 58]
const TRAILER = 'or-stream status='
/** Not in any text but UTF-16: control characters other than those of layout (BEL to CR) and ESC, which colours output. */
const BINARY = /[\0-\u0006\u000e-\u001a\u001c-\u001f]/
const UTF_16 = /^(?:\ufffd{2})?(?:(?:[^\0]\0){2}|(?:\0[^\0]){2})/

/**
 * Text to items, after "Interpreting an event stream" of the HTML standard (section 9.2.6).
 *
 * Throws `too_large` when one event's data is over `maxEventBytes`; a longer line of any other kind is dropped, and needs no
 * memory. Input in which nothing but unknown fields stands (a web page, a binary) gives an `unreadable` item at its end.
 */
export function sse(maxEventBytes = MAX_EVENT_BYTES): Stage<string, SseItem> {
  let items: SseItem[] = []
  let atEnd = false
  /** What one event has more of than it may. */
  let tooLarge: string | undefined
  /** How many characters have come of the event that is open, and how many lines of data. */
  let openLength = 0
  let dataLines = 0
  let isStream = false
  let stray: string | undefined
  let isBinary = false

  const bytes = `${maxEventBytes} bytes`
  // The text of an event is kept as a chain of its lines, each of which takes some 60 bytes.
  const maxDataLines = Math.max(1000, Math.floor(maxEventBytes / 16))
  const isShort = (text: string) => text.length <= maxEventBytes
  const parser = createParser({
    maxBufferSize: maxEventBytes,
    onEvent({ event = 'message', data, id }) {
      if (isOver(data, maxEventBytes)) tooLarge = bytes
      if (tooLarge !== undefined) return
      const named = isShort(event) ? event : 'message'
      if (atEnd) items.push({ kind: 'unterminated', event: named, data })
      else items.push({ kind: 'event', event: named, data, ...(id === undefined || !isShort(id) ? {} : { id }) })
    },
    onComment(comment) {
      if (tooLarge === undefined && isShort(comment)) items.push({ kind: 'comment', comment })
    },
    onRetry(retry) {
      if (tooLarge === undefined && Number.isSafeInteger(retry)) items.push({ kind: 'retry', retry })
    },
    onError({ type, line = '' }) {
      if (type === 'max-buffer-size-exceeded') tooLarge = bytes
      else if (type === 'unknown-field' && tooLarge === undefined) items.push(strayOf(line, isShort(line)))
    },
  })
  // The parser takes its first text for Latin-1 and would strip three characters that look like a BOM there.
  parser.feed('')

  const whole = lines(maxEventBytes + LONGEST_PREFIX)

  /** Feeds whole lines, one by one where the event may grow over a bound: after that one nothing more is taken, however the text is cut. */
  function feed(text: string) {
    const isFar = openLength + text.length <= maxEventBytes / 4
    for (const piece of isFar ? [text] : text.split(/(?<=\n)/)) {
      if (piece === '' || tooLarge !== undefined) return
      // The parser makes an Error of each unknown field, whose stack takes ten times as long as all else.
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

  /** Whole lines: a block that is plain is read here, any other by the parser. */
  function feedLines(text: string) {
    for (let at = 0; at < text.length;) {
      const isPlace = openLength === 0 && tooLarge === undefined && text.length <= maxEventBytes / 4
      const plain = isPlace ? plainBlock(text, at) : undefined
      if (plain) items.push(plain.item)
      const blank = plain ? -1 : text.indexOf('\n\n', at)
      const end = plain?.end ?? (blank === -1 ? text.length : blank + 2)
      if (!plain) feedBlock(text.slice(at, end))
      at = end
    }
  }

  /** A trailer ends the stream that it stands in: an event before it that has no blank line is dropped. */
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

  function* taken(): Generator<SseItem> {
    const ready = items
    items = []
    for (const item of ready) {
      if (item.kind === 'unknown-field' && item.field !== 'error') {
        stray ??= item.field
        isBinary ||= !isStream && !UTF_16.test(stray) && BINARY.test(item.field + item.value)
      } else if (item.kind !== 'comment' && item.kind !== 'trailer') isStream = true
      yield item
    }
    if (tooLarge !== undefined)
      throw new StreamError('too_large', `an event has more than ${tooLarge}; raise --max-event-bytes`)
  }

  return {
    *push(text) {
      feedLines(whole.push(text))
      const overlong = whole.overlong()
      if (overlong !== undefined) {
        if (isField(overlong, 'data')) tooLarge = bytes
        else if (!isKnown(overlong)) items.push(strayOf(overlong, false))
      }
      yield* taken()
    },
    *end() {
      const cut = whole.rest()
      atEnd = true
      // Only now may an unfinished line count, and only as data: what is left of a comment or a retry may not be all of it.
      if (isField(cut, 'data') && !isShort(cut)) tooLarge = bytes
      else if (isField(cut, 'data') || isField(cut, 'event')) feed(`${cut}\n`)
      else if (!isKnown(cut) && !FIELDS.some((field) => field.startsWith(cut))) items.push(strayOf(cut, true))
      feed('\n')
      yield* taken()
      if (!isStream && stray !== undefined) {
        yield {
          kind: 'invalid',
          why: `this is not an event stream: ${isBinary ? 'it is binary data' : excerpt(stray)}`,
        }
      }
    },
  }
}

/**
 * What a block is that is one line of data, perhaps under one with its name, or a comment alone; and where it ends. That is nearly
 * every block, and the parser would take as long for it as all else that is done with it.
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

/** The value of a field, without one leading space. */
function valueOf(text: string, from: number, end: number): string {
  return text.slice(text.charCodeAt(from) === SPACE ? from + 1 : from, end)
}

/** How many lines of data there are in whole lines, from the start of one. */
function dataLinesIn(text: string, from: number): number {
  let count = text.startsWith('data', from) ? 1 : 0
  for (let at = text.indexOf('\ndata', from); at !== -1; at = text.indexOf('\ndata', at + 1)) count++
  return count
}

function isField(line: string, field: string): boolean {
  return line.startsWith(`${field}:`) || line === field
}

/** Whether the line is a comment or a field of the standard. */
function isKnown(line: string): boolean {
  return line.startsWith(':') || FIELDS.some((field) => isField(line, field))
}

/** A line of another field; of one that isn't whole the value is left out. */
function strayOf(line: string, isWhole: boolean): SseItem {
  const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? []
  return { kind: 'unknown-field', field: field.slice(0, LONGEST_NAME), value: isWhole ? value : '' }
}
