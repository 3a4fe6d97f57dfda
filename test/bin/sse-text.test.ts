import { expect, test } from 'vitest'
import { cases } from '../support/fixtures.js'
import { folderWith } from '../support/folder.js'
import { sized, some } from '../support/size.js'
import { program, shell } from '../support/spawn.js'
import { ANSWER, chunk, DONE, errorEvent, event, WORDS } from '../support/wire.js'

const NAME = 'sse-text'
const QUIET = { stdout: '', stderr: '', status: 0 }

/** Fixtures that run as whole programs here. All fixtures are tested in-process elsewhere. */
const spawned = some(cases(), sized({ small: 6, ci: 24, long: 1000 }))

test.each(spawned.map((one) => [one.name, one] as const))(
  '%s: the same words from a file, from a pipe and through sse-parse; a line where it is not whole; the status',
  async (_, { file, text, outcome }) => {
    const bytes = text.toString('latin1')
    const ended = await program(NAME, [file], { encoding: 'latin1' })
    const pipes = 'cat "$F" | sse-text | base64 -w 0; echo; sse-parse <"$F" | sse-text | base64 -w 0'
    const piped = await shell(pipes, { env: { F: file } })
    const ways = piped.stdout.split('\n').map((base64) => Buffer.from(base64, 'base64').toString('latin1'))
    expect({ ...ended, ways }).toEqual({
      stdout: bytes,
      stderr: expect.stringMatching(
        outcome.verdict === 'complete' && outcome.status === 0 ? /^$/ : /^(sse-text: \w+: [^\n]+\n)+$/,
      ),
      status: outcome.status,
      ways: [bytes, bytes],
    })
  },
)

test('a truncated stream exits 76 with one line', async () => {
  const input = chunk('x').repeat(41)
  expect(await program(NAME, [], { input })).toEqual({
    stdout: 'x'.repeat(41),
    stderr: 'sse-text: truncated: the stream ended after 41 events without an end marker\n',
    status: 76,
  })
})

const LENGTH = `${chunk('Blue')}${chunk('', 'length')}${DONE}`
const FILTERED = `${chunk('Blue')}${chunk('', 'content_filter')}${DONE}`

test.each([
  ['length', LENGTH, 'sse-text: warning: the answer was cut at the token limit (finish reason length)\n'],
  ['filtered', FILTERED, 'sse-text: warning: the answer was refused or filtered by the provider\n'],
])('finish reason %s is a warning, which -q suppresses', async (_, input, warning) => {
  expect(await program(NAME, [], { input })).toEqual({ stdout: 'Blue', stderr: warning, status: 0 })
  expect(await program(NAME, ['-q'], { input })).toEqual({ stdout: 'Blue', stderr: '', status: 0 })
})

test.each([
  ['an error without a code', undefined, 'stream_error: it broke', 76],
  ['a code of its own', 429, 'rate_limited: it broke (429)', 75],
  ['a transient string', 'server_error', 'server_error: it broke (server_error)', 75],
  ['credits', 402, 'credits: it broke (402)', 77],
])('an error event (%s) is reported after the text before it, also with -q', async (_, code, line, status) => {
  const input = `${chunk('Blue')}${errorEvent(code, 'it broke')}${DONE}`
  const expected = { stdout: 'Blue', stderr: `sse-text: ${line}\n`, status }
  expect(await program(NAME, [], { input })).toEqual(expected)
  expect(await program(NAME, ['-q'], { input })).toEqual(expected)
})

const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 }
const USED = `${chunk('Blue is ')}${chunk('short.')}${chunk('', 'stop')}${event({ model: 'test/model', choices: [], usage })}${DONE}`

test.each([
  ['an answer', USED, 'Assistant: Blue is short.\n\n[Model: test/model | Tokens: 7]\n'],
  ['without usage', ANSWER, 'Assistant: Blue is short.\n\n[Model: test/model | Tokens: unknown]\n'],
  [
    'that ends its line itself',
    `${chunk('Blue\n')}${chunk('', 'stop')}${DONE}`,
    'Assistant: Blue\n\n[Model: test/model | Tokens: unknown]\n',
  ],
  [
    'two of them',
    USED + USED,
    'Assistant: Blue is short.\n\n[Model: test/model | Tokens: 7]\nAssistant: Blue is short.\n\n[Model: test/model | Tokens: 7]\n',
  ],
])('--chat: %s', async (_, input, stdout) => {
  expect(await program(NAME, ['--chat'], { input })).toEqual({ ...QUIET, stdout })
})

test.each([
  ['ends the output with a newline', ANSWER, `${WORDS}\n`],
  ['adds none if there is one', `${chunk('Blue\n')}${chunk('', 'stop')}${DONE}`, 'Blue\n'],
])('--newline %s', async (_, input, stdout) => {
  expect(await program(NAME, ['--newline'], { input })).toEqual({ ...QUIET, stdout })
})

test('two answers in one stream are printed like two files', async () => {
  expect(await program(NAME, [], { input: ANSWER + ANSWER })).toEqual({ ...QUIET, stdout: WORDS + WORDS })
})

test('a truncated answer fails even if a complete one precedes it', async () => {
  const { status } = await program(NAME, [], { input: `${LENGTH}${chunk('cut')}` })
  expect(status).toBe(76)
})

const folder = folderWith({
  'whole.sse': ANSWER,
  'cut.sse': chunk('cut'),
  'limited.sse': `${chunk('slow')}${errorEvent(429, 'slow down')}`,
  'length.sse': LENGTH,
  'large.sse': `${chunk('Blue ')}${chunk('x'.repeat(20_000_000))}${chunk('', 'stop')}${DONE}`,
})

test('all operands are read; each line names its file, and the worst status wins', async () => {
  const args = ['whole.sse', 'cut.sse', 'limited.sse', 'length.sse', '-']
  expect(await program(NAME, args, { cwd: folder, input: ANSWER })).toEqual({
    stdout: `${WORDS}cutslowBlue${WORDS}`,
    stderr:
      'sse-text: truncated: cut.sse: the stream ended after 1 event without an end marker\n' +
      'sse-text: rate_limited: limited.sse: slow down (429)\n' +
      'sse-text: warning: length.sse: the answer was cut at the token limit (finish reason length)\n',
    status: 75,
  })
})

test('the other files are read if one is missing', async () => {
  expect(await program(NAME, ['nowhere.sse', 'whole.sse'], { cwd: folder })).toEqual({
    stdout: WORDS,
    stderr: expect.stringMatching(/^sse-text: no_input: (nowhere\.sse: )+No such file or directory\n$/),
    status: 66,
  })
})

test('an event of 20 MB exits 65 after the text before it, and the message names --max-event-bytes', async () => {
  expect(await program(NAME, ['large.sse'], { cwd: folder })).toEqual({
    stdout: 'Blue ',
    stderr: 'sse-text: too_large: an event has more than 16777216 bytes; raise --max-event-bytes\n',
    status: 65,
  })
  expect(await shell(`${NAME} --max-event-bytes 32M large.sse | wc -c`, { cwd: folder })).toEqual({
    ...QUIET,
    stdout: expect.stringMatching(/^ *20000005\n$/),
  })
})

const COMPLETION = '{"object":"chat.completion","choices":[{"message":{"content":"hi"}}]}'

test.each([
  [
    'broken JSON in the middle',
    `${chunk('Blue ')}data: {oops\n\n${chunk('sky')}${chunk('', 'stop')}${DONE}`,
    'Blue sky',
    /event 2 is not JSON: \{oops/,
    65,
  ],
  [
    'NUL bytes in the middle',
    `${chunk('Blue ')}data: a\0b\n\n${chunk('sky', 'stop')}${DONE}`,
    'Blue sky',
    /event 2 is not JSON: a\^@b/,
    65,
  ],
  [
    'half an event',
    `${chunk('Blue ')}${chunk('sky').slice(0, 30)}`,
    'Blue ',
    /after 1 event without an end marker/,
    76,
  ],
  ['JSON of no known form', 'data: {"foo":1}\n\ndata: [DONE]\n\n', '', /no event has a known format/, 65],
  ['text', 'hello world\n', '', /this is not an event stream: hello world/, 65],
  ['only zeros', '\0'.repeat(9), '', /this is not an event stream: it is binary data/, 65],
  [
    'a whole answer',
    `${COMPLETION}\n`,
    '',
    /line 1 is a whole chat\.completion \(its text: jq .+\), not a line of sse-parse/,
    65,
  ],
  [
    'pretty-printed JSON',
    JSON.stringify(JSON.parse(COMPLETION), undefined, 2),
    '',
    /line 1 is not a JSON object: \{/,
    65,
  ],
  [
    'an error body',
    '{"error":{"message":"No","code":401}}',
    '',
    /line 1 is an error body \(.+\), not a line of sse-parse/,
    65,
  ],
  [
    'bare chunks',
    chunk('x').slice('data: '.length),
    '',
    /line 1 is a bare chunk without its SSE framing, not a line of sse-parse/,
    65,
  ],
  [
    'a line that is none of sse-parse, among others',
    '{"event":"message","data":"[DONE]"}\noops\n',
    '',
    /line 2 is not a JSON object: oops/,
    65,
  ],
])('%s', async (_, input, stdout, why, status) => {
  expect(await program(NAME, [], { input })).toEqual({
    stdout,
    stderr: expect.stringMatching(new RegExp(`^sse-text: \\w+: [^\\n]*${why.source}\n$`)),
    status,
  })
})
