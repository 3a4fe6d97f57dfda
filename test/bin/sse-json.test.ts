import { describe, expect, test } from 'vitest'
import { cases } from '../support/fixtures.js'
import { folderWith } from '../support/folder.js'
import { program, shell, start } from '../support/spawn.js'
import { chunk, DONE, event } from '../support/wire.js'

const NAME = 'sse-json'
const LIST = '{"items": [{"n": 1.0}, {"n": "two"}], "total": 2}'
const FENCED = `Here:\n\n\`\`\`json\n${LIST}\n\`\`\`\n`

/** Returns an answer that sends `text` in pieces of four characters. */
const answer = (text: string, reason = 'stop') =>
  `${(text.match(/[^]{1,4}/g) ?? []).map((piece) => chunk(piece)).join('')}${chunk('', reason)}${DONE}`

const good = (stdout: string) => ({ stdout, stderr: '', status: 0 })
const bad = (line: string, status: number, stdout = '') => ({ stdout, stderr: `${NAME}: ${line}\n`, status })

const folder = folderWith({
  'list.json': JSON.stringify({
    type: 'object',
    properties: { items: { type: 'array', items: { type: 'object', properties: { n: { type: 'number' } } } } },
  }),
  'none.json': '{"type":"objekt"}',
})

const call = (piece: string, name?: string) =>
  event({
    id: 'gen-1',
    choices: [
      {
        index: 0,
        delta: { tool_calls: [{ index: 0, ...(name ? { id: 'call-1' } : {}), function: { name, arguments: piece } }] },
        finish_reason: null,
      },
    ],
  })
const CALL = `${call('', 'weather')}${call('{"city":')}${call('"Porto"}')}${chunk('', 'tool_calls')}${DONE}`

const two = [{ index: 1, delta: { content: '[1]' }, finish_reason: 'stop' }]
const CHOICES = `${answer('{}').replace(DONE, '')}${event({ id: 'gen-1', choices: two })}${DONE}`

test.each([
  ['the value on one line', [], answer(LIST), good('{"items":[{"n":1.0},{"n":"two"}],"total":2}\n')],
  ['--each', ['--each', 'items'], answer(LIST), good('{"n":1.0}\n{"n":"two"}\n')],
  ['--each, the whole', ['--each', '.'], answer('[1, 2]'), good('1\n2\n')],
  ['--path', ['--path', 'items.1'], answer(LIST), good('{"n":"two"}\n')],
  ['--path, a pointer', ['--path', '/total'], answer(LIST), good('2\n')],
  ['--extract', ['--extract', '--path', 'total'], answer(FENCED), good('2\n')],
  ['--from tool', ['--from', 'tool'], CALL, good('{"city":"Porto"}\n')],
  ['--from tool:NAME', ['--from', 'tool:weather'], CALL, good('{"city":"Porto"}\n')],
  ['--choice', ['--choice', '1'], CHOICES, good('[1]\n')],
  [
    '--schema, a value that fits',
    ['--schema', `${folder}/list.json`],
    answer('{"items": [{"n": 1}]}'),
    good('{"items":[{"n":1}]}\n'),
  ],
  [
    'prose',
    [],
    answer('No.'),
    bad('bad_data: invalid JSON at character 1: No. (--extract skips text around the JSON)', 65),
  ],
  ['nothing at the path', ['--path', 'a'], answer(LIST), bad('bad_data: the JSON has no value at this path', 65)],
  ['no such tool', ['--from', 'tool:a'], CALL, bad('bad_data: the text contains no JSON', 65)],
  ['cut', [], answer(LIST).replace(DONE, '').slice(0, -200), expect.objectContaining({ stdout: '', status: 76 })],
  [
    'cut, with --partial',
    ['--partial'],
    answer(LIST.slice(0, 30)).replace(DONE, '').replace('"stop"', 'null'),
    expect.objectContaining({ stdout: '{"items":[{"n":1.0},{"n":""}]}\n', status: 76 }),
  ],
  ['whole, with --partial', ['--partial'], answer('[1, 2]'), good('[1,2]\n')],
  [
    'a whole value in an answer whose length fails',
    ['--fail-on', 'length'],
    answer('[1]', 'length'),
    bad('length: the answer was cut at the token limit (finish reason length)', 76),
  ],
  [
    'a whole value in an answer whose length fails, with --partial',
    ['--fail-on', 'length', '--partial'],
    answer('[1]', 'length'),
    bad('length: the answer was cut at the token limit (finish reason length)', 76, '[1]\n'),
  ],
  [
    '--partial of what is printed anyway',
    ['--partial', '--each', '.'],
    '',
    bad('usage: --partial cannot be combined with --snapshots, --each, --path or --schema', 64),
  ],
  [
    'cut at the token limit',
    ['--each', 'items'],
    answer(LIST.slice(0, 30), 'length'),
    bad('length: the JSON is incomplete: the answer reached the token limit', 76, '{"n":1.0}\n'),
  ],
  [
    'a schema that is none',
    ['--schema', `${folder}/none.json`],
    '',
    bad(`bad_data: ${folder}/none.json is not a JSON Schema: /type: Instance does not match any subschemas.`, 65),
  ],
  [
    'a schema that is missing',
    ['--schema', 'nowhere.json'],
    '',
    bad('no_input: nowhere.json: No such file or directory', 66),
  ],
  [
    'options that exclude each other',
    ['--each', 'a', '--snapshots'],
    '',
    bad('usage: --snapshots, --each and --path cannot be combined (choose one)', 64),
  ],
  ['--every alone', ['--every', '1s'], '', bad('usage: --every requires --snapshots', 64)],
  ['an invalid source', ['--from', 'tools'], '', bad('usage: --from takes text, tool or tool:NAME, not "tools"', 64)],
  ['an invalid choice', ['--choice', 'all'], '', bad('usage: --choice takes a number from 0, not "all"', 64)],
  [
    'an invalid path',
    ['--each', 'a..b'],
    '',
    bad('usage: "a..b" is not a path (write names separated by dots, or ".")', 64),
  ],
  [
    'too large',
    ['--max-event-bytes', '400'],
    answer(`"${'x'.repeat(500)}"`),
    bad('too_large: the JSON has more than 400 bytes; raise --max-event-bytes', 65),
  ],
  [
    'a warning before an event that is too large',
    ['--max-event-bytes', '400'],
    `${answer('[1]', 'length')}data: ${'x'.repeat(500)}\n\n`,
    {
      stdout: '[1]\n',
      stderr: [
        'sse-json: warning: the answer was cut at the token limit (finish reason length)\n',
        'sse-json: too_large: an event has more than 400 bytes; raise --max-event-bytes\n',
      ].join(''),
      status: 65,
    },
  ],
] as const)('%s', async (_, args, input, ended) => {
  expect(await program(NAME, args, { input })).toEqual(ended)
})

test.each([
  ['the whole', [], ''],
  ['every element', ['--each', 'items'], '{"n":1.0}\n'],
])('--schema reports invalid values and does not print them: %s', async (_, args, stdout) => {
  const violations = ['/items/1/n: Instance type "string" is invalid. Expected "number".']
  expect(await program(NAME, ['--schema', `${folder}/list.json`, ...args], { input: answer(LIST) })).toEqual({
    stdout,
    stderr: [
      ...violations.map((line) => `${NAME}: warning: ${line}\n`),
      `${NAME}: bad_data: the JSON does not match the schema (1 violation)\n`,
    ].join(''),
    status: 65,
  })
})

test('sse-json reads SSE and the NDJSON of sse-parse', async () => {
  const { file, text } = cases().find(({ name }) => name === 'chat/json-list') ?? { file: '', text: '' }
  const { stdout, ...rest } = await shell('sse-json "$F"; sse-parse "$F" | sse-json; sse-parse -d "$F" | sse-json', {
    env: { F: file },
  })
  const lines = stdout.trimEnd().split('\n')
  expect({ ...rest, lines: new Set(lines).size, count: lines.length }).toEqual({
    stderr: '',
    status: 0,
    lines: 1,
    count: 3,
  })
  expect(JSON.parse(lines[0] ?? '')).toEqual(JSON.parse(text.toString()))
})

describe('while the answer arrives', () => {
  test('an element is written before the input ends', async () => {
    const child = start(NAME, ['--each', 'items'])
    child.feed(chunk('{"items":[{"a":1},{"a"'))
    await child.wrote('{"a":1}\n')
    child.feed(`${chunk(':2}]}')}${chunk('', 'stop')}${DONE}`)
    child.close()
    expect(await child.ended).toEqual(good('{"a":1}\n{"a":2}\n'))
  })

  test('--snapshots of a file prints a line for each event that extends the value', async () => {
    const input = `${['{"a": "b', 'c"', '', ', "d": [1', ']}'].map((piece) => chunk(piece)).join('')}${chunk('', 'stop')}${DONE}`
    const lines = ['{"a":"b"}', '{"a":"bc"}', '{"a":"bc","d":[]}', '{"a":"bc","d":[1]}']
    expect(await program(NAME, ['--snapshots'], { input })).toEqual(good(`${lines.join('\n')}\n`))
    const few = `${lines[0]}\n${lines[3]}\n`
    expect(await program(NAME, ['--snapshots', '--every', '3600000'], { input })).toEqual(good(few))
  })

  test('--snapshots of a pipe prints a line for each event that extends the value', async () => {
    const child = start(NAME, ['--snapshots'])
    child.feed(chunk('{"a": "b'))
    await child.wrote('{"a":"b"}\n')
    child.feed(chunk('c", "d": 1'))
    await child.wrote('{"a":"bc"}\n')
    child.feed(chunk('2, "e": ['))
    await child.wrote('{"a":"bc","d":12,"e":[]}\n')
    child.feed(`${chunk(']}')}${chunk('', 'stop')}${DONE}`)
    child.close()
    expect(await child.ended).toEqual(good('{"a":"b"}\n{"a":"bc"}\n{"a":"bc","d":12,"e":[]}\n'))
  })

  test('--snapshots --every limits the lines, and prints the complete value at the end', async () => {
    const child = start(NAME, ['--snapshots', '--every', '1h'])
    child.feed(chunk('{"a": "b'))
    await child.wrote('{"a":"b"}\n')
    child.feed(chunk('c", "d": 1'))
    child.feed(`${chunk('2}')}${chunk('', 'stop')}${DONE}`)
    child.close()
    expect(await child.ended).toEqual(good('{"a":"b"}\n{"a":"bc","d":12}\n'))
  })
})
