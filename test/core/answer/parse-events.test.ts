import { expect, test } from 'vitest'
import type { Trailer } from '../../../src/core/errors/trailer.js'
import type { SseItem } from '../../../src/core/sse/item.js'
import type { ParsedEvent } from '../../../src/core/answer/event.js'
import { parseEvents, parseSourcedEvents } from '../../../src/core/answer/parse-events.js'
import { chat, completions } from '../../../src/dialects/openai/index.js'
import { run } from '../../support/feed.js'

const dialects = [completions, chat]

const done: ParsedEvent = { type: 'done' }
const keepAlive: ParsedEvent = { type: 'keep-alive' }
const unknown: ParsedEvent = { type: 'unknown' }
const noOne = { id: undefined, model: undefined, provider: undefined }

function provided(message: string) {
  return { message, status: undefined, type: undefined }
}

function error(message: string): ParsedEvent {
  return { type: 'chunk', ...noOne, deltas: [{ type: 'error', error: provided(message) }] }
}

function event(data: string, name = 'message'): SseItem {
  return { kind: 'event', event: name, data }
}

function pending(data: string): SseItem {
  return { kind: 'unterminated', event: 'message', data }
}

const spoken =
  '{"id":"gen-1","object":"chat.completion.chunk","model":"m/x","provider":"P","choices":[{"delta":{"content":"Hi"}}]}'
const hi: ParsedEvent = {
  type: 'chunk',
  id: 'gen-1',
  model: 'm/x',
  provider: 'P',
  deltas: [{ type: 'text', choice: 0, text: 'Hi' }],
}
const trailer: Trailer = { status: 77, verdict: 'error', code: 'auth', reported: true }
const legacy = '{"choices":[{"index":0,"text":"Hi"}]}'

test.each<[string, SseItem[], ParsedEvent[]]>([
  ['a chat chunk', [event(spoken)], [hi]],
  ['a chat chunk under another name', [event(spoken, 'completion')], [hi]],
  ['a legacy chunk', [event(legacy)], [{ ...hi, ...noOne }]],
  ['a bare error', [event('{"error":"x"}')], [error('x')]],
  ['an event named error', [event('{"message":"x"}', 'error')], [error('x')]],
  ['an event named error that is not JSON', [event('upstream broke', 'error')], [error('upstream broke')]],
  ['an event named error without data', [event('', 'error')], [error('no message')]],
  ['the end marker', [event('[DONE]')], [done]],
  ['the end marker with white space, under any name', [event(' [DONE] \n', 'data')], [done]],
  ['half an end marker', [event('[DONE')], [{ type: 'invalid', why: 'event 1 is not JSON: [DONE' }]],
  ['empty data', [event(''), event(' \n')], [keepAlive, keepAlive]],
  ['a comment wrapped as data', [event(': OPENROUTER PROCESSING')], [keepAlive]],
  [
    'a ping',
    [event('2026-11-21', 'ping'), event('x', 'keep-alive'), event('x', 'Heartbeat')],
    [keepAlive, keepAlive, keepAlive],
  ],
  ['a ping that is an object', [event('{"type":"ping"}', 'ping')], [unknown]],
  [
    'JSON that is no object',
    ['1', '"x"', 'null', '[{}]'].map((data) => event(data)),
    [unknown, unknown, unknown, unknown],
  ],
  ['an object of no dialect', [event('{}'), event('{"choices":null}')], [unknown, unknown]],
  [
    'invalid JSON is reported with its position, and the rest is read',
    [event('[DONE]'), { kind: 'comment', comment: '' }, event('{"a":\n'), event(spoken)],
    [done, { type: 'invalid', why: 'event 2 is not JSON: {"a":' }, hi],
  ],
  [
    'comments, retry times and unknown fields are ignored',
    [
      { kind: 'comment', comment: 'x' },
      { kind: 'retry', retry: 1 },
      { kind: 'unknown-field', field: 'data ', value: spoken },
    ],
    [],
  ],
  ['a trailer', [{ kind: 'trailer', comment: 'or-stream status=77', trailer }], [{ type: 'trailer', trailer }]],
  [
    'a comment is not a trailer, whatever its text: the SSE parser decides',
    [{ kind: 'comment', comment: 'or-stream status=77' }],
    [],
  ],
  [
    'a line error: {…}',
    [{ kind: 'unknown-field', field: 'error', value: '{"message":"x"}' }],
    [{ type: 'error-line', error: provided('x') }],
  ],
  [
    'a line error: {"error":…}',
    [{ kind: 'unknown-field', field: 'error', value: '{"error":{"message":"x"}}' }],
    [{ type: 'error-line', error: provided('x') }],
  ],
  [
    'a line error: without an object',
    [
      { kind: 'unknown-field', field: 'error', value: 'x' },
      { kind: 'unknown-field', field: 'error', value: '[]' },
    ],
    [],
  ],
  ['an unterminated end marker', [pending('[DONE]')], [done]],
  ['an unterminated chunk that is complete', [pending(spoken)], [hi]],
  ['an unterminated chunk that is cut', [pending(spoken.slice(0, -1))], []],
  ['an unterminated block without data', [pending('')], []],
  [
    'invalid input',
    [{ kind: 'invalid', why: 'line 1 is other JSON' }],
    [{ type: 'invalid', why: 'line 1 is other JSON' }],
  ],
])('%s', (_, items, expected) => {
  expect(run(parseEvents(dialects), items)).toEqual(expected)
})

test('the first dialect that can read a chunk reads it', () => {
  expect([run(parseEvents(dialects.toReversed()), [event(legacy)]), run(parseEvents([]), [event(spoken)])]).toEqual([
    [{ ...hi, ...noOne, deltas: [{ type: 'start', choice: 0 }] }],
    [unknown],
  ])
})

test('parseSourcedEvents adds the JSON of each chunk', () => {
  const chunk = '{"object":"chat.completion.chunk"}'
  const items: SseItem[] = [
    event(chunk),
    event('{"error":"no"}'),
    { kind: 'unknown-field', field: 'error', value: '{"a":1}' },
  ]
  const sources = (stage = parseEvents(dialects)) =>
    run(stage, items).map((reading) => ('source' in reading ? reading.source : undefined))
  expect(sources()).toEqual([undefined, undefined, undefined])
  expect(sources(parseSourcedEvents(dialects))).toEqual([
    { json: JSON.parse(chunk) as unknown, dialect: 'chat' },
    { json: { error: 'no' }, dialect: undefined },
    { json: { a: 1 }, dialect: undefined },
  ])
})
