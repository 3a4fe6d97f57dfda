import { expect, test } from 'vitest'
import { cases } from '../support/fixtures.js'
import { folderWith } from '../support/folder.js'
import { sized, some } from '../support/size.js'
import { program, shell } from '../support/spawn.js'

const NAME = 'sse-parse'

/** Fixtures that run as whole programs here. All fixtures are tested in-process elsewhere. */
const spawned = some(cases(), sized({ small: 6, ci: 24, long: 1000 }))

test.each(spawned.map((one) => [one.name, one] as const))('%s: --all prints the expected events', async (_, one) => {
  expect(await program(NAME, ['--all', one.file])).toEqual({ stdout: one.events, stderr: '', status: 0 })
})

const INPUT =
  ': hello\nretry: 3000\n\nid: 7\nevent: note\ndata: {"a": 1.0,\ndata: "b":[2]}\n\ndata:text\n\nid: 8\n\ndata: [1, 2]\n\ndata: "x"\n\n'

test.each([
  [
    'events only',
    [],
    '{"event":"note","data":"{\\"a\\": 1.0,\\n\\"b\\":[2]}","id":"7"}\n{"event":"message","data":"text"}\n' +
      '{"event":"message","data":"[1, 2]"}\n{"event":"message","data":"\\"x\\""}\n',
  ],
  [
    '--decode',
    ['--decode'],
    '{"event":"note","data":{"a": 1.0, "b":[2]},"id":"7"}\n{"event":"message","data":"text"}\n' +
      '{"event":"message","data":[1, 2]}\n{"event":"message","data":"\\"x\\""}\n',
  ],
  [
    '-d --all',
    ['-d', '--all'],
    '{"comment":"hello"}\n{"retry":3000}\n{"event":"note","data":{"a": 1.0, "b":[2]},"id":"7"}\n' +
      '{"event":"message","data":"text"}\n{"event":"message","data":[1, 2]}\n{"event":"message","data":"\\"x\\""}\n',
  ],
])('%s', async (_, args, stdout) => {
  expect(await program(NAME, args, { input: INPUT })).toEqual({ stdout, stderr: '', status: 0 })
})

test('sse-parse passes its own output through unchanged', async () => {
  const { stdout } = await program(NAME, ['--all'], { input: INPUT })
  expect(await program(NAME, ['--all'], { input: stdout })).toEqual({ stdout, stderr: '', status: 0 })
})

test('an incomplete event at the end is dropped', async () => {
  expect(await program(NAME, [], { input: 'data: one\n\ndata: two\n' })).toEqual({
    stdout: '{"event":"message","data":"one"}\n',
    stderr: '',
    status: 0,
  })
})

test.each([
  ['NUL bytes', 'data: a\0b\n\n', '{"event":"message","data":"a\\u0000b"}\n'],
  ['a lone surrogate and U+2028', 'data: \u2028\n\n', '{"event":"message","data":"\u2028"}\n'],
  [
    'data that is not JSON',
    'data: {oops\n\ndata: [DONE]\n\n',
    '{"event":"message","data":"{oops"}\n{"event":"message","data":"[DONE]"}\n',
  ],
  ['blank lines', '\n\n\n', ''],
])('%s are valid SSE', async (_, input, stdout) => {
  expect(await program(NAME, [], { input })).toEqual({ stdout, stderr: '', status: 0 })
})

test('invalid UTF-8 becomes U+FFFD', async () => {
  const input = Buffer.concat([Buffer.from('data: a'), Buffer.from([0xff, 0xc3]), Buffer.from('b\n\n')])
  expect(await program(NAME, [], { input })).toEqual({
    stdout: '{"event":"message","data":"a\ufffd\ufffdb"}\n',
    stderr: '',
    status: 0,
  })
})

const COMPLETION = '{"object":"chat.completion","choices":[{"message":{"content":"hi"}}]}'

test.each([
  ['text', 'hello world\n', 'this is not an event stream: hello world'],
  ['a web page', '<!doctype html>\n<title>x</title>\n', 'this is not an event stream: <!doctype html>'],
  ['only zeros', '\0'.repeat(20), 'this is not an event stream: it is binary data'],
  [
    'a whole answer',
    `${COMPLETION}\n`,
    "line 1 is a whole chat.completion (its text: jq -r '.choices[0].message.content'), not a line of sse-parse",
  ],
  ['pretty-printed JSON', JSON.stringify(JSON.parse(COMPLETION), undefined, 2), 'line 1 is not a JSON object: {'],
  [
    'an error body',
    '{"error":{"message":"No"}}',
    'line 1 is an error body ({"message":"No"}), not a line of sse-parse',
  ],
  ['a list', '[1,2]\n', 'line 1 is not a JSON object: [1,2]'],
  ['other JSON', '{"foo":1}\n', 'line 1 is other JSON, not a line of sse-parse'],
])('%s is bad data', async (_, input, why) => {
  expect(await program(NAME, [], { input })).toEqual({ stdout: '', stderr: `${NAME}: bad_data: ${why}\n`, status: 65 })
})

test('the lines after an invalid line are still read', async () => {
  const good = '{"event":"message","data":"x"}\n'
  expect(await program(NAME, [], { input: `${good}oops\n${good}` })).toEqual({
    stdout: good.repeat(2),
    stderr: `${NAME}: bad_data: line 2 is not a JSON object: oops\n`,
    status: 65,
  })
})

const folder = folderWith({
  'one.sse': 'data: one\n\n',
  'text.txt': 'hello\n',
  'large.sse': `data: one\n\ndata: ${'x'.repeat(20_000_000)}\n\n`,
})

const ONE = '{"event":"message","data":"one"}\n'

test('all operands are read, including -; each failure names its file, and the worst status wins', async () => {
  const args = ['one.sse', 'text.txt', '-', 'nowhere.sse', 'one.sse']
  expect(await program(NAME, args, { cwd: folder, input: 'data: piped\n\n' })).toEqual({
    stdout: `${ONE}{"event":"message","data":"piped"}\n${ONE}`,
    stderr: expect.stringMatching(
      /^sse-parse: bad_data: text\.txt: this is not an event stream: hello\nsse-parse: no_input: (nowhere\.sse: )+No such file or directory\n$/,
    ),
    status: 66,
  })
})

test('an event of 20 MB exits 65 after the events before it, and the message names --max-event-bytes', async () => {
  expect(await program(NAME, ['large.sse'], { cwd: folder })).toEqual({
    stdout: ONE,
    stderr: `${NAME}: too_large: an event has more than 16777216 bytes; raise --max-event-bytes\n`,
    status: 65,
  })
  expect(await shell(`${NAME} --max-event-bytes 32M large.sse | wc -c`, { cwd: folder })).toEqual({
    stdout: expect.stringMatching(/^ *20000063\n$/),
    stderr: '',
    status: 0,
  })
})

test.each([
  ['4', 65],
  ['3b', 65],
  ['5', 0],
  ['1k', 0],
  ['1MiB', 0],
  ['1GB', 0],
])('--max-event-bytes %s for five bytes', async (size, status) => {
  const line = `${NAME}: too_large: an event has more than ${Number.parseInt(size, 10)} bytes; raise --max-event-bytes\n`
  expect(await program(NAME, ['--max-event-bytes', size], { input: 'data: 12345\n\n' })).toEqual({
    stdout: status === 0 ? '{"event":"message","data":"12345"}\n' : '',
    stderr: status === 0 ? '' : line,
    status,
  })
})

test.each(['1x', '-1', '', 'many', '1.5M'])('--max-event-bytes=%s', async (size) => {
  expect(await program(NAME, [`--max-event-bytes=${size}`], { input: '' })).toEqual({
    stdout: '',
    stderr: expect.stringMatching(/^sse-parse: usage: --max-event-bytes (takes a size such as .+|needs a value .+)\n$/),
    status: 64,
  })
})
