import { expect, test } from 'vitest'
import { cases } from '../support/fixtures.js'
import { folderWith } from '../support/folder.js'
import { measure } from '../support/peak.js'
import { few, sized } from '../support/size.js'
import { program, shell, start } from '../support/spawn.js'
import { ANSWER, chunk, DONE, errorEvent, event } from '../support/wire.js'

const NAME = 'sse-check'

const GOOD = `${chunk('a')}${chunk('', 'stop')}${event({ choices: [], usage: { total_tokens: 3 } })}${DONE}`
const LENGTH = GOOD.replace('"stop"', '"length"')
const CUT = `foo: x\n${chunk('a')}`
const ERROR = errorEvent(429, 'no')

const folder = folderWith({
  'rec/good.sse': GOOD,
  'rec/deep/cut.sse': CUT,
  'rec/notes.txt': 'no stream',
  'length.sse': LENGTH,
  'error.sse': ERROR,
  'broken.sse': `data: {"a\n\n${ERROR}`,
  'none/notes.txt': '',
  'alone/good.sse': GOOD,
})

const FOO = '1: unknown-field: "foo" is not a field of SSE, so parsers ignore the line\n'
const SHORT = 'the stream ended after 1 event without an end marker\n'

interface Row {
  readonly args: string[]
  readonly input?: string
  readonly stdout: string
  readonly stderr?: string
  readonly status?: number
}

const object = (
  file: string | null,
  verdict: string,
  status: number,
  code: string | null,
  events: number,
  findings: object[] = [],
) => `${JSON.stringify({ file, verdict, status, code, events, findings })}\n`
const foo = { line: 1, rule: 'unknown-field', message: '"foo" is not a field of SSE, so parsers ignore the line' }

const rows: readonly Row[] = [
  { args: [], input: GOOD, stdout: '' },
  { args: [], input: CUT, stdout: `-:${FOO}`, stderr: `sse-check: truncated: ${SHORT}`, status: 76 },
  {
    args: ['rec/deep/cut.sse'],
    stdout: `rec/deep/cut.sse:${FOO}`,
    stderr: `sse-check: truncated: ${SHORT}`,
    status: 76,
  },
  {
    args: ['rec'],
    stdout: `rec/deep/cut.sse:${FOO}truncated  1 finding     rec/deep/cut.sse\ncomplete   0 findings    rec/good.sse\n2 files: 1 complete, 1 truncated; 1 finding\n`,
    stderr: `sse-check: truncated: rec/deep/cut.sse: ${SHORT}`,
    status: 76,
  },
  { args: ['alone'], stdout: 'complete   0 findings    alone/good.sse\n1 file: 1 complete; 0 findings\n' },
  {
    args: ['error.sse', 'gone', '-', 'none'],
    input: GOOD,
    stdout:
      'error      0 findings    error.sse\ncomplete   0 findings    -\n4 files: 1 complete, 1 error, 2 not read; 0 findings\n',
    stderr:
      'sse-check: rate_limited: error.sse: no (429)\nsse-check: no_input: gone: No such file or directory\nsse-check: no_input: none: no files to read\n',
    status: 66,
  },
  { args: ['none'], stdout: '', stderr: 'sse-check: no_input: none: no files to read\n', status: 66 },
  { args: ['--json'], input: GOOD, stdout: object(null, 'complete', 0, null, 4) },
  {
    args: ['--json', 'rec'],
    stdout:
      object('rec/deep/cut.sse', 'truncated', 76, 'truncated', 1, [foo]) +
      object('rec/good.sse', 'complete', 0, null, 4),
    stderr: `sse-check: truncated: rec/deep/cut.sse: ${SHORT}`,
    status: 76,
  },
  { args: ['--pedantic', 'rec/good.sse'], stdout: '' },
  {
    args: ['--pedantic'],
    input: `foo: x\n${GOOD}`,
    stdout: `-:${FOO}`,
    stderr: 'sse-check: bad_data: 1 finding (--pedantic makes a finding an error)\n',
    status: 65,
  },
  { args: ['--expect', 'error', 'error.sse'], stdout: '' },
  { args: ['--expect', 'length', '--fail-on', 'length', 'length.sse'], stdout: '' },
  {
    args: ['--expect', 'truncated', 'rec'],
    stdout: `rec/deep/cut.sse:${FOO}truncated  1 finding     rec/deep/cut.sse\ncomplete   0 findings    rec/good.sse\n2 files: 1 complete, 1 truncated; 1 finding\n`,
    stderr: 'sse-check: bad_data: rec/good.sse: expected truncated, but the verdict is complete\n',
    status: 65,
  },
  {
    args: ['--expect', 'error', 'broken.sse'],
    stdout: 'broken.sse:1: bad-json: the data is neither JSON nor an end marker (3 characters)\n',
    stderr: 'sse-check: bad_data: event 1 is not JSON: {"a\n',
    status: 65,
  },
  {
    args: ['--expect', 'whole', 'error.sse'],
    stdout: '',
    stderr: 'sse-check: usage: --expect takes complete, length, filtered, truncated, empty, error, not "whole"\n',
    status: 64,
  },
  {
    args: ['length.sse'],
    stdout: '',
    stderr: 'sse-check: warning: the answer was cut at the token limit (finish reason length)\n',
  },
  { args: ['-q', 'length.sse'], stdout: '' },
  { args: ['-v', 'rec/good.sse'], stdout: '', stderr: 'sse-check: complete, 4 events, 0 findings\n' },
  {
    args: ['--max-event-bytes', '1k', '--json', '--expect', 'truncated'],
    input: `${chunk('a')}data: ${'x'.repeat(2000)}`,
    stdout: object(null, 'truncated', 65, 'too_large', 1),
    stderr: 'sse-check: too_large: an event has more than 1024 bytes; raise --max-event-bytes\n',
    status: 65,
  },
  {
    args: ['--max-event-bytes', '1k', '--json'],
    input: `${GOOD}data: ${'x'.repeat(2000)}`,
    stdout: object(null, 'complete', 65, 'too_large', 4),
    stderr: 'sse-check: too_large: an event has more than 1024 bytes; raise --max-event-bytes\n',
    status: 65,
  },
]

test.each(rows.map((row) => [row.args.join(' '), row] as const))('sse-check %s', async (_, row) => {
  const { args, input, stdout, stderr = '', status = 0 } = row
  const ended = await program(NAME, args, { cwd: folder, ...(input === undefined ? {} : { input }) })
  expect(ended).toEqual({ stdout, stderr, status })
})

test('a finding is written before the input ends', async () => {
  const child = start(NAME, [])
  child.feed(`${chunk('a')}foo: x\n\n`)
  await child.wrote('unknown-field')
  child.feed(GOOD)
  child.close()
  expect(await child.ended).toMatchObject({ stderr: '', status: 0 })
})

test('sse-check exits with the status of a trailer, and does not report it again', async () => {
  const input = ': or-stream status=77 verdict=error code=auth told=1\n'
  expect(await program(NAME, [], { input: chunk('a') + input })).toEqual({
    stdout: '',
    stderr: '',
    status: 77,
  })
})

test('a directory on standard input is an error', async () => {
  expect(await shell('sse-check <rec', { cwd: folder })).toEqual({
    stdout: '',
    stderr: 'sse-check: no_input: standard input: Is a directory\n',
    status: 66,
  })
})

test('a closed pipe ends sse-check', async () => {
  const command = `sse-check ${'length.sse '.repeat(2000)} | head -1; echo "\${PIPESTATUS[0]}"`
  const { stdout } = await shell(command, { cwd: folder }, 'bash')
  expect(stdout).toMatch(/^length {5}0 findings {4}length\.sse\n141\n$/)
})

test.each(few(cases(), 2).map((one) => [one.name, one] as const))(
  '%s: sse-check finds the expected outcome',
  async (_, one) => {
    const { stdout, status } = await program(NAME, ['--json', one.file])
    expect(JSON.parse(stdout)).toMatchObject({ file: one.file, ...one.outcome })
    expect(status).toBe(one.outcome.status)
  },
)

test('memory does not grow with the stream, the findings or the tool calls', async () => {
  const bad = `${ANSWER.replace(DONE, '')}data: x\n\n`
  const times = sized({ small: 20_000, ci: 40_000, long: 1_000_000 })
  const command = (count: number) => `yes '${bad}' | head -n $((${count} * 9)) | taking sse-check --json`
  const [short, long] = [await measure(command(10)), await measure(command(times))]
  expect(JSON.parse(long.stdout)).toMatchObject({ code: 'bad_data' })
  expect(long.memory - short.memory).toBeLessThan(60)
})
