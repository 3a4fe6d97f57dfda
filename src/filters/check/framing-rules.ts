import { plural } from '../../core/text/plural.js'
import { excerpt, stringOf } from '../../core/json/json.js'
import { reportOnce, type Rule } from './rule.js'

/** Rules for lines, blocks and data, independent of their meaning. */
export const FRAMING_RULES: readonly Rule[] = [
  {
    name: 'bad-utf8',
    what: 'A line contains invalid UTF-8: a character was cut, or the text is in another encoding.',
    start: () => ({
      'bad-utf8': () => 'the line contains invalid UTF-8, which readers replace with U+FFFD',
    }),
  },
  {
    name: 'mixed-line-ends',
    what: 'The line endings change: something rewrote a part of the stream.',
    start() {
      const once = reportOnce()
      return {
        'line-end': ({ end, before }) => once(`the line ends with ${end}, the previous line with ${before}`),
      }
    },
  },
  {
    name: 'no-last-blank-line',
    what: 'The stream ends inside a block: parsers drop an event if no blank line follows it.',
    start: () => ({
      item: ({ item }) =>
        item.kind === 'unterminated' ? 'no blank line follows the last block, so parsers drop it' : undefined,
    }),
  },
  {
    name: 'unknown-field',
    what: 'A line has a field that is not defined in SSE (data, event, id and retry are): parsers ignore it.',
    start: () => ({
      item: ({ item }) =>
        item.kind === 'unknown-field'
          ? `"${item.field.slice(0, 60)}" is not a field of SSE, so parsers ignore the line`
          : undefined,
    }),
  },
  {
    name: 'comment-as-data',
    what: 'The data is a comment (`data: : …`): clients parse it as an event and fail.',
    start: () => ({
      item: ({ item }) =>
        item.kind === 'event' && item.data.startsWith(':')
          ? 'the data is a comment, which clients try to parse'
          : undefined,
    }),
  },
  {
    name: 'bad-json',
    what: 'The data is neither JSON nor an end marker, or a line of NDJSON is not in the format of `sse-parse`.',
    start: () => ({
      invalid({ data }) {
        if (data === undefined) return 'the line is not in the format of sse-parse'
        if (data.startsWith('data:')) return 'the data begins with "data:", so it was wrapped twice'
        return `the data is neither JSON nor an end marker (${plural(data.length, 'character')})`
      },
    }),
  },
  {
    name: 'event-name',
    what: 'The event name differs from the `type` in the data: clients that dispatch by name miss the event.',
    start: () => ({
      chunk({ json, event }) {
        const type = stringOf(json['type']) ?? ''
        const requiresName =
          /^(?:message|content_block)_/.test(type) || (type.startsWith('response.') && event !== 'message')
        return requiresName && event !== type
          ? `the event name is "${excerpt(event)}", but the type is "${type}"`
          : undefined
      },
    }),
  },
]
