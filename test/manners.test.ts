import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EXIT_STATUSES } from '../src/core/errors/exit-status.js'
import manifest from '../package.json' with { type: 'json' }
import { folderWith } from './support/folder.js'
import { program, start } from './support/spawn.js'
import { ANSWER, chunk, DONE } from './support/wire.js'

const programs = readdirSync(new URL('../bin/', import.meta.url)).map((file) => file.replace(/\.ts$/, ''))
const filters = programs.filter((name) => name.startsWith('sse-'))
/** What makes a filter write while it reads, where it doesn't anyway. */
const WRITES: Record<string, string[]> = { 'sse-usage': ['--tee'] }
/** Filters that write nothing of the words that they read, or only when an answer is over. */
const REPORTS = new Set(['sse-check', 'sse-fold', 'sse-json'])
/** The filters that read events; sse-replay gives on any bytes. */
const readers = filters.filter((name) => name !== 'sse-replay')
const streaming = filters.filter((name) => !REPORTS.has(name)).map((name) => [name, WRITES[name] ?? []] as const)

const exitTable = EXIT_STATUSES.map(([status, when]) => `  ${String(status).padEnd(3)}  ${when}`).join('\n')

test.each(programs)('%s --help', async (name) => {
  expect(await program(name, ['--help'])).toEqual({
    stdout: expect.stringMatching(new RegExp(`^Usage: ${name} \\[option…\\] \\[.+\\]\n\n\\S.*\\.\n\nOptions:\n  `)),
    stderr: '',
    status: 0,
  })
  expect(await program(name, ['-h'])).toEqual({
    stdout: expect.stringContaining(`\n\nExit status:\n${exitTable}\n`),
    stderr: '',
    status: 0,
  })
})

test.each(programs)('%s --version', async (name) => {
  const expected = { stdout: `${manifest.version}\n`, stderr: '', status: 0 }
  expect(await program(name, ['--version'])).toEqual(expected)
  expect(await program(name, ['-V'])).toEqual(expected)
})

test.each(programs)('%s: an unknown option, with the nearest match where there is one', async (name) => {
  expect(await program(name, ['--hepl'])).toEqual({
    stdout: '',
    stderr: `${name}: usage: unknown option --hepl (did you mean --help?)\n`,
    status: 64,
  })
  expect(await program(name, ['--nothing-like-it'])).toEqual({
    stdout: '',
    stderr: `${name}: usage: unknown option --nothing-like-it (see --help)\n`,
    status: 64,
  })
})

test.each(programs)('%s: an option without its value', async (name) => {
  const { stdout } = await program(name, ['--help'])
  const option = /(--[a-z-]+) [A-Z]/.exec(stdout)?.[1] ?? 'no option with a value'
  expect(await program(name, [option])).toEqual({
    stdout: '',
    stderr: `${name}: usage: ${option} needs a value (see --help)\n`,
    status: 64,
  })
})

/** The same noise in every run; it has line ends, colons and NUL bytes in it. */
const noise = Buffer.concat(Array.from({ length: 2000 }, (_, at) => createHash('sha256').update(`${at}`).digest()))

test.each(readers)('%s: binary garbage', async (name) => {
  expect(await program(name, [], { input: noise })).toEqual({
    // What stands in it for a comment is one.
    stdout: expect.stringMatching(name === 'sse-format' ? /^(:[^\n]*\n\n)*$/ : /^$/),
    stderr: expect.stringMatching(new RegExp(`^${name}: bad_data: this is not an event stream: [^\\p{Cc}]+\n$`, 'u')),
    status: 65,
  })
})

test.each(streaming)('%s: what has come is written before the input ends', async (name, args) => {
  const whole = await program(name, args, { input: ANSWER })
  const child = start(name, args)
  child.feed(chunk('Blue is '))
  await child.wrote('Blue is ')
  child.feed(chunk('short.'))
  await child.wrote('short.')
  child.feed(`${chunk('', 'stop')}${DONE}`)
  child.close()
  expect(await child.ended).toEqual({ ...whole, stderr: expect.any(String) })
})

test.each(filters)('%s: an end that is not reached is no success, though nothing is left to wait for', async (name) => {
  const folder = folderWith({ 'deaf.cjs': 'require("node:fs").read = () => {}' })
  const env = { NODE_OPTIONS: `--require=${folder}/deaf.cjs` }
  expect(await program(name, [], { input: ANSWER, env })).toEqual({ stdout: '', stderr: '', status: 70 })
})

test.each(filters)('%s: a missing file', async (name) => {
  expect(await program(name, ['nowhere.sse'])).toMatchObject({
    stderr: `${name}: no_input: nowhere.sse: No such file or directory\n`,
    status: 66,
  })
})
