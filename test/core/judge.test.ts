import { expect, test } from 'vitest'
import type { Delta } from '../../src/core/delta.js'
import type { Reading } from '../../src/core/readings.js'
import { judge } from '../../src/core/judge.js'
import type { Verdict } from '../../src/core/verdict.js'
import { run } from '../support/feed.js'

const DONE: Reading = { type: 'done' }
const KEEP_ALIVE: Reading = { type: 'keep-alive' }
const UNKNOWN: Reading = { type: 'unknown' }
const LINE: Reading = { type: 'error-line', error: { message: 'no line', status: 502, type: undefined } }
const UNREADABLE: Reading = { type: 'unreadable', why: 'event 2 is not JSON: {' }

function chunk(id: string | undefined, ...deltas: Delta[]): Reading {
  return { type: 'chunk', id, model: undefined, provider: undefined, deltas }
}

/** A chunk of the answer "a". */
function a(...deltas: Delta[]): Reading {
  return chunk('a', ...deltas)
}

/** A chunk of the answer "b". */
function b(...deltas: Delta[]): Reading {
  return chunk('b', ...deltas)
}

function text(choice = 0): Delta {
  return { type: 'text', choice, text: 'Hi' }
}

function finish(reason: string, choice = 0): Delta {
  return { type: 'finish', choice, reason, native: undefined }
}

function error(status?: number): Delta {
  return { type: 'error', error: { message: `no ${status}`, status, type: undefined } }
}

const start: Delta = { type: 'start', choice: 0 }
const usage: Delta = { type: 'usage', usage: { inputTokens: 1 } }
const refusal: Delta = { type: 'refusal', choice: 0, text: 'No' }
const reasoning: Delta = { type: 'reasoning', choice: 0, text: 'Hm' }
const call: Delta = { type: 'tool-call', choice: 0, index: 0, id: 'x', name: 'look', arguments: '{' }

const CUT = 'the answer was cut at the token limit (finish reason length)'
const REASONING = 'the answer is all reasoning, without a word of text'
const REFUSED = 'the answer was refused or filtered by the provider'

const EMPTY = 'empty: the stream ended without a data event'
const ENDED = 'stream_error: the provider ended the answer with an error'
const BAD = 'bad_data: event 2 is not JSON: {'

function truncated(events: string): string {
  return `truncated: the stream ended after ${events} without an end mark`
}

function judged(readings: Reading[]) {
  const { verdict, warnings, failure, ...stage } = judge()
  const passed = run(stage, readings).map(({ type }) => (type === 'next' ? '|' : type))
  const failed = failure()
  return {
    verdict: verdict(),
    failure: failed === undefined ? undefined : `${failed.code}: ${failed.message}`,
    warnings: warnings(),
    passed: passed.join(' '),
  }
}

test.each<[string, Reading[], Verdict, (string | undefined)?, string[]?]>([
  ['nothing', [], 'empty', EMPTY],
  ['signs of life only', [KEEP_ALIVE, KEEP_ALIVE], 'empty', EMPTY],
  ['an end mark alone', [DONE], 'complete'],
  ['text and an end mark', [a(text()), DONE], 'complete'],
  [
    'an error without a code beside data that cannot be read',
    [
      a(text()),
      { type: 'unreadable', why: 'event 2 is not JSON: {' },
      a({ type: 'error', error: { message: 'x', status: undefined, type: undefined } }),
    ],
    'error',
    'stream_error: x',
  ],
  ['text, a finish and an end mark', [a(start), a(text()), a(finish('stop')), a(usage), DONE], 'complete'],
  ['a finish without an end mark', [a(text()), a(finish('stop'))], 'complete'],
  ['an answer without a word', [a(start), a(finish('stop'))], 'complete'],
  ['a finish that nobody knows', [a(text(), finish('pause'))], 'complete'],
  ['a tool call', [a(call), a(finish('tool_calls')), DONE], 'complete'],
  ['a usage after the finish, beside a start', [a(text(), finish('stop')), a(start, usage)], 'complete'],
  ['two choices, both finished', [a(text(0), text(1)), a(finish('stop', 1)), a(finish('stop', 0))], 'complete'],
  ['two choices, one finished', [a(text(0), text(1)), a(finish('stop', 1))], 'truncated', truncated('2 events')],
  ['two choices, one finished, and an end mark', [a(text(0), text(1)), a(finish('stop', 1)), DONE], 'complete'],
  ['the first finish of a choice counts', [a(text(), finish('stop')), a(finish('length'))], 'complete'],
  ['cut at the token limit', [a(text()), a(finish('length')), DONE], 'length', undefined, [CUT]],
  ['the same without an end mark', [a(text(), finish('length'))], 'length', undefined, [CUT]],
  ['max_tokens', [a(text(), finish('max_tokens')), DONE], 'length', undefined, [CUT]],
  ['model_length', [a(text(), finish('model_length')), DONE], 'length', undefined, [CUT]],
  ['cut in one of two choices', [a(finish('stop', 0), finish('length', 1)), DONE], 'length', undefined, [CUT]],
  [
    'all reasoning, cut at the token limit',
    [a(reasoning), a(finish('length'), usage)],
    'length',
    undefined,
    [CUT, REASONING],
  ],
  ['all reasoning, and whole', [a(start, reasoning), a(finish('stop'))], 'complete', undefined, [REASONING]],
  ['all reasoning, and filtered', [a(reasoning, finish('content_filter'))], 'filtered', undefined, [REFUSED]],
  ['reasoning and text', [a(reasoning), a(text(), finish('stop'))], 'complete'],
  ['reasoning and a tool call', [a(reasoning), a(call, finish('tool_calls'))], 'complete'],
  ['filtered', [a(text()), a(finish('content_filter')), DONE], 'filtered', undefined, [REFUSED]],
  ['refused by its finish', [a(finish('refusal')), DONE], 'filtered', undefined, [REFUSED]],
  ['refused in words', [a(refusal), a(finish('stop')), DONE], 'filtered', undefined, [REFUSED]],
  ['refused in words that break off', [a(refusal)], 'truncated', truncated('1 event')],
  ['an error', [a(text()), a(error(502))], 'error', 'server_error: no 502 (502)'],
  ['an error without a code', [a(text()), a(error())], 'error', 'stream_error: no undefined'],
  ['an error and nothing else', [chunk(undefined, error(429))], 'error', 'rate_limited: no 429 (429)'],
  ['an error beside a finish', [a(text(), error(401), finish('stop'))], 'error', 'auth: no 401 (401)'],
  ['an error before the end mark', [a(error(403)), DONE], 'error', 'forbidden: no 403 (403)'],
  ['the first of two errors', [a(error(503)), a(error(401))], 'error', 'overloaded: no 503 (503)'],
  ['a line error: {…}', [a(text()), LINE], 'error', 'server_error: no line (502)'],
  ['a line error: {…} and nothing else', [LINE], 'error', 'server_error: no line (502)'],
  ['a finish that is an error', [a(text()), a(finish('error')), DONE], 'error', ENDED],
  ['a finish that is an error, beside one', [a(finish('error'), error(504))], 'error', 'timeout: no 504 (504)'],
  ['insufficient_system_resource', [a(finish('insufficient_system_resource')), DONE], 'error', ENDED],
  ['text that breaks off', [a(text()), a(text())], 'truncated', truncated('2 events')],
  ['a role that breaks off', [a(start)], 'truncated', truncated('1 event')],
  ['signs of life are no events', [KEEP_ALIVE, a(text()), KEEP_ALIVE], 'truncated', truncated('1 event')],
  ['usage is no end mark', [a(text()), a(usage)], 'truncated', truncated('2 events')],
  ['a tool call that breaks off', [a(call), a(call)], 'truncated', truncated('2 events')],
  ['broken JSON in a whole answer', [a(text()), UNREADABLE, DONE], 'complete', BAD],
  ['broken JSON in an answer that breaks off', [a(text()), UNREADABLE], 'truncated', BAD],
  [
    'broken JSON in an answer with an error of its own',
    [a(error(502)), UNREADABLE],
    'error',
    'server_error: no 502 (502)',
  ],
  ['the first of what is broken', [a(text()), UNREADABLE, { type: 'unreadable', why: 'x' }, DONE], 'complete', BAD],
  ['something unknown in an answer', [UNKNOWN, a(text()), DONE], 'complete'],
  ['nothing but the unknown', [UNKNOWN, UNKNOWN], 'truncated', 'bad_data: no event is in a form that is known'],
  [
    'nothing but the unknown and an end mark',
    [UNKNOWN, DONE],
    'complete',
    'bad_data: no event is in a form that is known',
  ],
])('%s', (_, readings, verdict, failure, warnings = []) => {
  const passed = readings.map(({ type }) => type).join(' ')
  expect(judged(readings)).toEqual({ verdict, failure, warnings, passed })
})

test.each<[string, Reading[], string, Verdict, (string | undefined)?, string[]?]>([
  ['two answers', [a(text()), DONE, b(text()), DONE], 'chunk done | chunk done', 'complete'],
  ['the same answer twice', [a(text()), DONE, a(text()), DONE], 'chunk done | chunk done', 'complete'],
  [
    'answers without an id',
    [chunk(undefined, text()), DONE, chunk(undefined, text()), DONE],
    'chunk done | chunk done',
    'complete',
  ],
  ['a role begins the next', [a(text()), DONE, a(start)], 'chunk done | chunk', 'truncated', truncated('1 event')],
  [
    'another id begins the next where only a finish came',
    [a(text(), finish('stop')), b(text(), finish('stop'))],
    'chunk | chunk',
    'complete',
  ],
  ['another id without a finish does not', [a(text()), b(text()), b(finish('stop'))], 'chunk chunk chunk', 'complete'],
  [
    'another id while a choice is open does not',
    [a(text(0), finish('stop', 1)), b(text(), finish('stop'))],
    'chunk chunk',
    'complete',
  ],
  ['the same id does not', [a(text(), finish('stop')), a(text())], 'chunk chunk', 'complete'],
  ['an end mark after a finish does not', [a(text(), finish('stop')), DONE, DONE], 'chunk done done', 'complete'],
  ['usage after the end mark does not', [a(text()), DONE, a(usage), DONE], 'chunk done chunk done', 'complete'],
  ['usage without an id does not', [a(text(), finish('stop')), chunk(undefined, usage)], 'chunk chunk', 'complete'],
  [
    'a repeated finish does not',
    [a(text(), finish('stop')), DONE, a(finish('stop'), usage)],
    'chunk done chunk',
    'complete',
  ],
  ['a finish of another answer does', [a(text()), DONE, b(finish('stop'))], 'chunk done | chunk', 'complete'],
  ['a chunk without a word does not', [a(text()), DONE, a(), chunk(undefined)], 'chunk done chunk chunk', 'complete'],
  [
    'one of another answer does',
    [a(text()), DONE, b(), b(text())],
    'chunk done | chunk chunk',
    'truncated',
    truncated('2 events'),
  ],
  [
    'a sign of life does not',
    [a(text()), DONE, KEEP_ALIVE, b(text()), DONE],
    'chunk done keep-alive | chunk done',
    'complete',
  ],
  [
    'an error after the end mark is the next',
    [a(text()), DONE, chunk(undefined, error(429))],
    'chunk done | chunk',
    'error',
    'rate_limited: no 429 (429)',
  ],
  [
    'a failure of the first is the failure',
    [a(error(429)), DONE, b(text()), DONE],
    'chunk done | chunk done',
    'complete',
    'rate_limited: no 429 (429)',
  ],
  [
    'the worst of two',
    [a(error(401)), DONE, b(error(429)), DONE],
    'chunk done | chunk done',
    'error',
    'auth: no 401 (401)',
  ],
  [
    'the worst of two comes last',
    [a(error()), DONE, b(error(401)), DONE],
    'chunk done | chunk done',
    'error',
    'auth: no 401 (401)',
  ],
  [
    'the first of two that weigh the same',
    [a(error(401)), DONE, b(error(403)), DONE],
    'chunk done | chunk done',
    'error',
    'auth: no 401 (401)',
  ],
  ['the last breaks off', [a(text()), DONE, b(text())], 'chunk done | chunk', 'truncated', truncated('1 event')],
  [
    'a warning for each',
    [a(text(), finish('length')), DONE, b(refusal), DONE],
    'chunk done | chunk done',
    'filtered',
    undefined,
    [CUT, REFUSED],
  ],
  [
    'what the first was does not linger',
    [a(refusal), DONE, b(text()), DONE],
    'chunk done | chunk done',
    'complete',
    undefined,
    [REFUSED],
  ],
])('several answers: %s', (_, readings, passed, verdict, failure, warnings = []) => {
  expect(judged(readings)).toEqual({ verdict, failure, warnings, passed })
})
