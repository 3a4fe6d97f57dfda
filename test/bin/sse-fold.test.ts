import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cases } from '../support/fixtures.js'
import { folderWith } from '../support/folder.js'
import { program, shell } from '../support/spawn.js'
import { ANSWER, chunk, DONE, errorEvent, event } from '../support/wire.js'

const NAME = 'sse-fold'

const line = (value: unknown) => `${JSON.stringify(value)}\n`
const fixture = (name: string) => cases().find((one) => one.name === name)?.file ?? ''

/** Returns the chat.completion that `chunk()` events fold to. */
function completion(content: string, finish: string | null = 'stop', rest = {}) {
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: finish }]
  return { id: 'gen-1', object: 'chat.completion', model: 'test/model', choices, ...rest }
}

const WHOLE = completion('Blue is short.')
const CUT = completion('Blue', null, { incomplete: true, verdict: 'truncated' })
const FAILED = completion('Blue', 'error', {
  incomplete: true,
  verdict: 'error',
  error: { code: 429, message: 'slow down' },
})

/** Returns a stream with tool calls, each given as id, name, arguments and choice. */
function calling(finish: string | null, ...calls: readonly (readonly [string, string, string, choice?: number])[]) {
  const starts = calls.map(([id, name, args, index = 0]) =>
    event({ choices: [{ index, delta: { tool_calls: [{ id, function: { name, arguments: args } }] } }] }),
  )
  const ends = [...new Set(calls.map(([, , , choice = 0]) => choice))].map((index) =>
    event({ choices: [{ index, delta: {}, finish_reason: finish }] }),
  )
  return `${starts.join('')}${finish === null ? '' : `${ends.join('')}${DONE}`}`
}

const LOOK = ['a', 'look', '{"q":1.0,\n"n":12345678901234567890}'] as const
const LOOK_LINE = '{"id":"a","name":"look","arguments":{"q":1.0, "n":12345678901234567890}}\n'
const TRUNCATED = 'sse-fold: truncated: the stream ended after 1 event without an end marker\n'
const SHORT = 'sse-fold: warning: the answer was cut at the token limit (finish reason length)\n'
const ACCEPTED = 'sse-fold: warning: the answer has no end marker (accepted with --allow-truncated)\n'

interface Row {
  readonly args?: readonly string[]
  readonly input: string
  readonly stdout: string
  readonly stderr?: string
  readonly status?: number
}

test.each<[string, Row]>([
  ['a complete answer', { input: ANSWER, stdout: line(WHOLE) }],
  ['several answers', { input: ANSWER + ANSWER, stdout: line(WHOLE).repeat(2) }],
  ['a truncated answer', { input: chunk('Blue'), stdout: '', stderr: TRUNCATED, status: 76 }],
  [
    'a truncated answer, with --partial',
    { args: ['--partial'], input: chunk('Blue'), stdout: line(CUT), stderr: TRUNCATED, status: 76 },
  ],
  ['a complete answer, with --partial', { args: ['--partial'], input: ANSWER, stdout: line(WHOLE) }],
  [
    'a complete and a truncated answer',
    { input: ANSWER + chunk('Blue'), stdout: line(WHOLE), stderr: TRUNCATED, status: 76 },
  ],
  [
    'a failed answer, with --partial',
    {
      args: ['--partial'],
      input: chunk('Blue') + errorEvent(429, 'slow down'),
      stdout: line(FAILED),
      stderr: 'sse-fold: rate_limited: slow down (429)\n',
      status: 75,
    },
  ],
  [
    'an empty stream',
    { input: '', stdout: '', stderr: 'sse-fold: empty: the stream ended without a data event\n', status: 76 },
  ],
  [
    'an answer that is already folded',
    {
      input: line(WHOLE),
      stdout: '',
      stderr:
        "sse-fold: bad_data: line 1 is a whole chat.completion (its text: jq -r '.choices[0].message.content'), not a line of sse-parse\n",
      status: 65,
    },
  ],
  [
    'an answer without an end marker, with --allow-truncated',
    { args: ['--allow-truncated'], input: chunk('Blue'), stdout: line(CUT), stderr: ACCEPTED },
  ],
  [
    'an answer cut by length, with --fail-on length',
    {
      args: ['--fail-on', 'length'],
      input: chunk('Blue', 'length') + DONE,
      stdout: '',
      stderr: 'sse-fold: length: the answer was cut at the token limit (finish reason length)\n',
      status: 76,
    },
  ],
  [
    'an answer cut by length, with --fail-on length --partial',
    {
      args: ['--fail-on', 'length', '--partial'],
      input: chunk('Blue', 'length') + DONE,
      stdout: line(completion('Blue', 'length')),
      stderr: 'sse-fold: length: the answer was cut at the token limit (finish reason length)\n',
      status: 76,
    },
  ],
  ['--message', { args: ['--message'], input: ANSWER, stdout: line({ role: 'assistant', content: 'Blue is short.' }) }],
  [
    '--message of a truncated answer',
    { args: ['--message'], input: chunk('Blue'), stdout: '', stderr: TRUNCATED, status: 76 },
  ],
  [
    '--message of an answer without an end marker, with --allow-truncated',
    {
      args: ['--message', '--allow-truncated'],
      input: chunk('Blue'),
      stdout: line({ role: 'assistant', content: 'Blue' }),
      stderr: ACCEPTED,
    },
  ],
  [
    '--tool-calls keeps the arguments unchanged',
    {
      args: ['--tool-calls'],
      input: calling('stop', LOOK, ['b', 'now', '']),
      stdout: `${LOOK_LINE}{"id":"b","name":"now","arguments":{}}\n`,
    },
  ],
  ['--tool-calls of an answer without any', { args: ['--tool-calls'], input: ANSWER, stdout: '' }],
  [
    '--tool-calls of a choice',
    {
      args: ['--tool-calls', '--choice', '1'],
      input: calling('stop', LOOK, ['b', 'now', '', 1]),
      stdout: '{"id":"b","name":"now","arguments":{}}\n',
    },
  ],
  [
    '--tool-calls of all choices',
    {
      args: ['--tool-calls', '--choice', 'all'],
      input: calling('stop', ['b', 'now', '', 1], LOOK),
      stdout: `${LOOK_LINE}{"id":"b","name":"now","arguments":{}}\n`,
    },
  ],
  [
    '--tool-calls of an answer that is cut',
    {
      args: ['--tool-calls'],
      input: calling(null, LOOK),
      stdout: '',
      stderr: 'sse-fold: truncated: the stream ended after 1 event without an end marker\n',
      status: 76,
    },
  ],
  [
    '--tool-calls of an answer that is cut, with --partial: those that are whole',
    {
      args: ['--tool-calls', '--partial'],
      input: calling(null, LOOK, ['b', 'look', '{"q":'], ['c', 'now', '']),
      stdout: LOOK_LINE,
      stderr: 'sse-fold: truncated: the stream ended after 3 events without an end marker\n',
      status: 76,
    },
  ],
  [
    '--tool-calls whose arguments are no JSON',
    {
      args: ['--tool-calls'],
      input: calling('length', ['b', 'look', '{"q":'], LOOK),
      stdout: LOOK_LINE,
      stderr: `${SHORT}sse-fold: bad_data: the arguments of look are not JSON: {"q":\n`,
      status: 65,
    },
  ],
  [
    '--tool-calls whose arguments are no JSON, of an answer whose length fails',
    {
      args: ['--tool-calls', '--fail-on', 'length'],
      input: calling('length', ['b', 'look', '{"q":']),
      stdout: '',
      stderr: 'sse-fold: length: the answer was cut at the token limit (finish reason length)\n',
      status: 76,
    },
  ],
  [
    'two questions at once',
    {
      args: ['--message', '--tool-calls'],
      input: '',
      stdout: '',
      stderr: 'sse-fold: usage: --message and --tool-calls cannot be combined\n',
      status: 64,
    },
  ],
  [
    'a partial message',
    {
      args: ['--message', '--partial'],
      input: '',
      stdout: '',
      stderr: 'sse-fold: usage: --message and --partial cannot be combined (a partial message cannot be sent back)\n',
      status: 64,
    },
  ],
  [
    'a choice of the whole object',
    {
      args: ['--choice', '1'],
      input: '',
      stdout: '',
      stderr: 'sse-fold: usage: --choice requires --message or --tool-calls (the whole object has all choices)\n',
      status: 64,
    },
  ],
])('%s', async (_, { args = [], input, stdout, stderr = '', status = 0 }) => {
  expect(await program(NAME, args, { input })).toEqual({ stdout, stderr, status })
})

test('several files print one line each, and the worst status counts', async () => {
  const folder = folderWith({ 'a.sse': ANSWER, 'b.sse': chunk('Blue') })
  expect(await program(NAME, [join(folder, 'a.sse'), join(folder, 'b.sse')])).toEqual({
    stdout: line(WHOLE),
    stderr: TRUNCATED.replace('truncated: ', `truncated: ${join(folder, 'b.sse')}: `),
    status: 76,
  })
})

test('sse-fold reads the NDJSON of sse-parse and the trailer of or-stream', async () => {
  const file = fixture('chat/tool-calls-parallel')
  const expected = await program(NAME, [file])
  expect(await shell(`sse-parse -d ${file} | sse-fold`)).toEqual({ ...expected, status: 0 })
  const trailer = ': or-stream status=77 verdict=error code=auth told=1\n'
  expect(await program(NAME, ['--partial'], { input: chunk('Blue') + trailer })).toEqual({
    stdout: line({ ...CUT, verdict: 'error' }),
    stderr: '',
    status: 77,
  })
})

test.each([
  ['messages/tool-use', /^\{"role":"assistant","content":\[\{"type":"[^\n]+\]\}\n$/],
  ['responses/tool-call', /^(\{[^\n]*"type":"[^\n]+\}\n)+$/],
  ['gemini/tool-call', /^\{"parts":\[[^\n]+\],"role":"model"\}\n$/],
])('%s: --message prints a message that the API accepts', async (name, stdout) => {
  expect(await program(NAME, ['--message', fixture(name)])).toEqual({
    stdout: expect.stringMatching(stdout) as string,
    stderr: '',
    status: 0,
  })
})
