import { plural } from '../../core/text/plural.js'
import { excerpt, stringOf } from '../../core/json/json.js'
import { reportOnce, type Rule } from './rule.js'

/** What can be wrong with lines, blocks and data, whatever they say. */
export const FRAMING_RULES: readonly Rule[] = [
  {
    name: 'bad-utf8',
    what: 'A line has bytes that are no UTF-8: a character was cut, or the text is in another encoding.',
    start: () => ({
      'bad-utf8': () => 'the line has bytes that are no UTF-8; every reader puts U+FFFD in their place',
    }),
  },
  {
    name: 'mixed-line-ends',
    what: 'Lines end in more than one way: something rewrote a part of the stream.',
    start() {
      const once = reportOnce()
      return {
        'line-end': ({ end, before }) => once(`the line ends with ${end}, the line before it with ${before}`),
      }
    },
  },
  {
    name: 'no-last-blank-line',
    what: 'The stream ends inside a block: parsers drop an event that has no blank line after it.',
    start: () => ({
      item: ({ item }) =>
        item.kind === 'unterminated' ? 'the last block has no blank line after it, so that parsers drop it' : undefined,
    }),
  },
  {
    name: 'unknown-field',
    what: 'A line has a field that SSE does not know (it knows data, event, id and retry): parsers ignore it.',
    start: () => ({
      item: ({ item }) =>
        item.kind === 'unknown-field'
          ? `"${item.field.slice(0, 60)}" is no field of SSE, so that parsers ignore the line`
          : undefined,
    }),
  },
  {
    name: 'comment-as-data',
    what: 'A comment stands in data (`data: : …`), where clients take it for an event and fail on it.',
    start: () => ({
      item: ({ item }) =>
        item.kind === 'event' && item.data.startsWith(':')
          ? 'the data is a comment, which clients try to parse'
          : undefined,
    }),
  },
  {
    name: 'bad-json',
    what: 'Data is neither JSON nor an end mark, or a line of NDJSON is none of `sse-parse`.',
    start: () => ({
      invalid({ data }) {
        if (data === undefined) return 'this is no line of sse-parse'
        if (data.startsWith('data:')) return 'the data begins with "data:" again: it was wrapped twice'
        return `the data is neither JSON nor an end mark (${plural(data.length, 'character')})`
      },
    }),
  },
  {
    name: 'event-name',
    what: 'The name of an event is not the `type` of its data: clients that go by names miss it.',
    start: () => ({
      chunk({ json, event }) {
        const type = stringOf(json['type']) ?? ''
        const isNamed =
          /^(?:message|content_block)_/.test(type) || (type.startsWith('response.') && event !== 'message')
        return isNamed && event !== type
          ? `the event has the name "${excerpt(event)}" and the type "${type}"`
          : undefined
      },
    }),
  },
]
