import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderWith } from '../support/folder.js'
import { shell } from '../support/spawn.js'
import { stream, upstream } from '../support/upstream.js'
import { ANSWER, chunk } from '../support/wire.js'

const CUT = chunk('Blue is ')
const LINE = 'or-stream: truncated: the stream ended after 1 event without an end marker\n'
const TRAILER = ': or-stream status=76 verdict=truncated code=truncated told=1\n'
const folder = folderWith({})

test.each([
  ['a pipe', 'or-stream x | cat', CUT + TRAILER, LINE],
  ['a pipe, if stderr is full', 'or-stream x 2>/dev/full | cat', CUT + TRAILER.replace('told=1', 'told=0'), ''],
  ['a pipe, with --quiet', 'or-stream -q x | cat', CUT + TRAILER, LINE],
  ['a pipe, with --no-trailer', 'or-stream --no-trailer x | cat', CUT, LINE],
  ['a file', `or-stream x > ${folder}/out; cat ${folder}/out`, CUT, LINE],
  ['a file, appended', `or-stream x >> ${folder}/all; cat ${folder}/all`, CUT, LINE],
  ['a device', 'or-stream x > /dev/null', '', LINE],
])('the trailer of a truncated answer, written to %s', async (_, command, stdout, stderr) => {
  const server = await upstream(stream(CUT))
  const ended = await shell(command, { env: { OPENROUTER_BASE_URL: server.url } })
  expect(ended).toMatchObject({ stdout, stderr })
})

test('a truncated answer has no trailer on a terminal', async () => {
  const server = await upstream(stream(CUT))
  await shell(`script -qec 'or-stream x 2>${folder}/stderr' ${folder}/terminal`, {
    env: { OPENROUTER_BASE_URL: server.url },
  })
  const [terminal, stderr] = ['terminal', 'stderr'].map((name) => readFileSync(join(folder, name), 'utf8'))
  expect({ hasWords: terminal?.includes('Blue is '), hasTrailer: terminal?.includes(': or-stream '), stderr }).toEqual({
    hasWords: true,
    hasTrailer: false,
    stderr: `or-stream: the output is raw SSE; append "| sse-text" to print only the text of the answer\n${LINE}`,
  })
})

test('a complete answer has no trailer', async () => {
  const server = await upstream(stream(ANSWER))
  expect(await shell('or-stream x | cat', { env: { OPENROUTER_BASE_URL: server.url } })).toEqual({
    stdout: ANSWER,
    stderr: '',
    status: 0,
  })
})

test.each([
  ['usage', 'or-stream --model', 64],
  ['no_input', 'OPENROUTER_API_KEY=x or-stream -f nowhere x', 66],
  ['no_key', 'OPENROUTER_API_KEY= or-stream x', 78],
  ['bad_config', 'or-stream --base-url x x', 78],
])('a failure before the request has a trailer: %s', async (code, command, status) => {
  const { stdout, stderr } = await shell(`${command} | cat`)
  expect({ stdout, stderr }).toEqual({
    stdout: `: or-stream status=${status} verdict=error code=${code} told=1\n`,
    stderr: expect.stringMatching(new RegExp(`^or-stream: ${code}: .+\n$`)),
  })
})

/** Runs a command line against a port on which nothing listens. */
const runRefused = (command: string) => shell(command, { env: { OPENROUTER_BASE_URL: 'http://127.0.0.1:1/v1' } })
const UNREACHABLE = 'or-stream: unreachable: 127.0.0.1:1: connection refused\n'
const NO_INPUT = 'or-stream: no_input: nowhere: No such file or directory\n'
const EMPTY = 'sse-text: empty: the stream ended without a data event\n'

test.each([
  '-- --curl',
  '-- --dry-run',
  '-- --no-trailer',
  'x -- --curl',
  '-m x -- --no-trailer',
  '--system=--curl x',
  '--stop=--no-trailer --option=user=--dry-run x',
  '--curl=false x',
  '-s --dry-run x',
  '--no-trailer --no-trailer=false x',
])('or-stream %s | sse-text exits 69 if the connection is refused: no option turns the trailer off', async (args) => {
  expect(await runRefused(`or-stream -n --retry 0 ${args} | sse-text`)).toEqual({
    stdout: '',
    stderr: UNREACHABLE,
    status: 69,
  })
})

test.each([
  ['--no-trailer x', UNREACHABLE],
  ['x --no-trailer -- y', UNREACHABLE],
  ['--no-trailer=true x', UNREACHABLE],
  ['--no-trailer=false --no-trailer x', UNREACHABLE],
  ['--dry-run -f nowhere x', NO_INPUT],
  ['--dry-run=true -f nowhere x', NO_INPUT],
  ['--curl -f nowhere x', NO_INPUT],
  ['--curl true -f nowhere -- --dry-run', NO_INPUT],
])('or-stream %s | sse-text exits 76: no trailer is written', async (args, stderr) => {
  const command = `or-stream -n --retry 0 ${args}`
  expect(await runRefused(`${command} | sse-text`)).toEqual({ stdout: '', stderr: stderr + EMPTY, status: 76 })
  expect(await runRefused(`${command} | cat`)).toEqual({ stdout: '', stderr, status: 0 })
})

test.each([
  ['--curl -s', '-s needs a value (see --help)'],
  ['--no-trailer --retry', '--retry needs a value (see --help)'],
  ['--dry-run --retry often x', '--retry takes a number, not "often"'],
  ['--curl --curll x', 'unknown option --curll (did you mean --curl?)'],
])('or-stream %s | sse-text exits 64: a command line that cannot be parsed has a trailer', async (args, message) => {
  expect(await runRefused(`or-stream -n ${args} | sse-text`)).toEqual({
    stdout: '',
    stderr: `or-stream: usage: ${message}\n`,
    status: 64,
  })
})

test.each([
  ['reported already', 1, ''],
  ['not reported yet', 0, 'sse-text: rate_limited: or-stream exited with 75 (verdict error)\n'],
])('sse-text reports a failure in the trailer only if needed: %s', async (_, reported, stderr) => {
  const trailer = `: or-stream status=75 verdict=error code=rate_limited told=${reported}`
  expect(await shell(`echo '${trailer}' | sse-text`)).toEqual({ stdout: '', stderr, status: 75 })
})
