import { createParser } from 'eventsource-parser'
import { StreamError } from './errors.js'
import type { SseItem } from './item.js'
import { excerpt } from './json.js'
import type { Stage } from './stage.js'

/** The default bound of one event's data, 16 MiB. */
export const MAX_EVENT_BYTES = 16 * 1024 * 1024

const LONGEST_PREFIX = 'retry: '.length

/**
 * Text to items, after "Interpreting an event stream" of the HTML standard (section 9.2.6).
 *
 * Input in which nothing but unknown fields stands (a web page, a binary) gives an `unreadable` item at its end.
 * Throws `too_large` when one event's data is over `maxEventBytes`; a comment over it is dropped, a line of an unknown
 * field needs no memory at all.
 */
export function sse(maxEventBytes = MAX_EVENT_BYTES): Stage<string, SseItem> {
  let items: SseItem[] = []
  let atEnd = false
  let tooLarge = false
  let isStream = false
  let stray: string | undefined

  const parser = createParser({
    maxBufferSize: maxEventBytes,
    onEvent({ event = 'message', data, id }) {
      if (isOver(data, maxEventBytes)) tooLarge = true
      if (tooLarge) return
      if (atEnd) items.push({ kind: 'pending', event, data })
      else items.push(id === undefined ? { kind: 'event', event, data } : { kind: 'event', event, data, id })
    },
    onComment(comment) {
      if (comment.length <= maxEventBytes) items.push({ kind: 'comment', comment })
    },
    onRetry(retry) {
      if (Number.isSafeInteger(retry)) items.push({ kind: 'retry', retry })
    },
    onError({ type, field = '', value = '' }) {
      if (type === 'max-buffer-size-exceeded') tooLarge = true
      else if (type === 'unknown-field') items.push({ kind: 'stray', field, value })
    },
  })
  // The parser takes its first text for Latin-1 and would strip three characters that look like a BOM there.
  parser.feed('')

  const lines = wholeLines(maxEventBytes + LONGEST_PREFIX)

  function* taken(): Generator<SseItem> {
    const ready = items
    items = []
    for (const item of ready) {
      if (item.kind === 'stray' && item.field !== 'error') stray ??= item.field
      else if (item.kind !== 'comment') isStream = true
      yield item
    }
    if (tooLarge)
      throw new StreamError('too_large', `an event has more than ${maxEventBytes} bytes; raise --max-event-bytes`)
  }

  return {
    *push(text) {
      for (const whole of lines.push(text)) {
        parser.feed(whole)
        yield* taken()
      }
      tooLarge ||= lines.tooLong()
      yield* taken()
    },
    *end() {
      const cut = lines.rest()
      atEnd = true
      // Only now may an unfinished line count, and only as data: what is left of a comment or a retry may not be all of it.
      if (isField(cut, 'data') || isField(cut, 'event')) parser.feed(`${cut}\n`)
      else if (!isStart(cut)) items.push({ kind: 'stray', field: cut, value: '' })
      parser.feed('\n')
      yield* taken()
      if (!isStream && stray !== undefined)
        yield { kind: 'unreadable', why: `this is not an event stream: ${excerpt(stray)}` }
    },
  }
}

/** Gives text on as whole lines that end in LF (from LF, CRLF or CR), and holds what is incomplete, up to `bound` characters. */
function wholeLines(bound: number) {
  let held: string[] = []
  let heldLength = 0
  let afterCr = false
  let skipping = false

  function release(): string {
    const line = held.join('')
    held = []
    heldLength = 0
    return line
  }

  return {
    *push(text: string): Generator<string> {
      const start = afterCr && text.startsWith('\n') ? text.slice(1) : text
      if (text !== '') afterCr = text.endsWith('\r')
      const normal = start.includes('\r') ? start.replace(/\r\n?/g, '\n') : start
      const end = normal.lastIndexOf('\n') + 1
      if (end === 0) {
        if (skipping) return
        held.push(normal)
        heldLength += normal.length
      } else {
        // The first line end closes the held line; what was skipped of it leaves nothing behind.
        const from = skipping ? normal.indexOf('\n') + 1 : 0
        skipping = false
        const whole = normal.slice(from, end)
        if (heldLength > 0) held.push(whole)
        yield heldLength > 0 ? release() : whole
        if (end < normal.length) {
          held.push(normal.slice(end))
          heldLength = normal.length - end
        }
      }
      if (heldLength > bound && !isBounded(held[0] ?? '')) {
        release()
        skipping = true
      }
    },
    tooLong: () => heldLength > bound,
    rest: () => release(),
  }

  function isBounded(first: string): boolean {
    const start = first.length > LONGEST_PREFIX ? first : held.slice(0, LONGEST_PREFIX).join('')
    return FIELDS.some((field) => isField(start, field))
  }
}

const FIELDS = ['data', 'event', 'id', 'retry']

function isField(line: string, field: string): boolean {
  return line.startsWith(`${field}:`) || line === field
}

/** Whether the line may still become a comment or a known field. */
function isStart(line: string): boolean {
  return line.startsWith(':') || FIELDS.some((field) => isField(line, field) || field.startsWith(line))
}

function isOver(data: string, bytes: number): boolean {
  // A UTF-16 unit takes one to three bytes of UTF-8: only what lies between is worth the encoding.
  if (data.length > bytes) return true
  return data.length * 3 > bytes && new TextEncoder().encode(data).length > bytes
}
