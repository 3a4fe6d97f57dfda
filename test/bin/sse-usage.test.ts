import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cases } from '../support/fixtures.js'
import { folderWith } from '../support/folder.js'
import { sized, some } from '../support/size.js'
import { program, shell } from '../support/spawn.js'
import { ANSWER, chunk, DONE, errorEvent, event } from '../support/wire.js'

const NAME = 'sse-usage'

/** Keys of `--json`, in order. */
const KEYS = [
  'verdict',
  'model',
  'provider',
  'id',
  'finish_reason',
  'native_finish_reason',
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'cached_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'cost',
  'is_byok',
  'events',
  'first_token_ms',
  'duration_ms',
  'tokens_per_second',
]

/** Fixtures that run as whole programs here. All fixtures are tested in-process elsewhere. */
const spawned = some(cases(), sized({ small: 6, ci: 24, long: 1000 }))

test.each(spawned.map((one) => [one.name, one] as const))('%s: --json prints the keys in order', async (_, one) => {
  const { stdout, stderr, status } = await program(NAME, ['--json', one.file])
  const usageObject = JSON.parse(stdout) as object
  expect({ usageObject, keys: Object.keys(usageObject), lines: stdout.split('\n').length, stderr, status }).toEqual({
    usageObject: one.usage,
    keys: KEYS,
    lines: 2,
    stderr: expect.stringMatching(
      one.outcome.status === 0 ? /^$|^sse-usage: warning: .+\n$/ : /^sse-usage: \w+: .+\n$/,
    ),
    status: one.outcome.status,
  })
})

const usage = {
  prompt_tokens: 30,
  completion_tokens: 40,
  total_tokens: 70,
  cost: 3e-7,
  is_byok: true,
  prompt_tokens_details: { cached_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 12 },
}
const last = { id: 'gen-1', model: 'test/model', provider: 'Test', choices: [], usage }
const USED = `${chunk('Blue')}${chunk('', 'stop')}${event(last)}${DONE}`

const REPORT = `verdict             complete
model               test/model
provider            Test
generation ID       gen-1
finish reason       stop
input tokens        30
output tokens       40
total tokens        70
cached tokens       0
cache write tokens  -
reasoning tokens    12
cost                $0.0000003 (own key)
events              4
`

test('the table prints - for a missing value and 0 for a zero', async () => {
  const { stdout, ...rest } = await program(NAME, [], { input: USED })
  expect({ ...rest, stdout: stdout.slice(0, REPORT.length) }).toEqual({ stdout: REPORT, stderr: '', status: 0 })
})

test('if usage is reported several times, the last one counts', async () => {
  const first = event({ ...last, usage: { ...usage, total_tokens: 50 } })
  const { stdout } = await program(NAME, ['--json'], { input: `${first}${USED}` })
  expect(JSON.parse(stdout)).toMatchObject({ total_tokens: 70 })
})

/** NUL bytes, control characters, invalid UTF-8 and no final newline. */
const BINARY = Buffer.concat(
  [ANSWER, Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 7) % 256))].map((part) => Buffer.from(part)),
)

const folder = folderWith({ 'used.sse': USED, 'plain.sse': ANSWER, 'cut.sse': chunk('cut'), 'binary.sse': BINARY })

test('several files print one line each with the file name, and the worst status wins', async () => {
  const args = ['--json', 'used.sse', 'cut.sse', '-']
  const { stdout, ...rest } = await program(NAME, args, { cwd: folder, input: USED })
  const usages = stdout
    .trim()
    .split('\n')
    .slice(0, 3)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect({ ...rest, usages: usages.map((one) => [Object.keys(one)[0], one['file'], one['verdict']]) }).toEqual({
    usages: [
      ['file', 'used.sse', 'complete'],
      ['file', 'cut.sse', 'truncated'],
      ['file', '-', 'complete'],
    ],
    stderr: 'sse-usage: truncated: cut.sse: the stream ended after 1 event without an end marker\n',
    status: 76,
  })
})

test.each([
  ['an answer', 'used.sse', 0],
  ['a cut answer', 'cut.sse', 76],
  ['binary data', 'binary.sse', undefined],
])('--tee copies %s unchanged and prints the usage on stderr', async (_, file, status) => {
  const bytes = readFileSync(join(folder, file))
  const ended = await program(NAME, ['--tee'], { input: bytes, encoding: 'latin1' })
  expect(ended).toEqual({
    stdout: bytes.toString('latin1'),
    stderr: expect.stringMatching(/^verdict +\w+\n/),
    status: status ?? ended.status,
  })
})

test('--tee --json prints the JSON on stderr', async () => {
  const { stdout, stderr, status } = await program(NAME, ['--tee', '--json'], { input: USED })
  expect({ stdout, usageObject: JSON.parse(stderr) as unknown, status }).toEqual({
    stdout: USED,
    usageObject: expect.objectContaining({ verdict: 'complete', total_tokens: 70 }),
    status: 0,
  })
})

test.each([
  ['fails with 76 if a stream has no usage', 'plain.sse', 'no_usage: the stream does not report usage', 76],
  [
    'does not hide a failure of the answer',
    'cut.sse',
    'truncated: the stream ended after 1 event without an end marker',
    76,
  ],
  ['passes if there is usage', 'used.sse', undefined, 0],
])('--require-usage %s', async (_, file, line, status) => {
  expect(await program(NAME, ['--require-usage', file], { cwd: folder })).toEqual({
    stdout: expect.stringMatching(/^verdict +\w+\n/),
    stderr: line === undefined ? '' : `sse-usage: ${line}\n`,
    status,
  })
})

test('--tee ends if the pipe is closed', async () => {
  const command = `head -c 3000000 /dev/zero | tr '\\0' '\\n' | sse-usage --tee | head -c 1 | wc -c; echo "\${PIPESTATUS[*]: -3}"`
  expect(await shell(command, {}, 'bash')).toEqual({
    stdout: expect.stringMatching(/^ *1\n.*141 0 0\n$/),
    stderr: '',
    status: 0,
  })
})

test.each([
  ['an error event', `${chunk('x')}${errorEvent(429, 'slow down')}`, 'error', 'rate_limited: slow down (429)', 75],
  ['nothing', '', 'empty', 'empty: the stream ended without a data event', 76],
  ['no end mark', chunk('x'), 'truncated', 'truncated: the stream ended after 1 event without an end marker', 76],
])('the usage of %s is printed before the failure', async (_, input, verdict, line, status) => {
  expect(await program(NAME, [], { input })).toEqual({
    stdout: expect.stringMatching(new RegExp(`^verdict +${verdict}\n`)),
    stderr: `sse-usage: ${line}\n`,
    status,
  })
})

test.each([
  ['text', 'hello world\n', 'this is not an event stream: hello world'],
  ['other JSON', '{"foo":1}\n', 'line 1 is other JSON, not a line of sse-parse'],
  ['broken JSON in the middle', `${chunk('x')}data: {oops\n\n${DONE}`, 'event 2 is not JSON: {oops'],
])('%s is bad data', async (_, input, why) => {
  expect(await program(NAME, ['--json'], { input })).toEqual({
    stdout: expect.any(String),
    stderr: `sse-usage: bad_data: ${why}\n`,
    status: 65,
  })
})
