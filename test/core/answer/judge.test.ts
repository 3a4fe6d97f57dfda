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

/** Ends the answer "a" for all choices. */
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

/** Judges a stream. `passed` are its events, with a bar for each end of an answer except the last. */
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
  ['keep-alives only', [KEEP_ALIVE, KEEP_ALIVE], 'empty', EMPTY],
  ['an end marker alone', [DONE], 'complete'],
  ['text and an end marker', [a(text()), DONE], 'complete'],
  [
    'an error without a code, and invalid data',
    [
      a(text()),
      { type: 'invalid', why: 'event 2 is not JSON: {' },
      a({ type: 'error', error: { message: 'x', status: undefined, type: undefined } }),
    ],
    'error',
    'stream_error: x',
  ],
  ['text, a finish and an end marker', [a(start), a(text()), a(finish('stop')), a(usage), DONE], 'complete'],
  ['a final event', [a(text()), END], 'complete'],
  ['a final event before the usage', [a(text()), END, a(usage)], 'complete'],
  ['a finish without an end marker', [a(text()), a(finish('stop'))], 'complete'],
  ['an answer without text', [a(start), a(finish('stop'))], 'complete'],
  ['an unknown finish reason', [a(text(), finish('pause'))], 'complete'],
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
  ['all reasoning, complete', [a(start, reasoning), a(finish('stop'))], 'complete', undefined, [REASONING]],
  ['all reasoning, filtered', [a(reasoning, finish('content_filter'))], 'filtered', undefined, [REFUSED]],
  ['reasoning and text', [a(reasoning), a(text(), finish('stop'))], 'complete'],
  ['reasoning and a tool call', [a(reasoning), a(call, finish('tool_calls'))], 'complete'],
  ['filtered', [a(text()), a(finish('content_filter')), DONE], 'filtered', undefined, [REFUSED]],
  ['refused by its finish reason', [a(finish('refusal')), DONE], 'filtered', undefined, [REFUSED]],
  ['a refusal text', [a(refusal), a(finish('stop')), DONE], 'filtered', undefined, [REFUSED]],
  ['a refusal text that is cut off', [a(refusal)], 'truncated', truncated('1 event')],
  ['an error', [a(text()), a(error(502))], 'error', 'server_error: no 502 (502)'],
  ['an error without a code', [a(text()), a(error())], 'error', 'stream_error: no undefined'],
  ['only an error', [chunk(undefined, error(429))], 'error', 'rate_limited: no 429 (429)'],
  ['an error beside a finish', [a(text(), error(401), finish('stop'))], 'error', 'auth: no 401 (401)'],
  ['an error before the end marker', [a(error(403)), DONE], 'error', 'forbidden: no 403 (403)'],
  ['the first of two errors', [a(error(503)), a(error(401))], 'error', 'overloaded: no 503 (503)'],
  ['a line error: {…}', [a(text()), LINE], 'error', 'server_error: no line (502)'],
  ['only a line error: {…}', [LINE], 'error', 'server_error: no line (502)'],
  ['the finish reason error', [a(text()), a(finish('error')), DONE], 'error', ENDED],
  ['the finish reason error, and an error', [a(finish('error'), error(504))], 'error', 'timeout: no 504 (504)'],
  ['insufficient_system_resource', [a(finish('insufficient_system_resource')), DONE], 'error', ENDED],
  ['text that is cut off', [a(text()), a(text())], 'truncated', truncated('2 events')],
  ['only a role', [a(start)], 'truncated', truncated('1 event')],
  ['keep-alives are not counted as events', [KEEP_ALIVE, a(text()), KEEP_ALIVE], 'truncated', truncated('1 event')],
  ['usage is not an end marker', [a(text()), a(usage)], 'truncated', truncated('2 events')],
  ['a tool call that is cut off', [a(call), a(call)], 'truncated', truncated('2 events')],
  ['invalid JSON in a complete answer', [a(text()), UNREADABLE, DONE], 'complete', BAD],
  ['invalid JSON in a truncated answer', [a(text()), UNREADABLE], 'truncated', BAD],
  ['invalid JSON in an answer with an error', [a(error(502)), UNREADABLE], 'error', 'server_error: no 502 (502)'],
  ['the first invalid data is reported', [a(text()), UNREADABLE, { type: 'invalid', why: 'x' }, DONE], 'complete', BAD],
  ['an unknown event in an answer', [UNKNOWN, a(text()), DONE], 'complete'],
  ['only unknown events', [UNKNOWN, UNKNOWN], 'truncated', 'bad_data: no event has a known format'],
  ['only unknown events and an end marker', [UNKNOWN, DONE], 'complete', 'bad_data: no event has a known format'],
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
  ['a role starts the next', [a(text()), DONE, a(start)], 'chunk done | chunk', 'truncated', truncated('1 event')],
  [
    'another id starts the next if only a finish arrived',
    [a(text(), finish('stop')), b(text(), finish('stop'))],
    'chunk | chunk',
    'complete',
  ],
  [
    'another id without a finish does not start the next',
    [a(text()), b(text()), b(finish('stop'))],
    'chunk chunk chunk',
    'complete',
  ],
  [
    'another id while a choice is unfinished does not start the next',
    [a(text(0), finish('stop', 1)), b(text(), finish('stop'))],
    'chunk chunk',
    'complete',
  ],
  ['the same id does not start the next', [a(text(), finish('stop')), a(text())], 'chunk chunk', 'complete'],
  [
    'an end marker after a finish does not start the next',
    [a(text(), finish('stop')), DONE, DONE],
    'chunk done done',
    'complete',
  ],
  [
    'usage after the end marker does not start the next',
    [a(text()), DONE, a(usage), DONE],
    'chunk done chunk done',
    'complete',
  ],
  [
    'usage without an id does not start the next',
    [a(text(), finish('stop')), chunk(undefined, usage)],
    'chunk chunk',
    'complete',
  ],
  [
    'a repeated finish does not start the next',
    [a(text(), finish('stop')), DONE, a(finish('stop'), usage)],
    'chunk done chunk',
    'complete',
  ],
  ['a finish with another id starts the next', [a(text()), DONE, b(finish('stop'))], 'chunk done | chunk', 'complete'],
  [
    'a chunk without deltas does not start the next',
    [a(text()), DONE, a(), chunk(undefined)],
    'chunk done chunk chunk',
    'complete',
  ],
  [
    'a chunk without deltas but another id starts the next',
    [a(text()), DONE, b(), b(text())],
    'chunk done | chunk chunk',
    'truncated',
    truncated('2 events'),
  ],
  [
    'a keep-alive does not start the next',
    [a(text()), DONE, KEEP_ALIVE, b(text()), DONE],
    'chunk done keep-alive | chunk done',
    'complete',
  ],
  [
    'an error after the end marker starts the next',
    [a(text()), DONE, chunk(undefined, error(429))],
    'chunk done | chunk',
    'error',
    'rate_limited: no 429 (429)',
  ],
  [
    'the failure of the first is reported',
    [a(error(429)), DONE, b(text()), DONE],
    'chunk done | chunk done',
    'complete',
    'rate_limited: no 429 (429)',
  ],
  [
    'the more severe of two failures',
    [a(error(401)), DONE, b(error(429)), DONE],
    'chunk done | chunk done',
    'error',
    'auth: no 401 (401)',
  ],
  [
    'the more severe of two failures comes last',
    [a(error()), DONE, b(error(401)), DONE],
    'chunk done | chunk done',
    'error',
    'auth: no 401 (401)',
  ],
  [
    'the first of two equally severe failures',
    [a(error(401)), DONE, b(error(403)), DONE],
    'chunk done | chunk done',
    'error',
    'auth: no 401 (401)',
  ],
  ['the last is cut off', [a(text()), DONE, b(text())], 'chunk done | chunk', 'truncated', truncated('1 event')],
  [
    'each has its warning',
    [a(text(), finish('length')), DONE, b(refusal), DONE],
    'chunk done | chunk done',
    'filtered',
    undefined,
    [CUT, REFUSED],
  ],
  [
    'the state of the first does not affect the second',
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

function trailer(status: ExitStatus, code: ErrorCode, isReported = true, verdict: Verdict = 'error'): ParsedEvent {
  return { type: 'trailer', trailer: { status, verdict, code, reported: isReported } }
}

const AUTH = trailer(77, 'auth')
const SLOW = trailer(75, 'rate_limited')
const SHORTENED = trailer(76, 'truncated', true, 'truncated')

/** Returns the verdict and the failure after trailers, and true if it has been reported. */
function afterTrailers(events: ParsedEvent[], policy?: Policy) {
  const { failure, ...rest } = judged(events, policy)
  const { status, code, reported } = failure ?? {}
  return { ...rest, status, code, reported }
}

test.each<[string, ParsedEvent[], Verdict, ExitStatus, ErrorCode, boolean, string]>([
  ['before any event', [AUTH], 'error', 77, 'auth', true, ''],
  ['before any event, truncated', [SHORTENED], 'empty', 76, 'truncated', true, ''],
  ['after keep-alives', [KEEP_ALIVE, SLOW], 'error', 75, 'rate_limited', true, 'keep-alive'],
  ['in mid-stream', [a(text()), SLOW], 'error', 75, 'rate_limited', true, 'chunk'],
  ['truncated', [a(text()), SHORTENED], 'truncated', 76, 'truncated', true, 'chunk'],
  ['after a complete answer', [a(text()), DONE, AUTH], 'error', 77, 'auth', true, 'chunk done'],
  ['after a finish', [a(text(), finish('stop')), AUTH], 'error', 77, 'auth', true, 'chunk'],
  ['not reported yet', [a(text()), trailer(75, 'connection', false)], 'error', 75, 'connection', false, 'chunk'],
  ['the more severe of two failures', [a(text()), SLOW, AUTH], 'error', 77, 'auth', true, 'chunk'],
  ['the more severe of two failures comes first', [a(text()), AUTH, SLOW], 'error', 77, 'auth', true, 'chunk'],
  ['the first of two equally severe failures', [trailer(77, 'credits'), AUTH], 'error', 77, 'credits', true, ''],
  ['with the error that it reports', [a(error(401)), AUTH], 'error', 77, 'auth', true, 'chunk'],
  ['with a more severe error of the answer', [a(error(401)), SLOW], 'error', 77, 'auth', false, 'chunk'],
  ['with a less severe error of the answer', [a(error(429)), AUTH], 'error', 77, 'auth', true, 'chunk'],
  [
    'with the invalid data that it reports',
    [UNREADABLE, trailer(65, 'bad_data')],
    'error',
    65,
    'bad_data',
    true,
    'invalid',
  ],
  [
    'with invalid data that it does not report',
    [UNREADABLE, SHORTENED, DONE],
    'complete',
    65,
    'bad_data',
    false,
    'invalid | done',
  ],
  ['of a full disk', [a(text()), trailer(74, 'write_failed')], 'error', 74, 'write_failed', true, 'chunk'],
  [
    'of a signal',
    [a(text()), trailer(130, 'interrupted', false, 'truncated')],
    'truncated',
    130,
    'interrupted',
    false,
    'chunk',
  ],
  [
    'of a signal, and an error of the answer',
    [a(error(401)), trailer(130, 'interrupted', false, 'truncated')],
    'error',
    130,
    'interrupted',
    false,
    'chunk',
  ],
  [
    'of a signal, and invalid data',
    [a(text()), UNREADABLE, trailer(143, 'interrupted', false, 'truncated')],
    'truncated',
    143,
    'interrupted',
    false,
    'chunk invalid',
  ],
  [
    'of a full disk, and an error of the answer',
    [a(error(401)), trailer(74, 'write_failed')],
    'error',
    74,
    'write_failed',
    true,
    'chunk',
  ],
  [
    'that reports a finish as a failure',
    [a(finish('length')), trailer(76, 'length', true, 'length')],
    'length',
    76,
    'length',
    true,
    'chunk',
  ],
])('a trailer: %s', (_, events, verdict, status, code, reported, passed) => {
  expect(afterTrailers(events)).toEqual({
    verdict,
    status,
    code,
    reported,
    passed,
    warnings: code === 'length' ? [CUT] : [],
  })
})

test.each<[string, ParsedEvent[], string, Verdict, ExitStatus, ErrorCode]>([
  ['complete', [a(text()), SHORTENED, b(text()), DONE], 'chunk | chunk done', 'complete', 76, 'truncated'],
  ['complete, with the same id', [a(text()), AUTH, a(text()), DONE], 'chunk | chunk done', 'complete', 77, 'auth'],
  ['complete, after a trailer alone', [AUTH, b(text()), DONE], '| chunk done', 'complete', 77, 'auth'],
  ['truncated', [a(text()), SLOW, b(text())], 'chunk | chunk', 'truncated', 75, 'rate_limited'],
  ['failed for a more severe reason', [a(text()), SLOW, b(text()), AUTH], 'chunk | chunk', 'error', 77, 'auth'],
  ['failed for a less severe reason', [a(text()), AUTH, b(text()), SLOW], 'chunk | chunk', 'error', 77, 'auth'],
  ['failed before it began', [a(text()), DONE, b(text()), SLOW, AUTH], 'chunk done | chunk', 'error', 77, 'auth'],
  [
    'started by keep-alives',
    [a(text()), SLOW, KEEP_ALIVE, b(text()), DONE],
    'chunk keep-alive | chunk done',
    'complete',
    75,
    'rate_limited',
  ],
  ['only usage', [a(text()), AUTH, a(usage)], 'chunk | chunk', 'truncated', 77, 'auth'],
])('a trailer ends an answer, and the next one is judged: %s', (_, events, passed, verdict, status, code) => {
  expect(afterTrailers(events)).toMatchObject({ passed, verdict, status, code })
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

test('no trailer removes a failure, improves a verdict, or makes an error less severe', () => {
  const claims = VERDICTS.flatMap((claimed) => codes.map((code) => trailer(statusOf(code), code, true, claimed)))
  const bettered = ENDS.flatMap((events) => {
    const before = afterTrailers(events)
    const least = before.verdict === 'error' ? (before.status ?? 0) : 0
    return claims.flatMap((claim) => {
      const after = afterTrailers([...events, claim])
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
  ['length, and a complete answer', { failOn: ['length'] }, [a(text()), DONE], 'complete', undefined, []],
  ['length, and a refusal', { failOn: ['length'] }, [a(refusal), DONE], 'filtered', undefined, [REFUSED]],
  ['filtered', { failOn: ['filtered'] }, [a(refusal), DONE], 'filtered', `filtered: ${REFUSED}`, []],
  [
    'filtered, and an answer cut at the token limit',
    { failOn: ['filtered'] },
    [a(finish('length'))],
    'length',
    undefined,
    [CUT],
  ],
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
    'length, and an error',
    { failOn: ['length'] },
    [a(finish('length')), DONE, b(error(429))],
    'error',
    'rate_limited: no 429 (429)',
    [],
  ],
  ['length, and invalid data', { failOn: ['length'] }, [UNREADABLE, a(finish('length'))], 'length', BAD, []],
  ['length, and a truncated answer', { failOn: ['length'] }, [a(text())], 'truncated', truncated('1 event'), []],
])('--fail-on %s', (_, policy, events, verdict, failure, warnings) => {
  expect(judgedBy(policy, events)).toEqual({ verdict, failure, warnings })
})

const ACCEPTED = 'the answer has no end marker (accepted with --allow-truncated)'
const OPEN_CALL = truncated('1 event')

test.each<[string, ParsedEvent[], Verdict, string | undefined, string[]]>([
  ['without its end marker', [a(text())], 'truncated', undefined, [ACCEPTED]],
  ['complete', [a(text()), DONE], 'complete', undefined, []],
  ['one choice finished, one not', [a(text(0), text(1)), a(finish('stop', 1))], 'truncated', undefined, [ACCEPTED]],
  ['with an unfinished call', [a(call)], 'truncated', OPEN_CALL, []],
  ['with text and an unfinished call', [a(text(), call)], 'truncated', OPEN_CALL, []],
  [
    'with a finished call and unfinished text',
    [a(text(), LOOK, finish('tool_calls', 1))],
    'truncated',
    undefined,
    [ACCEPTED],
  ],
  ['with an unfinished call and finished text', [a(text(1), call, finish('stop', 1))], 'truncated', OPEN_CALL, []],
  ['with a call and an end marker', [a(call), DONE], 'complete', undefined, []],
  ['empty', [], 'empty', EMPTY, []],
  ['an error', [a(text()), a(error(429))], 'error', 'rate_limited: no 429 (429)', []],
  ['with invalid data', [a(text()), UNREADABLE], 'truncated', BAD, [ACCEPTED]],
  [
    'in the second of two answers',
    [a(text(), finish('stop')), b(text()), b(text())],
    'truncated',
    undefined,
    [ACCEPTED],
  ],
  ['reported by a trailer', [a(text()), SHORTENED], 'truncated', undefined, [ACCEPTED]],
  ['reported by a trailer, with an unfinished call', [a(call), SHORTENED], 'truncated', exitedWith('truncated'), []],
  ['reported by a trailer as an error', [a(text()), trailer(76, 'stream_error')], 'error', exitedWith('error'), []],
  [
    'reported by a trailer with a more severe failure',
    [a(text()), trailer(75, 'connection', true, 'truncated')],
    'truncated',
    exitedWith('truncated', 75),
    [],
  ],
  ['reported by a trailer as empty', [trailer(76, 'empty', true, 'empty')], 'empty', exitedWith('empty'), []],
])('--allow-truncated: %s', (_, events, verdict, failure, warnings) => {
  const found = judgedBy({ allowTruncated: true }, events)
  expect({ ...found, failure: found.failure?.replace(/^\w+: (?=or-stream exited)/, '') }).toEqual({
    verdict,
    failure,
    warnings,
  })
})

function exitedWith(verdict: Verdict, status = 76): string {
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
])('accepted: %j with %j', (events, policy, expected) => {
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
  ['invalid data, and an error', [a(error(429)), UNREADABLE, DONE], 'event 2 is not JSON: {'],
  ['only unknown formats', [UNKNOWN], 'no event has a known format'],
  ['an unknown format among known ones', [UNKNOWN, DONE, a(text())], undefined],
])('formatError: %s', (_, events, message) => {
  const { ends } = judgedIn(run(judge(), events))
  expect(ends.at(-1)?.formatError?.message).toBe(message)
  expect(ends.slice(0, -1).filter(({ formatError }) => formatError)).toEqual([])
})
