import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cases } from '../support/fixtures.js'
import { folderWith } from '../support/folder.js'
import { sized, some } from '../support/size.js'
import { program, shell } from '../support/spawn.js'
import { ANSWER, chunk, DONE, errorEvent, event } from '../support/wire.js'

const NAME = 'sse-usage'

/** The keys of `--json`, in their order. */
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

/** At every station all of them are tested in this process; so many as whole programs. */
const spawned = some(cases(), sized({ small: 6, ci: 24, long: 1000 }))

test.each(spawned.map((one) => [one.name, one] as const))('%s: --json, keys in their order', async (_, one) => {
  const { stdout, stderr, status } = await program(NAME, ['--json', one.file])
  const account = JSON.parse(stdout) as object
  expect({ account, keys: Object.keys(account), lines: stdout.split('\n').length, stderr, status }).toEqual({
    account: one.usage,
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

test('lines for people: - is what was not said, 0 is a count', async () => {
  const { stdout, ...rest } = await program(NAME, [], { input: USED })
  expect({ ...rest, stdout: stdout.slice(0, REPORT.length) }).toEqual({ stdout: REPORT, stderr: '', status: 0 })
})

test('of several usages the last counts, never a sum', async () => {
  const first = event({ ...last, usage: { ...usage, total_tokens: 50 } })
  const { stdout } = await program(NAME, ['--json'], { input: `${first}${USED}` })
  expect(JSON.parse(stdout)).toMatchObject({ total_tokens: 70 })
})

/** Zeros, controls, invalid UTF-8 and no line end. */
const BINARY = Buffer.concat(
  [ANSWER, Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 7) % 256))].map((part) => Buffer.from(part)),
)

const folder = folderWith({ 'used.sse': USED, 'plain.sse': ANSWER, 'cut.sse': chunk('cut'), 'binary.sse': BINARY })

test('several files: one line for each, the file first; the worst status wins', async () => {
  const args = ['--json', 'used.sse', 'cut.sse', '-']
  const { stdout, ...rest } = await program(NAME, args, { cwd: folder, input: USED })
  const accounts = stdout
    .trim()
    .split('\n')
    .slice(0, 3)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect({ ...rest, accounts: accounts.map((one) => [Object.keys(one)[0], one['file'], one['verdict']]) }).toEqual({
    accounts: [
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
  ['bytes that are no text', 'binary.sse', undefined],
])('--tee: %s passes byte for byte, the account goes to stderr', async (_, file, status) => {
  const bytes = readFileSync(join(folder, file))
  const ended = await program(NAME, ['--tee'], { input: bytes, encoding: 'latin1' })
  expect(ended).toEqual({
    stdout: bytes.toString('latin1'),
    stderr: expect.stringMatching(/^verdict +\w+\n/),
    status: status ?? ended.status,
  })
})

test('--tee --json', async () => {
  const { stdout, stderr, status } = await program(NAME, ['--tee', '--json'], { input: USED })
  expect({ stdout, account: JSON.parse(stderr) as unknown, status }).toEqual({
    stdout: USED,
    account: expect.objectContaining({ verdict: 'complete', total_tokens: 70 }),
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

test('--tee with a reader that leaves', async () => {
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
])('the account of %s is printed, then the failure', async (_, input, verdict, line, status) => {
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
