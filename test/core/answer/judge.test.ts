import { expect, test } from 'vitest'
import type { Delta } from '../../../src/core/answer/delta.js'
import type { ParsedEvent } from '../../../src/core/answer/event.js'
import { judge, type Policy } from '../../../src/core/answer/judge.js'
import { FAILURES, statusOf, type ErrorCode } from '../../../src/core/errors/codes.js'
import { worseStatus, type ExitStatus } from '../../../src/core/errors/exit-status.js'
import { VERDICTS, worseVerdict, type Verdict } from '../../../src/core/errors/verdict.js'
import { run } from '../../support/feed.js'
import { inShort, judgedIn } from '../../support/outcomes.js'

const DONE: ParsedEvent = { type: 'done' }
const KEEP_ALIVE: ParsedEvent = { type: 'keep-alive' }
const UNKNOWN: ParsedEvent = { type: 'unknown' }
const LINE: ParsedEvent = { type: 'error-line', error: { message: 'no line', status: 502, type: undefined } }
const UNREADABLE: ParsedEvent = { type: 'invalid', why: 'event 2 is not JSON: {' }

function chunk(id: string | undefined, ...deltas: Delta[]): ParsedEvent {
  return { type: 'chunk', id, model: undefined, provider: undefined, deltas }
}

/** A chunk of the answer "a". */
function a(...deltas: Delta[]): ParsedEvent {
  return chunk('a', ...deltas)
}

/** A chunk of the answer "b". */
function b(...deltas: Delta[]): ParsedEvent {
  return chunk('b', ...deltas)
}

function text(choice = 0): Delta {
  return { type: 'text', choice, text: 'Hi' }
}

/** What ends the answer "a", whatever its choices. */
const END: ParsedEvent = { type: 'chunk', id: 'a', model: undefined, provider: undefined, deltas: [], isFinal: true }

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
const REASONING = 'the answer contains only reasoning, no text'
const REFUSED = 'the answer was refused or filtered by the provider'

const EMPTY = 'empty: the stream ended without a data event'
const ENDED = 'stream_error: the provider ended the answer with an error'
const BAD = 'bad_data: event 2 is not JSON: {'

function truncated(events: string): string {
  return `truncated: the stream ended after ${events} without an end marker`
}

/** What a stream is judged to be, and its events, with a bar for each end of an answer but the last. */
function judged(events: ParsedEvent[], policy?: Policy) {
  const outputs = run(judge(policy), events)
  const { verdict, warnings, failure } = judgedIn(outputs)
  const passed = outputs.map(({ type }) => (type === 'answer-end' ? '|' : type))
  expect(passed.pop()).toBe('|')
  return { verdict, failure, warnings, passed: passed.join(' ') }
}

function inWords({ failure, ...rest }: ReturnType<typeof judged>) {
  return { ...rest, failure: inShort(failure) }
}

test.each<[string, ParsedEvent[], Verdict, (string | undefined)?, string[]?]>([
  ['nothing', [], 'empty', EMPTY],
  ['signs of life only', [KEEP_ALIVE, KEEP_ALIVE], 'empty', EMPTY],
  ['an end marker alone', [DONE], 'complete'],
  ['text and an end marker', [a(text()), DONE], 'complete'],
  [
    'an error without a code beside data that cannot be read',
    [
      a(text()),
      { type: 'invalid', why: 'event 2 is not JSON: {' },
      a({ type: 'error', error: { message: 'x', status: undefined, type: undefined } }),
    ],
    'error',
    'stream_error: x',
  ],
  ['text, a finish and an end marker', [a(start), a(text()), a(finish('stop')), a(usage), DONE], 'complete'],
  ['an event that ends all', [a(text()), END], 'complete'],
  ['an event that ends all, before its usage', [a(text()), END, a(usage)], 'complete'],
  ['a finish without an end marker', [a(text()), a(finish('stop'))], 'complete'],
  ['an answer without a word', [a(start), a(finish('stop'))], 'complete'],
  ['a finish that nobody knows', [a(text(), finish('pause'))], 'complete'],
  ['a tool call', [a(call), a(finish('tool_calls')), DONE], 'complete'],
  ['a usage after the finish, beside a start', [a(text(), finish('stop')), a(start, usage)], 'complete'],
  ['two choices, both finished', [a(text(0), text(1)), a(finish('stop', 1)), a(finish('stop', 0))], 'complete'],
  ['two choices, one finished', [a(text(0), text(1)), a(finish('stop', 1))], 'truncated', truncated('2 events')],
  ['two choices, one finished, and an end marker', [a(text(0), text(1)), a(finish('stop', 1)), DONE], 'complete'],
  ['the first finish of a choice counts', [a(text(), finish('stop')), a(finish('length'))], 'complete'],
  ['cut at the token limit', [a(text()), a(finish('length')), DONE], 'length', undefined, [CUT]],
  ['the same without an end marker', [a(text(), finish('length'))], 'length', undefined, [CUT]],
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
  ['an error before the end marker', [a(error(403)), DONE], 'error', 'forbidden: no 403 (403)'],
  ['the first of two errors', [a(error(503)), a(error(401))], 'error', 'overloaded: no 503 (503)'],
  ['a line error: {…}', [a(text()), LINE], 'error', 'server_error: no line (502)'],
  ['a line error: {…} and nothing else', [LINE], 'error', 'server_error: no line (502)'],
  ['a finish that is an error', [a(text()), a(finish('error')), DONE], 'error', ENDED],
  ['a finish that is an error, beside one', [a(finish('error'), error(504))], 'error', 'timeout: no 504 (504)'],
  ['insufficient_system_resource', [a(finish('insufficient_system_resource')), DONE], 'error', ENDED],
  ['text that breaks off', [a(text()), a(text())], 'truncated', truncated('2 events')],
  ['a role that breaks off', [a(start)], 'truncated', truncated('1 event')],
  ['signs of life are no events', [KEEP_ALIVE, a(text()), KEEP_ALIVE], 'truncated', truncated('1 event')],
  ['usage is no end marker', [a(text()), a(usage)], 'truncated', truncated('2 events')],
  ['a tool call that breaks off', [a(call), a(call)], 'truncated', truncated('2 events')],
  ['broken JSON in a whole answer', [a(text()), UNREADABLE, DONE], 'complete', BAD],
  ['broken JSON in an answer that breaks off', [a(text()), UNREADABLE], 'truncated', BAD],
  [
    'broken JSON in an answer with an error of its own',
    [a(error(502)), UNREADABLE],
    'error',
    'server_error: no 502 (502)',
  ],
  ['the first of what is broken', [a(text()), UNREADABLE, { type: 'invalid', why: 'x' }, DONE], 'complete', BAD],
  ['something unknown in an answer', [UNKNOWN, a(text()), DONE], 'complete'],
  ['nothing but the unknown', [UNKNOWN, UNKNOWN], 'truncated', 'bad_data: no event has a known format'],
  ['nothing but the unknown and an end marker', [UNKNOWN, DONE], 'complete', 'bad_data: no event has a known format'],
])('%s', (_, events, verdict, failure, warnings = []) => {
  const passed = events.map(({ type }) => type).join(' ')
  expect(inWords(judged(events))).toEqual({ verdict, failure, warnings, passed })
})

test.each<[string, ParsedEvent[], string, Verdict, (string | undefined)?, string[]?]>([
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
  ['an end marker after a finish does not', [a(text(), finish('stop')), DONE, DONE], 'chunk done done', 'complete'],
  ['usage after the end marker does not', [a(text()), DONE, a(usage), DONE], 'chunk done chunk done', 'complete'],
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
    'an error after the end marker is the next',
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
])('several answers: %s', (_, events, passed, verdict, failure, warnings = []) => {
  expect(inWords(judged(events))).toEqual({ verdict, failure, warnings, passed })
})

const LOOK: Delta = { type: 'tool-call', choice: 1, index: 0, id: 'y', name: 'look', arguments: '{}' }

/** The words of a trailer, for a row. */
function trailer(status: ExitStatus, code: ErrorCode, isTold = true, verdict: Verdict = 'error'): ParsedEvent {
  return { type: 'trailer', trailer: { status, verdict, code, reported: isTold } }
}

const AUTH = trailer(77, 'auth')
const SLOW = trailer(75, 'rate_limited')
const SHORTENED = trailer(76, 'truncated', true, 'truncated')

/** The verdict and the failure after trailers, and whether it has been told. */
function toldBy(events: ParsedEvent[], policy?: Policy) {
  const { failure, ...rest } = judged(events, policy)
  const { status, code, reported: told } = failure ?? {}
  return { ...rest, status, code, told }
}

test.each<[string, ParsedEvent[], Verdict, ExitStatus, ErrorCode, boolean, string]>([
  ['before any event', [AUTH], 'error', 77, 'auth', true, ''],
  ['before any event, as a cut', [SHORTENED], 'empty', 76, 'truncated', true, ''],
  ['after signs of life', [KEEP_ALIVE, SLOW], 'error', 75, 'rate_limited', true, 'keep-alive'],
  ['in mid-stream', [a(text()), SLOW], 'error', 75, 'rate_limited', true, 'chunk'],
  ['as a cut', [a(text()), SHORTENED], 'truncated', 76, 'truncated', true, 'chunk'],
  ['after a whole answer', [a(text()), DONE, AUTH], 'error', 77, 'auth', true, 'chunk done'],
  ['after a finish', [a(text(), finish('stop')), AUTH], 'error', 77, 'auth', true, 'chunk'],
  ['not told yet', [a(text()), trailer(75, 'connection', false)], 'error', 75, 'connection', false, 'chunk'],
  ['the worst of two', [a(text()), SLOW, AUTH], 'error', 77, 'auth', true, 'chunk'],
  ['the worst of two, first', [a(text()), AUTH, SLOW], 'error', 77, 'auth', true, 'chunk'],
  ['the first of two that weigh the same', [trailer(77, 'credits'), AUTH], 'error', 77, 'credits', true, ''],
  ['an error of the answer that it tells of', [a(error(401)), AUTH], 'error', 77, 'auth', true, 'chunk'],
  ['an error of the answer that is worse', [a(error(401)), SLOW], 'error', 77, 'auth', false, 'chunk'],
  ['an error of the answer that is lighter', [a(error(429)), AUTH], 'error', 77, 'auth', true, 'chunk'],
  ['broken data that it tells of', [UNREADABLE, trailer(65, 'bad_data')], 'error', 65, 'bad_data', true, 'invalid'],
  ['broken data that it does not', [UNREADABLE, SHORTENED, DONE], 'complete', 65, 'bad_data', false, 'invalid | done'],
  ['a disk that was full', [a(text()), trailer(74, 'write_failed')], 'error', 74, 'write_failed', true, 'chunk'],
  [
    'a signal',
    [a(text()), trailer(130, 'interrupted', false, 'truncated')],
    'truncated',
    130,
    'interrupted',
    false,
    'chunk',
  ],
  [
    'a signal, beside an error of the answer',
    [a(error(401)), trailer(130, 'interrupted', false, 'truncated')],
    'error',
    130,
    'interrupted',
    false,
    'chunk',
  ],
  [
    'a signal, beside broken data',
    [a(text()), UNREADABLE, trailer(143, 'interrupted', false, 'truncated')],
    'truncated',
    143,
    'interrupted',
    false,
    'chunk invalid',
  ],
  [
    'a full disk, beside an error of the answer',
    [a(error(401)), trailer(74, 'write_failed')],
    'error',
    74,
    'write_failed',
    true,
    'chunk',
  ],
  [
    'a finish that it calls a failure',
    [a(finish('length')), trailer(76, 'length', true, 'length')],
    'length',
    76,
    'length',
    true,
    'chunk',
  ],
])('a trailer %s', (_, events, verdict, status, code, told, passed) => {
  expect(toldBy(events)).toEqual({
    verdict,
    status,
    code,
    told,
    passed,
    warnings: code === 'length' ? [CUT] : [],
  })
})

test.each<[string, ParsedEvent[], string, Verdict, ExitStatus, ErrorCode]>([
  ['whole', [a(text()), SHORTENED, b(text()), DONE], 'chunk | chunk done', 'complete', 76, 'truncated'],
  ['whole, by the same id', [a(text()), AUTH, a(text()), DONE], 'chunk | chunk done', 'complete', 77, 'auth'],
  ['whole, after nothing', [AUTH, b(text()), DONE], '| chunk done', 'complete', 77, 'auth'],
  ['cut', [a(text()), SLOW, b(text())], 'chunk | chunk', 'truncated', 75, 'rate_limited'],
  ['failed for another reason', [a(text()), SLOW, b(text()), AUTH], 'chunk | chunk', 'error', 77, 'auth'],
  ['failed for a lighter one', [a(text()), AUTH, b(text()), SLOW], 'chunk | chunk', 'error', 77, 'auth'],
  ['failed before it began', [a(text()), DONE, b(text()), SLOW, AUTH], 'chunk done | chunk', 'error', 77, 'auth'],
  [
    'begun by signs of life',
    [a(text()), SLOW, KEEP_ALIVE, b(text()), DONE],
    'chunk keep-alive | chunk done',
    'complete',
    75,
    'rate_limited',
  ],
  ['nothing but usage', [a(text()), AUTH, a(usage)], 'chunk | chunk', 'truncated', 77, 'auth'],
])('after a trailer the next answer begins: %s', (_, events, passed, verdict, status, code) => {
  expect(toldBy(events)).toMatchObject({ passed, verdict, status, code })
})

const ENDS: ParsedEvent[][] = [
  [],
  [a(text())],
  [a(text()), DONE],
  [a(finish('length')), DONE],
  [a(refusal), DONE],
  [a(error(401))],
  [a(error())],
  [UNREADABLE, DONE],
]
const codes = Object.keys(FAILURES) as ErrorCode[]

test('whatever a trailer claims: a failure stays one, and no verdict is bettered, nor the error of an answer lighter', () => {
  const claims = VERDICTS.flatMap((claimed) => codes.map((code) => trailer(statusOf(code), code, true, claimed)))
  const bettered = ENDS.flatMap((events) => {
    const before = toldBy(events)
    const least = before.verdict === 'error' ? (before.status ?? 0) : 0
    return claims.flatMap((claim) => {
      const after = toldBy([...events, claim])
      const status = after.status ?? 0
      const isWorse =
        worseVerdict(before.verdict, after.verdict) === after.verdict && worseStatus(least, status) === status
      return isWorse && status > 0 ? [] : [{ events, claim, before, after }]
    })
  })
  expect(bettered).toEqual([])
})

test.each<[string, Policy, ParsedEvent[], Verdict, string | undefined, string[]]>([
  ['length', { failOn: ['length'] }, [a(text()), a(finish('length')), DONE], 'length', `length: ${CUT}`, []],
  ['length, of a whole answer', { failOn: ['length'] }, [a(text()), DONE], 'complete', undefined, []],
  ['length, of a refusal', { failOn: ['length'] }, [a(refusal), DONE], 'filtered', undefined, [REFUSED]],
  ['filtered', { failOn: ['filtered'] }, [a(refusal), DONE], 'filtered', `filtered: ${REFUSED}`, []],
  ['filtered, of a cut', { failOn: ['filtered'] }, [a(finish('length'))], 'length', undefined, [CUT]],
  ['both', { failOn: ['length', 'filtered'] }, [a(finish('content_filter'))], 'filtered', `filtered: ${REFUSED}`, []],
  [
    'length, all reasoning',
    { failOn: ['length'] },
    [a(reasoning), a(finish('length'))],
    'length',
    `length: ${CUT}`,
    [REASONING],
  ],
  [
    'length, in the first of two',
    { failOn: ['length'] },
    [a(finish('length')), DONE, b(text()), DONE],
    'complete',
    `length: ${CUT}`,
    [],
  ],
  [
    'length, beside an error',
    { failOn: ['length'] },
    [a(finish('length')), DONE, b(error(429))],
    'error',
    'rate_limited: no 429 (429)',
    [],
  ],
  ['length, beside broken data', { failOn: ['length'] }, [UNREADABLE, a(finish('length'))], 'length', BAD, []],
  ['length, of an answer that breaks off', { failOn: ['length'] }, [a(text())], 'truncated', truncated('1 event'), []],
])('--fail-on %s', (_, policy, events, verdict, failure, warnings) => {
  expect(judgedBy(policy, events)).toEqual({ verdict, failure, warnings })
})

const TAKEN = 'the answer has no end marker (accepted with --allow-truncated)'
const OPEN_CALL = truncated('1 event')

test.each<[string, ParsedEvent[], Verdict, string | undefined, string[]]>([
  ['without its end marker', [a(text())], 'truncated', undefined, [TAKEN]],
  ['whole', [a(text()), DONE], 'complete', undefined, []],
  ['one choice finished, one not', [a(text(0), text(1)), a(finish('stop', 1))], 'truncated', undefined, [TAKEN]],
  ['with a call that is open', [a(call)], 'truncated', OPEN_CALL, []],
  ['with text and a call that is open', [a(text(), call)], 'truncated', OPEN_CALL, []],
  [
    'with a call that is done, and text that is not',
    [a(text(), LOOK, finish('tool_calls', 1))],
    'truncated',
    undefined,
    [TAKEN],
  ],
  [
    'with a call that is open, and text that is done',
    [a(text(1), call, finish('stop', 1))],
    'truncated',
    OPEN_CALL,
    [],
  ],
  ['with a call under an end marker', [a(call), DONE], 'complete', undefined, []],
  ['empty', [], 'empty', EMPTY, []],
  ['an error', [a(text()), a(error(429))], 'error', 'rate_limited: no 429 (429)', []],
  ['with broken data', [a(text()), UNREADABLE], 'truncated', BAD, [TAKEN]],
  ['in the second of two answers', [a(text(), finish('stop')), b(text()), b(text())], 'truncated', undefined, [TAKEN]],
  ['told by a trailer', [a(text()), SHORTENED], 'truncated', undefined, [TAKEN]],
  ['told by a trailer, with a call that is open', [a(call), SHORTENED], 'truncated', leftWith('truncated'), []],
  ['told by a trailer to be an error', [a(text()), trailer(76, 'stream_error')], 'error', leftWith('error'), []],
  [
    'told by a trailer to be worse',
    [a(text()), trailer(75, 'connection', true, 'truncated')],
    'truncated',
    leftWith('truncated', 75),
    [],
  ],
  ['told by a trailer to be empty', [trailer(76, 'empty', true, 'empty')], 'empty', leftWith('empty'), []],
])('--allow-truncated: %s', (_, events, verdict, failure, warnings) => {
  const found = judgedBy({ allowTruncated: true }, events)
  expect({ ...found, failure: found.failure?.replace(/^\w+: (?=or-stream left)/, '') }).toEqual({
    verdict,
    failure,
    warnings,
  })
})

function leftWith(verdict: Verdict, status = 76): string {
  return `or-stream exited with ${status} (verdict ${verdict})`
}

function judgedBy(policy: Policy, events: ParsedEvent[]) {
  const { passed: _passed, ...rest } = inWords(judged(events, policy))
  return rest
}

test.each<[ParsedEvent[], Policy, boolean]>([
  [[a(text()), DONE], {}, true],
  [[a(text(), finish('length')), DONE], {}, true],
  [[a(text(), finish('length')), DONE], { failOn: ['filtered'] }, true],
  [[a(text(), finish('length')), DONE], { failOn: ['length'] }, false],
  [[a(text())], {}, false],
  [[a(text())], { allowTruncated: true }, true],
  [[a(error(500))], { allowTruncated: true }, false],
  [[a(text()), DONE, b(text())], {}, false],
])('whether an answer is accepted: %j with %j', (events, policy, expected) => {
  expect(judgedIn(run(judge(policy), events)).ends.at(-1)?.accepted).toBe(expected)
})

test('each answer ends with its own verdict, its own failure and its own warnings', () => {
  const events = [a(text()), a(error(500)), DONE, b(text(), finish('length')), DONE, a(text()), UNREADABLE]
  expect(
    judgedIn(run(judge(), events)).ends.map(({ failure, formatError, ...end }) => ({
      ...end,
      failure: inShort(failure),
      formatError: inShort(formatError),
    })),
  ).toEqual([
    {
      type: 'answer-end',
      verdict: 'error',
      accepted: false,
      failure: 'server_error: no 500 (500)',
      formatError: undefined,
      warnings: [],
    },
    {
      type: 'answer-end',
      verdict: 'length',
      accepted: true,
      failure: undefined,
      formatError: undefined,
      warnings: [CUT],
    },
    { type: 'answer-end', verdict: 'truncated', accepted: false, failure: BAD, formatError: BAD, warnings: [] },
  ])
})

test.each<[string, ParsedEvent[], string | undefined]>([
  ['nothing', [], undefined],
  ['an answer', [a(text()), DONE], undefined],
  ['data that cannot be read, beside an error', [a(error(429)), UNREADABLE, DONE], 'event 2 is not JSON: {'],
  ['only forms that are unknown', [UNKNOWN], 'no event has a known format'],
  ['an unknown form among others', [UNKNOWN, DONE, a(text())], undefined],
])('what cannot be read, whatever the answer is: %s', (_, events, message) => {
  const { ends } = judgedIn(run(judge(), events))
  expect(ends.at(-1)?.formatError?.message).toBe(message)
  expect(ends.slice(0, -1).filter(({ formatError }) => formatError)).toEqual([])
})
