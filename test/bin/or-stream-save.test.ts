import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { recordingIn } from '../../src/recordings/load.js'
import { faults } from '../support/faults.js'
import { folderWith } from '../support/folder.js'
import { few, SEED, sized } from '../support/size.js'
import { CANARY, program, shell, start } from '../support/spawn.js'
import { reply, stream, upstream } from '../support/upstream.js'
import { ANSWER, chunk, WORDS } from '../support/wire.js'

const saving = (url: string, ...args: string[]) => [...args, '--base-url', url, '--retry-delay', '1ms', 'x']

/** Reads a recording without its times, which vary. */
async function readRecording(file: string) {
  const { bytes, meta } = await recordingIn(file)
  if (!meta) throw new Error(`${file} has no meta`)
  const lengths = meta.chunks.map(([, length]) => length)
  return { body: Buffer.from(bytes).toString(), lengths, status: meta.status, end: meta.end }
}

const visible = (folder: string) => readdirSync(folder).filter((name) => !name.startsWith('.'))

test('--save records the bytes, the chunks and the request, and does not change the output', async () => {
  const folder = folderWith({})
  const { url } = await upstream(stream(ANSWER))
  const command = `or-stream -v --save cat.sse -m test/model --base-url ${url} x | sse-text`
  const { stderr, ...ended } = await shell(command, { cwd: folder })
  expect(ended).toEqual({ stdout: WORDS, status: 0 })
  expect(stderr).toMatch(/^or-stream: saved as cat\.sse$/m)
  const { body, status, end } = await readRecording(join(folder, 'cat.sse'))
  expect({ body, status, end }).toEqual({ body: ANSWER, status: 200, end: 'whole' })
  const { meta } = await recordingIn(join(folder, 'cat.sse'))
  expect(meta).toMatchObject({
    request: {
      method: 'POST',
      path: '/api/v1/chat/completions',
      body: { model: 'test/model', messages: [{ role: 'user', content: 'x' }], stream: true },
    },
    headers: { 'content-type': 'text/event-stream' },
  })
})

test('--save FOLDER/ gives each recording a unique name', async () => {
  const folder = folderWith({})
  const { url } = await upstream(stream(ANSWER))
  for (const _ of 'ab') await program('or-stream', saving(url, '--save', join(folder, 'new/'), '-m', '../up'))
  const names = readdirSync(join(folder, 'new')).toSorted()
  const hash = names[0]?.slice(-12, -4)
  const stem = new RegExp(`^\\d{8}T\\d{9}Z-.._up-${hash}(?:-2)?\\.sse(?:\\.meta\\.json)?$`)
  expect(names.map((name) => stem.test(name))).toEqual([true, true, true, true])
})

const FAILED: readonly [string, string[], { body: string; status: number; end: string; exit: number }][] = [
  ['a reset stream', ['reset@200'], { body: ANSWER.slice(0, 200), status: 200, end: 'connection', exit: 76 }],
  ['a truncated stream', ['no_end_mark'], { body: '', status: 200, end: 'whole', exit: 76 }],
  [
    'an HTTP error',
    ['status=400,body={"error":{"message":"no"}%2C"user_id":"user_1"}'],
    { body: '', status: 400, end: 'whole', exit: 65 },
  ],
  ['a successful retry', ['status=503', 'whole'], { body: ANSWER, status: 200, end: 'whole', exit: 0 }],
  ['a failed retry', ['status=503'], { body: '', status: 503, end: 'whole', exit: 75 }],
]

test.each(few(FAILED))('--save records the last response: %s', async (_, scenarios, { body, exit, ...expected }) => {
  const folder = folderWith({})
  const file = join(folder, 'a.sse')
  const { url } = await faults(scenarios)
  expect((await program('or-stream', saving(url, '--save', file))).status).toBe(exit)
  const { body: found, lengths, ...meta } = await readRecording(file)
  expect(meta).toEqual(expected)
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(Buffer.byteLength(found))
  expect(body === '' || found === body).toBe(true)
})

test('--save writes no file if there is no response', async () => {
  const folder = folderWith({})
  const { url } = await faults(['down'])
  const { status } = await program('or-stream', saving(url, '--retry', '0', '--save', join(folder, 'a.sse')))
  expect([status, readdirSync(folder)]).toEqual([75, []])
})

test('neither file contains keys, cookies or account ids', async () => {
  const folder = folderWith({})
  const body = `{"error":{"message":"no user for ${CANARY}"},"user_id":"user_1"}`
  const headers = { 'set-cookie': 'session=secret', 'openai-organization': 'org-1', 'x-generation-id': 'gen-1' }
  const { url } = await upstream(reply(401, body, headers))
  const { status } = await program('or-stream', saving(url, '--save', join(folder, 'a.sse'), '-o', `note=${CANARY}`))
  expect(status).toBe(77)
  const [sse = '', meta = ''] = visible(folder)
    .toSorted()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
  expect(sse).toBe(body.replace(CANARY, '*'.repeat(CANARY.length)).replace('user_1', '******'))
  expect(meta).not.toMatch(/ca11ab1e|secret|org-1|cookie/)
  expect(JSON.parse(meta)).toMatchObject({ status: 401, headers: { 'x-generation-id': 'gen-1' } })
})

test('a closed pipe or a signal keeps what was received', async () => {
  const folder = folderWith({})
  const [endless, silent] = [await faults(['repeat,slice=50:2000']), await faults(['hang@200'])]
  const command = `or-stream -n --save left.sse --base-url ${endless.url} x | head -c 1`
  expect(await shell(command, { cwd: folder })).toEqual({ stdout: 'd', stderr: '', status: 0 })
  const child = start('or-stream', saving(silent.url, '-n', '--save', join(folder, 'killed.sse')))
  await child.wrote(ANSWER.slice(0, 150))
  child.kill('SIGTERM')
  expect((await child.ended).status).toBe(143)
  expect(visible(folder).length).toBe(4)
  for (const name of ['left', 'killed']) {
    const { body, end } = await readRecording(join(folder, `${name}.sse`))
    expect([body.slice(0, 150), end]).toEqual([ANSWER.slice(0, 150), 'interrupted'])
  }
})

test('if saving fails, one line reports it and the stream continues', async () => {
  const folder = folderWith({})
  const long = chunk('x'.repeat(5000)).repeat(10) + ANSWER
  const { url } = await upstream(stream(long))
  const command = `ulimit -f 8; or-stream --save a.sse --base-url ${url} x | sse-text | wc -c; echo "$?"`
  const piped = await shell(`set -o pipefail; ${command}`, { cwd: folder }, 'bash')
  expect(piped).toEqual({
    stdout: `${50_000 + WORDS.length}\n74\n`,
    stderr: 'or-stream: write_failed: a.sse: File too large (recording stopped)\n',
    status: 0,
  })
  expect(readdirSync(folder)).toEqual([])
})

test('if the request and the recording fail, both are reported and the worse status counts', async () => {
  const folder = folderWith({ 'a.sse.meta.json/x': '' })
  const { url, host } = await upstream(reply(401, '{"error":{"message":"no"}}'))
  expect(await program('or-stream', saving(url, '--save', 'a.sse'), { cwd: folder })).toEqual({
    stdout: '',
    stderr: [
      `or-stream: auth: ${host} refused the key (HTTP 401: no); set OPENROUTER_API_KEY to a valid key`,
      'or-stream: no_output: a.sse: Is a directory',
      '',
    ].join('\n'),
    status: 73,
  })
})

test.each([
  ['nowhere/a.sse', 'nowhere: No such file or directory'],
  ['file/', 'file/: Not a directory'],
])('no request is sent if --save %s cannot be created', async (target, message) => {
  const folder = folderWith({ file: '' })
  const { url, requests } = await upstream(stream(ANSWER))
  expect(await program('or-stream', saving(url, '--save', target), { cwd: folder })).toEqual({
    stdout: '',
    stderr: `or-stream: no_output: ${message}\n`,
    status: 73,
  })
  expect(requests).toEqual([])
})

describe('R86 · recordings in a shared folder, or a symbolic link in their place · files get mode 0600 whatever the umask; links are replaced, not followed; a world-writable folder is refused · 73', () => {
  test('the files have mode 0600 and replace links', async () => {
    const folder = folderWith({ victim: 'mine' })
    const { url } = await upstream(stream(ANSWER))
    const save = `or-stream -n --save a.sse --base-url ${url} x > /dev/null`
    const { status } = await shell(`umask 000; ln -s victim a.sse; ln -s victim a.sse.meta.json; ${save}`, {
      cwd: folder,
    })
    expect(status).toBe(0)
    expect(['a.sse', 'a.sse.meta.json'].map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([
      0o600, 0o600,
    ])
    expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('mine')
  })

  test('a world-writable folder is refused', async () => {
    const folder = folderWith({})
    const command = 'mkdir -m 777 open; or-stream -n --save open/a.sse --base-url http://127.0.0.1:1/ x'
    expect(await shell(command, { cwd: folder })).toEqual({
      stdout: ': or-stream status=73 verdict=error code=no_output told=1\n',
      stderr: 'or-stream: no_output: open: every user can replace files in this folder (chmod o-w open)\n',
      status: 73,
    })
  })
})

test('after kill -9 at any moment, a recording is complete or absent', async () => {
  const { url } = await faults(['slice=40:300'])
  const folder = folderWith({})
  for (let count = 0; count < sized({ small: 4, ci: 12, long: 300 }); count++) {
    const file = join(folder, `${count}.sse`)
    const child = start('or-stream', saving(url, '-n', '--save', file))
    await pause((count * 37 + SEED) % 400)
    child.kill('SIGKILL')
    await child.ended
  }
  for (const name of visible(folder).filter((one) => one.endsWith('.sse'))) {
    const { body, end } = await readRecording(join(folder, name))
    expect([name, body, end]).toEqual([name, ANSWER, 'whole'])
  }
})
