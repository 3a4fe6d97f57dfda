import { expect, test } from 'vitest'
import { cases } from '../support/fixtures.js'
import { folderWith } from '../support/folder.js'
import { few, sized, some } from '../support/size.js'
import { program, shell } from '../support/spawn.js'
import { ANSWER, chunk, WORDS } from '../support/wire.js'

const NAME = 'sse-format'
const TRAILER = ': or-stream status=75 verdict=error code=rate_limited told=1\n'

const ONE = '{"event":"message","data":"one"}\n'
const folder = folderWith({ 'answer.sse': ANSWER, 'one.ndjson': ONE })

const LINES =
  '{"comment":"OPENROUTER PROCESSING"}\n{"retry":3000}\n{"event":"note","data":"a\\n\\nb","id":"7"}\n' +
  '{"event":"message","data":{"n":1.0,"big":12345678901234567890}}\n{"event":"message","data":"","id":""}\n'
const BLOCKS =
  ': OPENROUTER PROCESSING\n\nretry: 3000\n\nevent: note\nid: 7\ndata: a\ndata: \ndata: b\n\n' +
  'data: {"n":1.0,"big":12345678901234567890}\n\nid: \ndata: \n\n'

test('sse-format converts NDJSON and SSE to SSE', async () => {
  const expected = { stdout: BLOCKS, stderr: '', status: 0 }
  expect(await program(NAME, [], { input: LINES })).toEqual(expected)
  expect(await program(NAME, [], { input: `\ufeff${BLOCKS.replaceAll('\n', '\r\n')}` })).toEqual(expected)
})

const recorded = cases().map(({ name, file, events }) => ({ name, file, events }))

test.each(some(recorded, sized({ small: 2, ci: 16, long: recorded.length })))(
  '$name: sse-parse | sse-format | sse-parse',
  async ({ file, events }) => {
    const command = `sse-parse --all ${file} | ${NAME} | sse-parse --all`
    expect(await shell(command)).toEqual({ stdout: events, stderr: '', status: 0 })
  },
)

test('sse-format reads all operands, including -', async () => {
  const args = ['one.ndjson', '-', 'nowhere.ndjson', 'one.ndjson']
  expect(await program(NAME, args, { cwd: folder, input: LINES })).toEqual({
    stdout: `data: one\n\n${BLOCKS}data: one\n\n`,
    stderr: `${NAME}: no_input: nowhere.ndjson: No such file or directory\n`,
    status: 66,
  })
})

test.each(
  few(
    [
      [
        'a carriage return',
        '{"event":"message","data":"a\\rb"}',
        'event 2: its data contains a carriage return, which SSE cannot carry',
      ],
      [
        'a name with a line end',
        '{"event":"a\\nb","data":""}',
        'event 2: its name contains a line end, which SSE cannot carry',
      ],
      ['other JSON', '{"foo":1}', 'line 2 is other JSON, not a line of sse-parse'],
    ],
    2,
  ),
)('%s is bad data, and the rest is written', async (_, line, why) => {
  expect(await program(NAME, [], { input: `${ONE}${line}\n${ONE}` })).toEqual({
    stdout: 'data: one\n\ndata: one\n\n',
    stderr: `${NAME}: bad_data: ${why}\n`,
    status: 65,
  })
})

test('sse-format passes on a trailer', async () => {
  const input = `${chunk('Blue')}${TRAILER}`
  expect(await program(NAME, ['-q'], { input })).toEqual({ stdout: input, stderr: '', status: 75 })
  expect(await shell(`printf '%s' '${input}' | sse-parse --all | ${NAME} | sse-text`)).toEqual({
    stdout: 'Blue',
    stderr: '',
    status: 75,
  })
})

test('a trailer is unchanged after sse-parse and sse-format', async () => {
  const trailer = ': or-stream status=75 told=1 code=rate_limited verdict=error\n'
  const stream = `${chunk('Blue')}${trailer}${chunk('is')}`
  expect(await shell(`printf '%s' '${stream}' | sse-parse | ${NAME}`)).toEqual({
    stdout: stream,
    stderr: '',
    status: 75,
  })
})

test('jq can remove the comments of a recording', async () => {
  const command = `(printf ': x\\n\\n'; cat answer.sse) | sse-parse --all | jq -c 'select(.comment == null)' | ${NAME} | sse-text`
  expect(await shell(command, { cwd: folder })).toEqual({ stdout: WORDS, stderr: '', status: 0 })
})

test('an incomplete event is dropped, and -v reports it', async () => {
  expect(await program(NAME, ['-v'], { input: 'data: a\n\ndata: b\n' })).toEqual({
    stdout: 'data: a\n\n',
    stderr: `${NAME}: ignored the last block, because no blank line follows it: b\n`,
    status: 0,
  })
})
