import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderWith } from '../support/folder.js'
import { shell } from '../support/spawn.js'
import { stream, upstream } from '../support/upstream.js'
import { ANSWER, chunk } from '../support/wire.js'

const CUT = chunk('Blue is ')
const LINE = 'or-stream: truncated: the stream ended after 1 event without an end mark\n'
const TRAILER = ': or-stream status=76 verdict=truncated code=truncated told=1\n'
const folder = folderWith({})

test.each([
  ['a pipe', 'or-stream x | cat', CUT + TRAILER, LINE],
  ['a pipe, when nothing can be told', 'or-stream x 2>/dev/full | cat', CUT + TRAILER.replace('told=1', 'told=0'), ''],
  ['a pipe, with --quiet', 'or-stream -q x | cat', CUT + TRAILER, LINE],
  ['a pipe, with --no-trailer', 'or-stream --no-trailer x | cat', CUT, LINE],
  ['a file', `or-stream x > ${folder}/out; cat ${folder}/out`, CUT, LINE],
  ['a file, which is added to', `or-stream x >> ${folder}/all; cat ${folder}/all`, CUT, LINE],
  ['a device', 'or-stream x > /dev/null', '', LINE],
])('of a cut answer to %s', async (_, command, stdout, stderr) => {
  const server = await upstream(stream(CUT))
  const ended = await shell(command, { env: { OPENROUTER_BASE_URL: server.url } })
  expect(ended).toMatchObject({ stdout, stderr })
})

test('of a cut answer to a terminal', async () => {
  const server = await upstream(stream(CUT))
  await shell(`script -qec 'or-stream x 2>${folder}/told' ${folder}/seen`, { env: { OPENROUTER_BASE_URL: server.url } })
  const [seen, told] = ['seen', 'told'].map((name) => readFileSync(join(folder, name), 'utf8'))
  expect({ hasWords: seen?.includes('Blue is '), hasTrailer: seen?.includes(': or-stream '), told }).toEqual({
    hasWords: true,
    hasTrailer: false,
    told: LINE,
  })
})

test('of a whole answer', async () => {
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
])('before the request: %s', async (code, command, status) => {
  const { stdout, stderr } = await shell(`${command} | cat`)
  expect({ stdout, stderr }).toEqual({
    stdout: `: or-stream status=${status} verdict=error code=${code} told=1\n`,
    stderr: expect.stringMatching(new RegExp(`^or-stream: ${code}: .+\n$`)),
  })
})

test.each(['--dry-run', '--curl'])('%s writes no stream, and no trailer', async (option) => {
  const { stdout, stderr } = await shell(`or-stream ${option} -f nowhere x | cat`)
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: expect.stringMatching(/^or-stream: no_input: .+\n$/) })
})

test.each([
  ['told already', 1, ''],
  ['heard by nobody', 0, 'sse-text: rate_limited: or-stream left with 75 (verdict error)\n'],
])('a failure that was %s', async (_, told, stderr) => {
  const trailer = `: or-stream status=75 verdict=error code=rate_limited told=${told}`
  expect(await shell(`echo '${trailer}' | sse-text`)).toEqual({ stdout: '', stderr, status: 75 })
})
