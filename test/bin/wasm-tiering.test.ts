import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderWith } from '../support/folder.js'
import { program, start } from '../support/spawn.js'
import { stream, upstream } from '../support/upstream.js'
import { ANSWER, WORDS } from '../support/wire.js'

/** Preload script: fakes the version of Node, and logs the V8 flags that the program sets and when it loads undici. */
const PRELOAD = `
const { appendFileSync } = require('node:fs')
const Module = require('node:module')
const v8 = require('node:v8')

const report = (what) => appendFileSync(process.env.REPORT, what + '\\n')
Object.defineProperty(process.versions, 'node', { value: process.env.NODE_VERSION })

const { setFlagsFromString } = v8
v8.setFlagsFromString = (flag) => {
  report(flag)
  setFlagsFromString(flag)
}
const { _load } = Module
Module._load = (request, ...rest) => {
  if (request.endsWith('/undici.cjs')) report('undici')
  return _load(request, ...rest)
}
`

const FLAG = '--wasm-tiering-budget=1000000000\n'

/** Returns the environment for a program with the preload script, and a function that reads its log. */
function watched(version = '20.20.2') {
  const folder = folderWith({ 'preload.cjs': PRELOAD })
  const file = join(folder, 'report')
  return {
    env: { NODE_OPTIONS: `--require ${join(folder, 'preload.cjs')}`, REPORT: file, NODE_VERSION: version },
    report: () => (existsSync(file) ? readFileSync(file, 'utf8') : ''),
  }
}

test.each([
  ['20.20.2', `${FLAG}undici\n`],
  ['22.23.3', 'undici\n'],
])('or-stream on Node %s: its flags for V8 are set before undici is loaded', async (version, expected) => {
  const server = await upstream(stream(ANSWER))
  const { env, report } = watched(version)
  const ended = await program('or-stream', ['-n', '--base-url', server.url, 'x'], { env })
  expect({ ...ended, report: report() }).toEqual({ stdout: ANSWER, stderr: '', status: 0, report: expected })
})

test.each([
  [
    'or-stream',
    ['--dry-run', '-n', 'x'],
    '{"model":"openrouter/auto","messages":[{"role":"user","content":"x"}],"stream":true}\n',
  ],
  ['sse-text', [], WORDS],
])('%s %j sets no flag, because it sends no request', async (name, args, stdout) => {
  const { env, report } = watched()
  const ended = await program(name, args, { env, input: ANSWER })
  expect({ ...ended, report: report() }).toEqual({ stdout, stderr: '', status: 0, report: '' })
})

/** Sends or-serve one request and returns the log of its preload script. */
async function served(args: readonly string[]) {
  const { env, report } = watched()
  const child = start('or-serve', ['--port', '0', '--drain', '0', '--speed', 'max', ...args], { env })
  const url = (await child.wrote('\n')).trim()
  const { stdout } = await program('or-stream', ['-n', '--base-url', url, 'x'])
  child.kill('SIGTERM')
  await child.ended
  return { stdout, report: report() }
}

test('or-serve --record sets the flag before it loads undici', async () => {
  const server = await upstream(stream(ANSWER))
  expect(await served(['--record', '--upstream', server.url, folderWith({})])).toEqual({
    stdout: ANSWER,
    report: `${FLAG}undici\n`,
  })
})

test('or-serve sets no flag if it has no upstream', async () => {
  expect(await served([join(folderWith({ 'a.sse': ANSWER }), 'a.sse')])).toEqual({ stdout: ANSWER, report: '' })
})
