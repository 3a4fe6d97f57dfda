import { expect, test } from 'vitest'
import { parseAnswers } from '../../../src/core/answer/answers.js'
import { events } from '../../../src/core/sse/detect.js'
import { chain } from '../../../src/core/stream/stage.js'
import { dialects } from '../../../src/dialects/index.js'
import { check, type CheckOptions, type CheckSummary, type Finding } from '../../../src/filters/check/check.js'
import { RULES } from '../../../src/filters/check/rules.js'
import { eventLines } from '../../../src/filters/convert/to-ndjson.js'
import { RECORDINGS } from '../../support/corpus.js'
import { everyCut, run, utf8Bytes } from '../../support/feed.js'
import { cases } from '../../support/fixtures.js'
import { inShort, judgedIn, writtenBy } from '../../support/outcomes.js'
import { sized } from '../../support/size.js'
import { outcome } from '../../support/stations.js'
import { DONE, errorEvent, event } from '../../support/wire.js'

/** Splits the outputs into the findings and the summary, which must be the only one and the last output. */
function split(outputs: readonly (Finding | CheckSummary)[]) {
  const findings = outputs.filter((output) => output.type === 'finding')
  const summary = outputs.at(-1)
  if (summary?.type !== 'summary') throw new Error('the last output of a check is its summary')
  expect(findings).toHaveLength(outputs.length - 1)
  return { findings, summary }
}

function runCheck(pieces: readonly Uint8Array[], options?: CheckOptions) {
  return split(run(check(dialects, options), pieces))
}

/** Returns the findings as `line rule: message`. */
function findingsIn(pieces: readonly Uint8Array[], options?: CheckOptions): string[] {
  return runCheck(pieces, options).findings.map(({ line, rule, message }) => `${line} ${rule}: ${message}`)
}

function rulesIn(stream: Uint8Array): string[] {
  return runCheck([stream]).findings.map(({ rule }) => rule)
}

function choice(delta: object, more: object = {}) {
  return event({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, ...more }] })
}

const A = choice({ role: 'assistant', content: 'a' })
const STOP = choice({}, { finish_reason: 'stop' })
const USAGE = event({ choices: [], usage: { total_tokens: 3 } })
const END = `${STOP}${USAGE}${DONE}`

function call(index: number | undefined, id: string | undefined, name: string | undefined, args: string) {
  return choice({ tool_calls: [{ index, id, function: { name, arguments: args } }] })
}

function named(data: { type: string; [key: string]: unknown }, name = data.type) {
  return `event: ${name}\n${event(data)}`
}

const MESSAGE = [
  named({ type: 'message_start', message: { usage: { input_tokens: 1 } } }),
  named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a' } }),
  named({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } }),
].join('')
const STOPPED = named({ type: 'message_stop' })

const response = (type: string, sequence: number, more: object = {}) =>
  event({ type: `response.${type}`, sequence_number: sequence, ...more })
const USED = { response: { usage: { total_tokens: 3 } } }

const KEY = `sk-or-v1-${'0123456789abcdef'.repeat(4)}`

interface Row {
  readonly rule: string
  readonly bad: string | Uint8Array
  readonly finds: readonly string[]
  /** The same stream without the problem. */
  readonly good: string
}

const table: readonly Row[] = [
  {
    rule: 'bad-utf8',
    bad: Buffer.from(`${A}: \xe4\n\n${END}`, 'latin1'),
    finds: ['3 bad-utf8: the line contains invalid UTF-8, which readers replace with U+FFFD'],
    good: `${A}: ä\ufffd\n\n${END}`,
  },
  {
    rule: 'mixed-line-ends',
    bad: `${A}${STOP.replaceAll('\n', '\r\n')}${USAGE}${DONE}`,
    finds: ['3 mixed-line-ends: the line ends with CRLF, the previous line with LF'],
    good: `${A}${END}`.replaceAll('\n', '\r\n'),
  },
  {
    rule: 'no-last-blank-line',
    bad: `${A}${STOP}${USAGE}${DONE.trimEnd()}`,
    finds: ['7 no-last-blank-line: no blank line follows the last block, so parsers drop it'],
    good: `\ufeff${A}${END}: a comment`,
  },
  {
    rule: 'unknown-field',
    bad: `${A} data: x\nDATA: x\n\n${END}`,
    finds: [
      '3 unknown-field: " data" is not a field of SSE, so parsers ignore the line',
      '4 unknown-field: "DATA" is not a field of SSE, so parsers ignore the line',
    ],
    good: `retry: 5\nid: 7\n\nevent\n:x\n${A}${END}`,
  },
  {
    rule: 'comment-as-data',
    bad: `data: : OPENROUTER PROCESSING\n\n${A}${END}`,
    finds: ['1 comment-as-data: the data is a comment, which clients try to parse'],
    good: `: OPENROUTER PROCESSING\n\n: \n\ndata:\n\n${A}${END}`,
  },
  {
    rule: 'bad-json',
    bad: `${A}data: {"a\n\n${`data: ${A}`}${END}`,
    finds: [
      '3 bad-json: the data is neither JSON nor an end marker (3 characters)',
      '5 bad-json: the data begins with "data:", so it was wrapped twice',
    ],
    good: `${A}event: ping\ndata: now\n\nevent: error\ndata: nothing works\n\n`,
  },
  {
    rule: 'event-name',
    bad: `${named({ type: 'message_start' }, 'message_begin')}${MESSAGE.replaceAll(/event: .*\n/g, '')}${STOPPED}`,
    finds: [
      '1 event-name: the event name is "message_begin", but the type is "message_start"',
      '4 event-name: the event name is "message", but the type is "message_start"',
      '6 event-name: the event name is "message", but the type is "content_block_delta"',
      '8 event-name: the event name is "message", but the type is "message_delta"',
    ],
    good: `${MESSAGE}${STOPPED}`,
  },
  {
    rule: 'event-name of responses',
    bad: `${response('created', 1)}event: message_stop\n${response('completed', 2, USED)}`,
    finds: ['3 event-name: the event name is "message_stop", but the type is "response.completed"'],
    good: `${response('created', 1)}event: response.completed\n${response('completed', 2, USED)}`,
  },
  {
    rule: 'data-after-end',
    bad: `${A}${END}${USAGE}${A}${END}${DONE}data: [\n\n`,
    finds: [
      '9 data-after-end: data follows the end marker at line 7',
      '9 usage-twice: usage is reported again (first at line 5)',
      '19 data-after-end: data follows the end marker at line 17',
      '21 bad-json: the data is neither JSON nor an end marker (1 character)',
      '21 data-after-end: data follows the end marker at line 19',
    ],
    good: `${A}${END}: bye\n\ndata:\n\n`,
  },
  {
    rule: 'data-after-end of messages',
    bad: `${MESSAGE}${STOPPED}${MESSAGE}${STOPPED}`,
    finds: ['13 data-after-end: data follows the end marker at line 10'],
    good: `${MESSAGE}${STOPPED}event: data\n${DONE}`,
  },
  {
    rule: 'done-missing',
    bad: `${A}${STOP}${USAGE}`,
    finds: ['5 done-missing: the answer ends without data: [DONE]'],
    good: response('completed', 0, USED),
  },
  {
    rule: 'finish-missing',
    bad: `${A}${USAGE}${DONE}`,
    finds: ['5 finish-missing: choice 0 has no finish reason'],
    good: `${A}${errorEvent(500, 'no')}`,
  },
  {
    rule: 'finish-twice',
    bad: `${A}${STOP}${STOP}${USAGE}${DONE}`,
    finds: ['5 finish-twice: choice 0 has a second finish reason (first at line 3)'],
    good: `${A}${STOP}${event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: { total_tokens: 3 } })}${DONE}`,
  },
  {
    rule: 'usage-missing',
    bad: `${A}${STOP}${DONE}${A}${STOP}${DONE}`,
    finds: [
      '5 usage-missing: the answer does not report usage',
      '7 data-after-end: data follows the end marker at line 5',
      '11 usage-missing: the answer does not report usage',
    ],
    good: A,
  },
  {
    rule: 'usage-twice',
    bad: `${A}${USAGE}${STOP}${USAGE}${USAGE}${DONE}`,
    finds: ['7 usage-twice: usage is reported again (first at line 3)'],
    good: `${MESSAGE}${STOPPED}`,
  },
  {
    rule: 'choices-missing',
    bad: `${event({ object: 'chat.completion.chunk', choices: null })}${A}${END}`,
    finds: ['1 choices-missing: the chunk has no choices array'],
    good: `${event({ object: 'chat.completion.chunk', choices: [], debug: {} })}${A}${event({ object: 'chat.completion.chunk', error: { code: 500 } })}`,
  },
  {
    rule: 'role-change',
    bad: `${A}${choice({ role: 'user' })}${END}`,
    finds: ['3 role-change: the role of choice 0 changes from "assistant" to "user"'],
    good: `${choice({ role: 'assistant' })}${choice({ role: '' })}${A}${choice({})}${END}`,
  },
  {
    rule: 'tool-index-missing',
    bad: `${call(undefined, 'x', 'look', '{')}${call(undefined, undefined, undefined, '}')}${call(undefined, 'y', 'see', '{}')}${END}`,
    finds: ['1 tool-index-missing: a tool call has no index'],
    good: event({
      candidates: [{ content: { parts: [{ functionCall: { name: 'look' } }] }, finishReason: 'STOP' }],
      usageMetadata: { totalTokenCount: 3 },
    }),
  },
  {
    rule: 'tool-index-reused',
    bad: `${call(0, 'x', 'look', '{}')}${call(0, 'y', 'see', '{}')}${call(0, undefined, 'hear', '')}${END}`,
    finds: [
      '3 tool-index-reused: another tool call already uses index 0 (since line 1)',
      '5 tool-index-reused: another tool call already uses index 0 (since line 3)',
    ],
    good: `${call(0, 'x', 'look', '')}${call(0, 'x', 'look', '{')}${call(1, 'y', 'see', '')}${call(0, undefined, undefined, '}')}${END}`,
  },
  {
    rule: 'tool-arguments-cut',
    bad: `${call(0, 'x', 'look', '{"a":')}${call(0, 'z', 'touch', '{')}${call(1, 'y', 'see', '{"b":')}${call(1, undefined, undefined, '1')}${END}`,
    finds: [
      '3 tool-index-reused: another tool call already uses index 0 (since line 1)',
      '3 tool-arguments-cut: the arguments of look (line 1) are not valid JSON',
      '9 tool-arguments-cut: the arguments of touch (line 3), see (line 5) are not valid JSON',
    ],
    good: `${call(0, 'x', 'look', '{"a":')}${call(1, 'y', 'see', '')}${call(0, undefined, undefined, '1}')}${END}`,
  },
  {
    rule: 'tool-arguments-cut without a finish',
    bad: `${call(0, undefined, undefined, '{')}`,
    finds: ['1 tool-arguments-cut: the arguments of a call (line 1) are not valid JSON'],
    good: [
      response('output_item.added', 1, {
        output_index: 0,
        item: { type: 'custom_tool_call', call_id: 'x', name: 'run' },
      }),
      response('custom_tool_call_input.delta', 2, { output_index: 0, delta: 'any {text' }),
      response('completed', 3, USED),
    ].join(''),
  },
  {
    rule: 'sequence-gap',
    bad: `${response('created', 0)}${response('in_progress', 2)}${response('in_progress', 2)}${response('completed', 3, USED)}`,
    finds: ['3 sequence-gap: sequence_number goes from 0 to 2', '5 sequence-gap: sequence_number goes from 2 to 2'],
    good: `${response('created', 5)}${response('completed', 6, USED)}`,
  },
  {
    rule: 'secret',
    bad: `: the key is ${KEY}\n\n${choice({ content: `Use Bearer ${KEY}` })}${END}`,
    finds: ['1 secret: found what looks like an OpenRouter key', '3 secret: found what looks like an OpenRouter key'],
    good: `${choice({ content: 'sk-or-v1-… Bearer $OPENROUTER_API_KEY, a task-0123456789012345678901234' })}${END}`,
  },
]

const bytesOf = (stream: string | Uint8Array) => (typeof stream === 'string' ? utf8Bytes(stream) : stream)

test.each(table)('$rule', ({ bad, finds, good }) => {
  expect(findingsIn([bytesOf(bad)])).toEqual(finds)
  expect(findingsIn([bytesOf(good)])).toEqual([])
})

/** A complete answer that leaves state in every rule. */
const BEFORE = `${choice({ role: 'model' })}${call(0, 'p', 'prior', '{}')}${event({ choices: [], sequence_number: 100 })}${END}`

test.each(table.filter(({ bad }) => typeof bad === 'string'))('$rule: keeps no state of the previous answer', (row) => {
  const lines = BEFORE.split('\n').length - 1
  const mark = `data-after-end: data follows the end marker at line ${lines - 1}`
  const shifted = row.finds.map((finding) =>
    finding.replaceAll(/(?<=^|line )\d+/g, (line) => String(Number(line) + lines)),
  )
  const actual = findingsIn([utf8Bytes(BEFORE + String(row.bad))])
  expect(actual.filter((finding) => !finding.endsWith(mark))).toEqual(shifted)
})

test('every rule has a row in the table', () => {
  const names = new Set(table.flatMap(({ finds }) => finds.map((finding) => /\d+ ([\w-]+)/.exec(finding)?.[1])))
  expect(RULES.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([])
  expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length)
})

test.each(table)('$rule: the findings do not depend on chunk boundaries', ({ bad, finds }) => {
  const places = sized({ small: 40, ci: 200, long: 100_000 })
  for (const [cut, pieces] of everyCut(bytesOf(bad), places, 10))
    expect([cut, findingsIn(pieces)]).toEqual([cut, finds])
})

const withoutLine = (finding: string) => finding.replaceAll(/^\d+ |line \d+/g, '')

/** Rules for framing that is lost when the stream is parsed. */
const FRAMING = new Set(['bad-utf8', 'mixed-line-ends', 'no-last-blank-line', 'unknown-field'])

test.each(table.filter(({ rule }) => !FRAMING.has(rule)))(
  '$rule: the same findings for NDJSON, with its line numbers',
  ({ bad, finds }) => {
    const lines = writtenBy(chain(events(), eventLines({ all: true })), [bytesOf(bad)]).stdout
    expect(findingsIn([utf8Bytes(lines)]).map(withoutLine)).toEqual(finds.map(withoutLine))
  },
)

test('a line of NDJSON that is not in the format of sse-parse', () => {
  const lines = `{"event":"message","data":"[DONE]"}\n{"a":"${KEY}"}\n[1]\n`
  expect(findingsIn([utf8Bytes(lines)]).filter((finding) => !finding.includes('usage'))).toEqual([
    '2 bad-json: the line is not in the format of sse-parse',
    '3 bad-json: the line is not in the format of sse-parse',
  ])
})

test.each([
  ['a web page', '<!doctype html>\n<html lang="en">\n'],
  ['a whole answer', '{\n  "object": "chat.completion"\n}\n'],
  ['bytes', Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7) % 256))],
])('what is no stream has no findings: %s', (_, input) => {
  const { findings, summary } = runCheck([bytesOf(input)])
  expect([findings, summary.failure?.code]).toEqual([[], 'bad_data'])
})

test('findings before the first sign of a stream are reported together with it', () => {
  expect(findingsIn([utf8Bytes(`foo: x\n\n${A}${END}`)])).toEqual([
    '1 unknown-field: "foo" is not a field of SSE, so parsers ignore the line',
  ])
  const stage = check(dialects)
  expect([...stage.push(utf8Bytes('foo: x\n'))]).toEqual([])
  expect([...stage.push(utf8Bytes(A))].length).toBe(1)
})

test('twenty findings per rule are reported, the rest are counted', () => {
  const lines = findingsIn([utf8Bytes(`${'data: x\n\n'.repeat(1000)}`)])
  expect(lines.length).toBe(21)
  expect(lines.slice(19)).toEqual([
    '39 bad-json: the data is neither JSON nor an end marker (1 character)',
    '1999 bad-json: 980 more findings, the last one on this line',
  ])
})

test('only some of the rules', () => {
  const rules = RULES.filter(({ name }) => name === 'usage-missing')
  expect(findingsIn([utf8Bytes(`foo: x\n\n${A}${STOP}`)], { rules })).toEqual([
    '5 usage-missing: the answer does not report usage',
  ])
})

test.each([
  ['in an error of the provider', errorEvent(401, `Incorrect API key provided: ${KEY}`)],
  ['in data that is not JSON', `data: x ${KEY}\n\n`],
  [
    'in a line of NDJSON, cut by the excerpt',
    `{"event":"message","data":"[DONE]"}\nthe key that was sent with the request is ${KEY}\n`,
  ],
  ['in the name of a field', `${A}${KEY}\n\n${END}`],
  ['in the name of a tool', `${call(0, 'x', KEY, '{')}${END}`],
])('no message repeats a secret: %s', (_, stream) => {
  const { findings, summary } = runCheck([utf8Bytes(stream)])
  const messages = [...findings.map(({ message }) => message), summary.failure?.message ?? ''].join('\n')
  expect(messages).not.toContain('0123')
})

test('if the arguments of a call exceed the bound, neither they nor the rest of the answer are checked', () => {
  const long = call(0, 'x', 'look', `{"a":"${'a'.repeat(500)}`)
  const stream = `${long.repeat(4)}${call(1, 'y', 'see', '{')}${END}${call(0, 'z', 'touch', '{')}${END}`
  expect(findingsIn([utf8Bytes(stream)], { maxEventBytes: 1000 })).toEqual([
    '17 data-after-end: data follows the end marker at line 15',
    '19 tool-arguments-cut: the arguments of touch (line 17) are not valid JSON',
  ])
})

test('the summary has the worst verdict of several answers and counts all events', () => {
  const { summary } = runCheck([utf8Bytes(`${A}${errorEvent(429, 'no')}${DONE}${A}${END}`)])
  expect({ ...summary, failure: inShort(summary.failure) }).toEqual({
    type: 'summary',
    verdict: 'error',
    events: 7,
    failure: 'rate_limited: no (429)',
    formatError: undefined,
    warnings: [],
  })
})

test('the summary has the most severe failure, the format error, and the warnings of all answers', () => {
  const long = `${choice({ content: 'a' }, { finish_reason: 'length' })}${DONE}`
  const { summary } = runCheck([utf8Bytes(`${long}${errorEvent(429, 'no')}${DONE}data: {"a\n\n${DONE}${long}${A}`)])
  expect({ ...summary, failure: inShort(summary.failure), formatError: inShort(summary.formatError) }).toEqual({
    type: 'summary',
    verdict: 'error',
    events: 9,
    failure: 'rate_limited: no (429)',
    formatError: 'bad_data: event 5 is not JSON: {"a',
    warnings: Array(2).fill('the answer was cut at the token limit (finish reason length)'),
  })
})

test('an event over maxEventBytes ends the check; earlier findings are reported', () => {
  const stage = check(dialects, { maxEventBytes: 500 })
  const { outputs, failure } = outcome(stage, [utf8Bytes(`${A}foo: x\n\n${A.repeat(5)}data: ${'x'.repeat(600)}`)])
  const { findings, summary } = split(outputs)
  expect([findings.map(({ rule }) => rule), failure?.code]).toEqual([['unknown-field'], 'too_large'])
  expect(summary).toEqual({
    type: 'summary',
    verdict: 'truncated',
    events: 6,
    failure,
    formatError: failure,
    warnings: [],
  })
})

/** The findings in our own fixtures. Each was reviewed and is correct. */
const EXPECTED_RULES = new Map([
  ['chat/azure', ['usage-missing']],
  ['chat/broken-json-event', ['bad-json']],
  ['chat/cerebras-time-info', ['choices-missing']],
  ['chat/comment-as-data', ['comment-as-data', 'comment-as-data']],
  ['chat/done-without-finish', ['finish-missing', 'usage-missing']],
  ['chat/double-finish-then-usage', ['finish-twice']],
  ['chat/error-line', ['unknown-field']],
  ['chat/finish-empty-string', ['usage-missing']],
  ['chat/finish-without-done', ['done-missing']],
  ['chat/gemini-compat', ['usage-twice', 'tool-index-missing']],
  ['chat/logprobs', ['usage-missing']],
  ['chat/mixed-line-ends', ['mixed-line-ends']],
  ['chat/no-usage', ['usage-missing']],
  ['chat/perplexity-message', ['usage-twice', 'done-missing']],
  ['chat/siliconflow-usage-with-content', ['usage-twice']],
  ['chat/tail-done-unterminated', ['no-last-blank-line', 'finish-missing', 'usage-missing']],
  ['chat/tail-json-unterminated', ['no-last-blank-line', 'done-missing', 'usage-missing']],
  ['chat/tool-null-index', ['tool-index-missing']],
  ['chat/tool-same-index-new-id', ['tool-index-reused']],
  ['chat/truncated', ['no-last-blank-line']],
  ['chat/two-answers', ['data-after-end']],
  ['chat/usage-on-every-chunk', ['usage-twice']],
  ['messages/truncated', ['no-last-blank-line']],
  ['messages/two-messages', ['data-after-end']],
  ['messages/unterminated-tail', ['no-last-blank-line']],
  ['responses/sequence-gap', ['sequence-gap', 'sequence-gap']],
  ['responses/tail-unterminated', ['no-last-blank-line']],
  ['responses/truncated', ['no-last-blank-line']],
  ['responses/two-answers', ['data-after-end']],
])

test('the findings in the fixtures are the expected ones', () => {
  const rulesByCase = cases().map(({ name, stream }) => [name, rulesIn(stream)] as const)
  expect(new Map(rulesByCase.filter(([, rules]) => rules.length > 0))).toEqual(EXPECTED_RULES)
})

test.each(cases().map((one) => [one.name, one] as const))(
  '%s: the verdict and the exit status',
  (_, { stream, outcome: known }) => {
    const { verdict, failure } = runCheck([stream]).summary
    expect({ verdict, status: failure?.status ?? 0 }).toEqual(known)
  },
)

/** Known problems of real servers and of recordings. Recordings of others have no other findings. */
const KNOWN_RULES = new Set([
  'no-last-blank-line',
  'unknown-field',
  'bad-json',
  'data-after-end',
  'done-missing',
  'finish-missing',
  'usage-missing',
  'usage-twice',
  'tool-arguments-cut',
])

test.skipIf(RECORDINGS.isMissing)(`${RECORDINGS.title}: most have no findings`, () => {
  const rulesByRecording = RECORDINGS.rows().map(({ stream }) => rulesIn(stream))
  expect([...new Set(rulesByRecording.flat())].filter((rule) => !KNOWN_RULES.has(rule))).toEqual([])
  expect(rulesByRecording.filter((rules) => rules.length > 0).length).toBeLessThanOrEqual(rulesByRecording.length / 5)
})

test.skipIf(RECORDINGS.isMissing).each(RECORDINGS.named())(
  '%s: the verdict equals that of the other programs',
  (_, { stream }) => {
    const { failure, warnings } = runCheck([stream]).summary
    const answered = judgedIn(run(parseAnswers(dialects), [stream]))
    expect([inShort(failure), warnings]).toEqual([inShort(answered.failure), answered.warnings])
  },
)
