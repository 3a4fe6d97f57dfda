import { expect, test } from 'vitest'
import { StreamError } from '../../../src/core/errors/error.js'
import type { SseItem } from '../../../src/core/sse/item.js'
import { ndjson } from '../../../src/core/sse/ndjson.js'
import { run } from '../../support/feed.js'

function event(data: string): SseItem {
  return { kind: 'event', event: 'message', data }
}

function invalid(why: string): SseItem[] {
  return [{ kind: 'invalid', why }]
}

const deep = '['.repeat(50_000) + ']'.repeat(50_000)

test.each<[string, string, SseItem[]]>([
  ['nothing', '', []],
  ['blank lines', '\n \r\n', []],
  ['an event', '{"event":"message","data":"a"}\n', [event('a')]],
  [
    'an event with a name and an id',
    '{"event":"x","data":"a","id":""}\n',
    [{ kind: 'event', event: 'x', data: 'a', id: '' }],
  ],
  ['unknown keys, in any order', '{"x":3.5,"data":"a","event":"message"}\n', [event('a')]],
  ['a time', '{"event":"message","data":"a","t":3.5}\n', [{ kind: 'event', event: 'message', data: 'a', t: 3.5 }]],
  ['a time that is not a number', '{"event":"message","data":"a","t":"3"}\n', [event('a')]],
  ['an id that is not a string', '{"event":"message","data":"a","id":7}\n', [event('a')]],
  ['line ends in the data', String.raw`{"event":"message","data":"a\nb\u2028"}` + '\n', [event('a\nb\u2028')]],
  ['CRLF', '{"event":"message","data":"a"}\r\n', [event('a')]],
  [
    'decoded data',
    '{"event":"message","data":{"a":[1, "x"]}}\n{"event":"message","data":[]}\n',
    [event('{"a":[1, "x"]}'), event('[]')],
  ],
  [
    'decoded data keeps its text, on one line',
    '{"event":"message", "data" : {"n":1.0,\r"big":12345678901234567890} \r, "id":"7"}\n',
    [{ ...event('{"n":1.0, "big":12345678901234567890}'), id: '7' } as SseItem],
  ],
  ['other data', '{"event":"message","data":null}\n{"event":"message","data":1}\n', [event('null'), event('1')]],
  ['a comment', '{"comment":"OPENROUTER PROCESSING"}\n', [{ kind: 'comment', comment: 'OPENROUTER PROCESSING' }]],
  ['a retry', '{"retry":3000}\n', [{ kind: 'retry', retry: 3000 }]],
  [
    'a last line without its end',
    '{"event":"message","data":"a"}\n{"event":"message","data":"b"}',
    [event('a'), event('b')],
  ],
  ['a last line that is cut', '{"event":"message","data":"a"}\n{"event":"message","da', [event('a')]],
  [
    'an invalid line, and the lines after it',
    '{"event":\n{"event":"message","data":"a"}\n',
    [{ kind: 'invalid', why: 'line 1 is not a JSON object: {"event":' }, event('a')],
  ],
  [
    'the line number of an invalid line',
    '\n{"event":"message","data":"a"}\n\n"x"\n',
    [event('a'), ...invalid('line 4 is not a JSON object: "x"')],
  ],
  ['an array', '[1]\n', invalid('line 1 is not a JSON object: [1]')],
  ['null', 'null', invalid('line 1 is not a JSON object: null')],
  ['a long invalid line', `[${'1,'.repeat(99)}1]`, invalid(`line 1 is not a JSON object: [${'1,'.repeat(29)}1…`)],
  ['an event without data', '{"event":"message"}\n', invalid('line 1 is other JSON, not a line of sse-parse')],
  ['data without an event', '{"data":"a"}\n', invalid('line 1 is other JSON, not a line of sse-parse')],
  [
    'an error body',
    '{"error":{"message":"x"}}\n',
    invalid('line 1 is an error body ({"message":"x"}), not a line of sse-parse'),
  ],
  [
    'a chat.completion',
    '{"object":"chat.completion","choices":[]}\n',
    invalid(
      "line 1 is a whole chat.completion (its text: jq -r '.choices[0].message.content'), not a line of sse-parse",
    ),
  ],
  [
    'a bare chunk',
    '{"object":"chat.completion.chunk","choices":[]}\n',
    invalid('line 1 is a bare chunk without its SSE framing, not a line of sse-parse'),
  ],
  ['deeply nested data', `{"event":"message","data":${deep}}\n`, [event(deep)]],
])('%s', (_, input, items) => {
  const letters = input.length > 1000 ? [input] : input
  expect([run(ndjson(1e6), [input]), run(ndjson(1e6), letters)]).toEqual([items, items])
})

test('an event of exactly the limit is accepted', () => {
  const line = '{"event":"message","data":"a"}'
  expect(run(ndjson(line.length), [line, '\n'])).toEqual([event('a')])
})

test('an endless line throws at the limit, after the items before it', () => {
  const stage = ndjson(10)
  const items: SseItem[] = []
  const push = () => {
    for (const item of stage.push(`{"event":"message","data":"a"}\n{"event":"message","data":"${'x'.repeat(2000)}`))
      items.push(item)
  }
  expect(push).toThrow(
    new StreamError('too_large', 'line 2 has an event of more than 10 bytes; raise --max-event-bytes'),
  )
  expect(items).toEqual([event('a')])
})

test.each([['in one piece'], ['in pieces']])('an event over the limit is too large: %s', (how) => {
  const line = `{"event":"message","data":"${'€'.repeat(4)}"}\n`
  const pieces = how === 'in one piece' ? [line] : [...line]
  expect(() => run(ndjson(11), pieces)).toThrow(
    new StreamError('too_large', 'line 1 has an event of more than 11 bytes; raise --max-event-bytes'),
  )
  expect(run(ndjson(12), pieces)).toEqual([event('€€€€')])
})
