import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cases } from '../support/fixtures.js'
import type { Metadata } from '../../src/recordings/metadata.js'
import { folderWith } from '../support/folder.js'
import { metaWith } from '../support/recorded.js'
import { few } from '../support/size.js'
import { program, shell, start } from '../support/spawn.js'
import { ANSWER, chunk, DONE, WORDS } from '../support/wire.js'

const NAME = 'sse-replay'

/** Milliseconds; longer than any test can wait. */
const HOUR = 3_600_000

const metaOf = (...chunks: Metadata['chunks']) => JSON.stringify(metaWith(chunks))

const FIRST = chunk('Blue is ')
const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * at) % 251))

/** Logs the size of each write to standard output. */
const WRITE_LOGGER = `const fs = require('node:fs')
const { write } = fs
fs.write = (fd, ...rest) => write(fd, ...rest.slice(0, -1), (error, size, ...more) => {
  if (fd === 1) fs.appendFileSync(process.env.NOTED, size + '\\n')
  rest.at(-1)(error, size, ...more)
})
Object.defineProperties(fs.write, Object.getOwnPropertyDescriptors(write))`

const folder = folderWith({
  'noting.cjs': WRITE_LOGGER,
  'answer.sse': ANSWER,
  'bytes.bin': bytes,
  both: Buffer.concat([bytes, bytes, Buffer.from(ANSWER)]),
  'slow.sse': ANSWER,
  'slow.sse.meta.json': metaOf([0, 5], [1, FIRST.length - 5], [HOUR, ANSWER.length - FIRST.length]),
  'bad.sse': ANSWER,
  'bad.sse.meta.json': '{}',
})
const answer = join(folder, 'answer.sse')

/** Returns the size of each write of the program. */
async function writesOf(args: string): Promise<number[]> {
  const log = join(mkdtempSync(join(folder, 'writes-')), 'sizes')
  const env = { NODE_OPTIONS: `--require=${folder}/noting.cjs`, NOTED: log }
  await shell(`${NAME} ${args} >/dev/null`, { cwd: folder, env })
  return readFileSync(log, 'utf8').trim().split('\n').map(Number)
}

test('sse-replay copies any bytes, from files and from standard input', async () => {
  expect(await shell(`cat bytes.bin | ${NAME} bytes.bin - answer.sse | cmp - both`, { cwd: folder })).toEqual({
    stdout: '',
    stderr: '',
    status: 0,
  })
})

test.each(
  few(
    [
      ['--chunk', '1'],
      ['--chunk', 'recorded'],
      ['--chunk', 'random:7', '--speed', '1e6'],
      ['--speed', '1e6'],
      ['--chunk', '5', '--speed', '1e6', '--stall', '1'],
    ],
    2,
  ).map((args) => [args.join(' '), args] as const),
)('%s: the bytes are unchanged', async (_, args) => {
  expect(await program(NAME, [...args, answer])).toEqual({ stdout: ANSWER, stderr: '', status: 0 })
})

const recorded = [5, FIRST.length - 5, ANSWER.length - FIRST.length]
const blocks = ANSWER.split(/(?<=\n\n)/).map((block) => block.length)

test.each(
  few(
    [
      ['--chunk 7 answer.sse', [...Array<number>(Math.floor(ANSWER.length / 7)).fill(7), ANSWER.length % 7]],
      ['--chunk recorded slow.sse', recorded],
      ['--chunk recorded answer.sse', blocks],
      ['--speed 1e9 slow.sse', recorded],
      ['--chunk 100000 answer.sse', [ANSWER.length]],
      ['answer.sse', [ANSWER.length]],
    ] as const,
    3,
  ),
)('%s: each piece is one write', async (args, sizes) => {
  expect(await writesOf(args)).toEqual(sizes)
})

test.each(
  few(
    [
      [
        '--no-done',
        {
          stdout: WORDS,
          stderr: 'sse-text: truncated: the stream ended after 2 events without an end marker\n',
          status: 76,
        },
      ],
      ['--error 429', { stdout: WORDS, stderr: 'sse-text: rate_limited: injected error (429)\n', status: 75 }],
      ['--crlf --chunk 1', { stdout: WORDS, stderr: '', status: 0 }],
      [
        `--cut-after ${FIRST.length + 9}`,
        {
          stdout: 'Blue is ',
          stderr: 'sse-text: truncated: the stream ended after 1 event without an end marker\n',
          status: 76,
        },
      ],
    ] as const,
    4,
  ),
)('%s | sse-text', async (args, expected) => {
  expect(await shell(`${NAME} ${args} ${answer} | sse-text`)).toEqual(expected)
})

const documented = new Set([
  'chat/sample-sky',
  'responses/sample-sky',
  'messages/sample-sky',
  'completions/plain-text',
  'gemini/text',
])
const samples = cases().filter(({ name }) => documented.has(name))

test.each(
  few(
    samples.map(({ name, file }) => [name, file] as const),
    2,
  ),
)('--no-done, --error: %s', async (_, file) => {
  const command = `${NAME} --no-done ${file} | sse-text >/dev/null; echo $?; ${NAME} --error 401 ${file} | sse-text -q >/dev/null; echo $?`
  expect(await shell(command)).toMatchObject({ stdout: '76\n77\n', status: 0 })
})

test('all operands are replayed; each failure names its file, and the worst status wins', async () => {
  expect(await program(NAME, ['nowhere.sse', '--speed', '1e6', 'bad.sse', 'answer.sse'], { cwd: folder })).toEqual({
    stdout: ANSWER,
    stderr:
      `${NAME}: no_input: nowhere.sse: No such file or directory\n` +
      `${NAME}: bad_data: bad.sse: bad.sse.meta.json: this is not the metadata of a recording\n`,
    status: 66,
  })
})

test('the metadata of a recording is only read if it is needed', async () => {
  expect(await program(NAME, ['bad.sse'], { cwd: folder })).toEqual({ stdout: ANSWER, stderr: '', status: 0 })
})

test.each(
  few(
    [
      ['--speed 1 slow.sse', FIRST],
      ['--stall 1h answer.sse', FIRST],
      ['--stall 1h --chunk 1 answer.sse', FIRST],
      ['--stall 1h --cut-after 5 answer.sse', 'data:'],
      ['--speed 1 --chunk 9 slow.sse', FIRST.slice(0, FIRST.length - (FIRST.length % 9))],
    ],
    3,
  ),
)('%s: a signal ends the wait', async (args, written) => {
  const child = start(NAME, args.split(' '), { cwd: folder })
  await child.wrote(written)
  child.kill('SIGINT')
  expect(await child.ended).toEqual({ stdout: written, stderr: '', status: 130 })
})

test('input is written as it arrives, and a signal ends a blocked read', async () => {
  const child = start(NAME, [])
  child.feed('data: a')
  await child.wrote('data: a')
  child.feed('\n')
  await child.wrote('data: a\n')
  child.kill('SIGTERM')
  expect(await child.ended).toEqual({ stdout: 'data: a\n', stderr: '', status: 143 })
})

test('sse-replay stops reading once no more output can follow', async () => {
  const child = start(NAME, ['--error', '429'])
  child.feed(`${DONE}${FIRST}`)
  expect(await child.ended).toEqual({
    stdout: 'data: {"error":{"code":429,"message":"injected error"}}\n\n',
    stderr: '',
    status: 0,
  })
})

test.each(
  few(
    [
      ['--speed', '0', 'takes a number above 0 or "max", not "0"'],
      ['--chunk', 'x', 'takes a number of bytes, recorded, or random:SEED, not "x"'],
      ['--error', '200', 'takes a status from 400 to 599 or a word, not "200"'],
      ['--stall', 'x', 'takes a time such as 500 (milliseconds), 30s or 5m, not "x"'],
      ['--cut-after', 'x', 'takes a size such as 4096 or 64M, not "x"'],
    ],
    2,
  ),
)('%s %s', async (option, value, why) => {
  expect(await program(NAME, [option, value, 'answer.sse', 'answer.sse'], { cwd: folder })).toEqual({
    stdout: '',
    stderr: `${NAME}: usage: ${option} ${why}\n`,
    status: 64,
  })
})
