import { expect, test } from 'vitest'
import { serializeItem, type SerializableItem } from '../../../src/core/sse/serialize.js'
import { StreamError } from '../../../src/core/errors/error.js'
import { events } from '../../../src/core/sse/detect.js'
import { run, utf8Bytes } from '../../support/feed.js'

const event = (data: string, more: { event?: string; id?: string } = {}): SerializableItem => ({
  kind: 'event',
  event: 'message',
  data,
  ...more,
})
const comment = (text: string): SerializableItem => ({ kind: 'comment', comment: text })

test.each<[string, SerializableItem, string]>([
  ['data', event('a'), 'data: a\n\n'],
  ['data of several lines', event('a\n\nb\n'), 'data: a\ndata: \ndata: b\ndata: \n\n'],
  ['empty data', event(''), 'data: \n\n'],
  ['data that begins with a space', event('  a'), 'data:   a\n\n'],
  ['characters that are not line ends in SSE', event('\u2028\u0085\u000b\0'), 'data: \u2028\u0085\u000b\0\n\n'],
  ['a name', event('a', { event: 'ping' }), 'event: ping\ndata: a\n\n'],
  ['a name that begins with a space', event('a', { event: ' x' }), 'event:  x\ndata: a\n\n'],
  ['an id', event('a', { id: '7' }), 'id: 7\ndata: a\n\n'],
  ['an empty id', event('a', { id: '' }), 'id: \ndata: a\n\n'],
  ['a comment', comment('OPENROUTER PROCESSING'), ': OPENROUTER PROCESSING\n\n'],
  ['an empty comment', comment(''), ': \n\n'],
  ['a comment that begins with a space', comment(' a'), ':  a\n\n'],
  ['a retry', { kind: 'retry', retry: 3000 }, 'retry: 3000\n\n'],
  [
    'a trailer',
    {
      kind: 'trailer',
      comment: 'or-stream status=76 verdict=truncated code=truncated told=1',
      trailer: { status: 76, verdict: 'truncated', code: 'truncated', reported: true },
    },
    ': or-stream status=76 verdict=truncated code=truncated told=1\n',
  ],
])('%s', (_, item, block) => {
  expect([serializeItem(item), run(events(), [utf8Bytes(block)])]).toEqual([block, [item]])
})

test.each<[SerializableItem, string]>([
  [event('a\rb'), 'its data contains a carriage return, which SSE cannot carry'],
  [event('\ud83d'), 'its data contains half a character, which SSE cannot carry'],
  [event('a', { event: 'x\ny' }), 'its name contains a line end, which SSE cannot carry'],
  [event('a', { event: '' }), 'its name is empty, which SSE cannot carry'],
  [event('a', { id: 'x\r' }), 'its id contains a carriage return, which SSE cannot carry'],
  [event('a', { id: '\0' }), 'its id contains a NUL, which SSE cannot carry'],
  [comment('a\nb'), 'its text contains a line end, which SSE cannot carry'],
  [comment('a\r'), 'its text contains a carriage return, which SSE cannot carry'],
  [{ kind: 'retry', retry: -1 }, '-1 is not a number of milliseconds'],
  [{ kind: 'retry', retry: 1.5 }, '1.5 is not a number of milliseconds'],
  [{ kind: 'retry', retry: 1e21 }, '1e+21 is not a number of milliseconds'],
])('%j cannot be serialized', (item, message) => {
  expect(() => serializeItem(item)).toThrow(new StreamError('bad_data', message))
})
