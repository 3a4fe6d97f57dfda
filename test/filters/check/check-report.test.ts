import { expect, test } from 'vitest'
import { StreamError } from '../../../src/core/errors/error.js'
import { chain } from '../../../src/core/stream/stage.js'
import { VERDICTS, type Verdict } from '../../../src/core/errors/verdict.js'
import { dialects } from '../../../src/dialects/index.js'
import { checkReport, type CheckReportOptions } from '../../../src/filters/check/check-report.js'
import { check } from '../../../src/filters/check/check.js'
import { utf8Bytes } from '../../support/feed.js'
import { writtenBy, writtenIn } from '../../support/outcomes.js'
import { outcome } from '../../support/stations.js'
import { chunk, DONE, errorEvent, event } from '../../support/wire.js'

const GOOD = `${chunk('a')}${chunk('', 'stop')}${event({ choices: [], usage: { total_tokens: 3 } })}${DONE}`
/** One stream per verdict, without findings. */
const STREAMS: Record<Verdict, string> = {
  complete: GOOD,
  length: GOOD.replace('"stop"', '"length"'),
  filtered: GOOD.replace('"stop"', '"content_filter"'),
  truncated: chunk('a'),
  empty: ': nothing\n\n',
  error: errorEvent(429, 'no'),
}
const STATUS: Record<Verdict, number> = { complete: 0, length: 0, filtered: 0, truncated: 76, empty: 76, error: 75 }

/** Returns the complete report on some inputs. */
function reportOf(
  inputs: readonly (readonly [string | undefined, string])[],
  options: Partial<CheckReportOptions> = {},
  policy: Parameters<typeof check>[1] = {},
) {
  const { addInput, end } = checkReport({
    json: false,
    several: inputs.length > 1,
    pedantic: false,
    expect: undefined,
    ...options,
  })
  let stdout = ''
  const failures: (string | undefined)[] = []
  const warnings: string[] = []
  const notes: string[] = []
  for (const [file, stream] of inputs) {
    const { outputs, failure: thrown } = outcome(chain(check(dialects, policy), addInput(file)), [utf8Bytes(stream)])
    const written = writtenIn(outputs)
    const failure = thrown ?? written.failure
    stdout += written.stdout
    failures.push(failure && `${failure.status} ${failure.code}: ${failure.message}`)
    warnings.push(...written.warnings)
    notes.push(...written.notes)
  }
  return { stdout: stdout + [...end()].join(''), failures, warnings, notes }
}

test('one complete stream without findings has an empty report', () => {
  expect(reportOf([['a.sse', GOOD]])).toEqual({
    stdout: '',
    failures: [undefined],
    warnings: [],
    notes: ['complete, 4 events, 0 findings'],
  })
})

test('one stream: its findings and its failure', () => {
  expect(reportOf([[undefined, `foo: x\n${chunk('a')}`]])).toEqual({
    stdout: '-:1: unknown-field: "foo" is not a field of SSE, so parsers ignore the line\n',
    failures: ['76 truncated: the stream ended after 1 event without an end marker'],
    warnings: [],
    notes: ['truncated, 1 event, 1 finding'],
  })
})

test('several streams: the findings and one line of each, then a summary', () => {
  const inputs = [
    ...VERDICTS.map((verdict) => [`${verdict}.sse`, STREAMS[verdict]] as const),
    ['b.sse', `${GOOD}foo\n`] as const,
    ['new\nline', GOOD] as const,
  ]
  expect(reportOf(inputs).stdout).toBe(
    `complete   0 findings    complete.sse
length     0 findings    length.sse
filtered   0 findings    filtered.sse
truncated  0 findings    truncated.sse
empty      0 findings    empty.sse
error      0 findings    error.sse
b.sse:9: unknown-field: "foo" is not a field of SSE, so parsers ignore the line
complete   1 finding     b.sse
complete   0 findings    new line
8 files: 3 complete, 1 length, 1 filtered, 1 truncated, 1 empty, 1 error; 1 finding
`,
  )
})

test('the summary counts inputs that could not be read', () => {
  const { addInput, end } = checkReport({ json: false, several: true, pedantic: false, expect: undefined })
  addInput('gone.sse')
  expect([...end()]).toEqual(['1 file: 1 not read; 0 findings\n'])
})

test('--json: one object per input, with keys in a fixed order', () => {
  const inputs = [
    ['a.sse', GOOD],
    [undefined, `foo: x\n${errorEvent(429, 'no')}`],
  ] as const
  expect(reportOf(inputs, { json: true }).stdout).toBe(
    [
      '{"file":"a.sse","verdict":"complete","status":0,"code":null,"events":4,"findings":[]}\n',
      '{"file":null,"verdict":"error","status":75,"code":"rate_limited","events":1,"findings":',
      '[{"line":1,"rule":"unknown-field","message":"\\"foo\\" is not a field of SSE, so parsers ignore the line"}]}\n',
    ].join(''),
  )
})

test('an event over maxEventBytes: the report covers the events before it, and the failure', () => {
  const stream = `${chunk('a')}foo: x\n\ndata: ${'x'.repeat(600)}\n\n`
  const { stdout, failures } = reportOf([['a.sse', stream]], { json: true }, { maxEventBytes: 500 })
  expect(JSON.parse(stdout)).toMatchObject({
    verdict: 'truncated',
    status: 65,
    code: 'too_large',
    findings: [{ line: 3 }],
  })
  expect(failures).toEqual(['65 too_large: an event has more than 500 bytes; raise --max-event-bytes'])
})

const pairs = VERDICTS.flatMap((expected) => VERDICTS.map((verdict) => [expected, verdict] as const))

test.each(pairs.filter(([expected, verdict]) => expected === verdict))(
  '--expect %s: the verdict matches',
  (expected, verdict) => {
    expect(reportOf([['a.sse', STREAMS[verdict]]], { expect: expected })).toMatchObject({
      stdout: '',
      failures: [undefined],
      warnings: [],
    })
  },
)

test.each(pairs.filter(([expected, verdict]) => expected !== verdict))(
  '--expect %s: the verdict is %s',
  (expected, verdict) => {
    const failing = STATUS[verdict] === 0 ? '65 bad_data' : `${STATUS[verdict]} \\w+`
    const { failures } = reportOf([['a.sse', STREAMS[verdict]]], { expect: expected })
    expect(failures[0]).toMatch(
      new RegExp(
        `^${failing}: expected ${expected}, but the verdict is ${verdict}${STATUS[verdict] === 0 ? '' : ': .+'}$`,
      ),
    )
  },
)

test('--expect: invalid JSON still fails, even next to an error', () => {
  const broken = 'data: {"a\n\n'
  for (const verdict of ['complete', 'truncated', 'error'] as const)
    expect(reportOf([['a.sse', broken + STREAMS[verdict]]], { expect: verdict }).failures).toEqual([
      '65 bad_data: event 1 is not JSON: {"a',
    ])
})

test('--expect: a failure that was reported upstream is reported again, because the expectation is new', () => {
  const { addInput } = checkReport({ json: false, several: false, pedantic: false, expect: 'complete' })
  const stream = utf8Bytes(': or-stream status=77 verdict=error code=auth told=1\n')
  const { failure } = writtenBy(chain(check(dialects), addInput(undefined)), [stream])
  expect(failure).toMatchObject({
    code: 'auth',
    status: 77,
    reported: false,
    message: 'expected complete, but the verdict is error: or-stream exited with 77 (verdict error)',
  })
})

test.each<[string, string, string | undefined]>([
  ['no finding is no failure', GOOD, undefined],
  ['a finding is a failure', `foo\n${GOOD}`, '65 bad_data: 1 finding (--pedantic makes a finding an error)'],
  [
    'a less severe failure is named too',
    `foo\n${chunk('a')}`,
    '65 bad_data: 1 finding (--pedantic makes a finding an error); truncated: the stream ended after 1 event without an end marker',
  ],
  ['a more severe failure is kept', `foo\n${errorEvent(429, 'no')}`, '75 rate_limited: no (429)'],
])('--pedantic: %s', (_, stream, failure) => {
  expect(reportOf([['a.sse', stream]], { pedantic: true }).failures).toEqual([failure])
})

test.each([
  [chunk('a'), undefined],
  [`foo\n${chunk('a')}`, '65 bad_data: 1 finding (--pedantic makes a finding an error)'],
])('--pedantic with --expect', (stream, failure) => {
  expect(reportOf([['a.sse', stream]], { pedantic: true, expect: 'truncated' }).failures).toEqual([failure])
})

test('an error that is not a StreamError is not caught', () => {
  const bug = new Error('bug')
  const { addInput } = checkReport({ json: true, several: false, pedantic: false, expect: undefined })
  const broken = {
    ...check(dialects),
    push: () => {
      throw bug
    },
  }
  expect(() => [...chain(broken, addInput('a')).push(new Uint8Array())]).toThrow(bug)
  expect(bug).not.toBeInstanceOf(StreamError)
})
