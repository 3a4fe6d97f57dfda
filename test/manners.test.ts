import { createHash } from 'node:crypto'
import { constants, openSync, closeSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { execa, type Options } from 'execa'
import { expect, test } from 'vitest'
import { EXIT_STATUSES } from '../src/core/status.js'
import manifest from '../package.json' with { type: 'json' }
import { folderWith } from './support/folder.js'
import { program, shell, start } from './support/spawn.js'
import { ANSWER, chunk, DONE } from './support/wire.js'

const programs = readdirSync(new URL('../bin/', import.meta.url)).map((file) => file.replace(/\.ts$/, ''))
const filters = programs.filter((name) => name.startsWith('sse-'))
/** What makes a filter write while it reads, where it doesn't anyway. */
const WRITES: Record<string, string[]> = { 'sse-usage': ['--tee'] }
const streaming = filters.map((name) => [name, WRITES[name] ?? []] as const)

const LINES = 20_000
const lineOf = (number: number) => `line ${number} ${'.'.repeat(90)}\n`
const lines = Array.from({ length: LINES }, (_, number) => lineOf(number))

const body = lines.map((line) => chunk(line)).join('')
/** A whole answer of two megabytes, and the same without its end. */
const folder = folderWith({ 'whole.sse': `${body}${chunk('', 'stop')}${DONE}`, 'cut.sse': body })
const big = join(folder, 'whole.sse')

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

test.each(programs)('%s: --help on a full disk', async (name) => {
  expect(await shell(`${name} --help >/dev/full`)).toEqual({
    stdout: '',
    stderr: `${name}: write_failed: write error: No space left on device\n`,
    status: 74,
  })
})

/** What a filter prints of no input; `sse-parse` has nothing against it, those that judge an answer miss one. */
const EMPTY: Record<string, RegExp> = { 'sse-usage': /^verdict +empty\n/ }
const emptyEnd = (name: string) => ({
  stdout: expect.stringMatching(EMPTY[name] ?? /^$/),
  stderr: name === 'sse-parse' ? '' : `${name}: empty: the stream ended without a data event\n`,
  status: name === 'sse-parse' ? 0 : 76,
})

test.each(filters)('%s: empty input', async (name) => {
  expect(await program(name, [], { input: '' })).toEqual(emptyEnd(name))
  expect(await program(name, ['/dev/null'])).toEqual(emptyEnd(name))
})

/** The same noise in every run; it has line ends, colons and NUL bytes in it. */
const noise = Buffer.concat(Array.from({ length: 2000 }, (_, at) => createHash('sha256').update(`${at}`).digest()))

test.each(filters)('%s: binary garbage', async (name) => {
  expect(await program(name, [], { input: noise })).toEqual({
    stdout: '',
    stderr: expect.stringMatching(new RegExp(`^${name}: bad_data: this is not an event stream: [^\\p{Cc}]+\n$`, 'u')),
    status: 65,
  })
})

test.each(filters)('%s: standard input is closed', async (name) => {
  expect(await shell(`${name} <&-`)).toEqual(emptyEnd(name))
})

test.each(streaming)('%s: the reader leaves', async (name, args) => {
  const command = `${[name, ...args].join(' ')} ${big} | head -n 1 | wc -l; echo "\${PIPESTATUS[*]}"`
  expect(await shell(command, {}, 'bash')).toEqual({ stdout: '1\n141 0 0\n', stderr: '', status: 0 })
})

test.each(filters)('%s: the disk is full', async (name) => {
  expect(await shell(`${name} ${big} >/dev/full`)).toEqual({
    stdout: '',
    stderr: `${name}: write_failed: write error: No space left on device\n`,
    status: 74,
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

test.each(filters)('%s: a missing file', async (name) => {
  expect(await program(name, ['nowhere.sse'])).toMatchObject({
    stderr: `${name}: no_input: nowhere.sse: No such file or directory\n`,
    status: 66,
  })
})

test.each(filters)('%s: a directory', async (name) => {
  expect(await program(name, [folder])).toMatchObject({
    stderr: `${name}: no_input: ${folder}: Is a directory\n`,
    status: 66,
  })
  expect(await shell(`${name} <${folder}`)).toMatchObject({
    stderr: `${name}: no_input: standard input: Is a directory\n`,
    status: 66,
  })
})

test.each(filters)('%s: nobody hears what goes to stderr', async (name) => {
  for (const place of ['&-', '/dev/full']) {
    expect(await shell(`${name} nowhere.sse 2>${place} >/dev/null`)).toEqual({ stdout: '', stderr: '', status: 66 })
    expect(await shell(`${name} ${big} 2>${place} >/dev/null`)).toEqual({ stdout: '', stderr: '', status: 0 })
  }
})

test.each(filters)('%s: alone in a terminal', async (name) => {
  const [out, error] = [join(folder, `${name}.out`), join(folder, `${name}.err`)]
  const alone = `script -qec '${name} >${out} 2>${error}' /dev/null; status=$?; cat ${out}; cat ${error} >&2; exit $status`
  expect(await shell(alone)).toEqual({
    stdout: '',
    stderr: `${name}: usage: nothing to read: pipe a stream in or name a file (${name} --help)\n`,
    status: 64,
  })
})

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const
const signalled = streaming.flatMap(([name, args]) =>
  SIGNALS.map(([signal, status]) => ({ name, args, signal, status })),
)

test.each(signalled)(
  '$name: after $signal it reads on to the end, then dies of it',
  async ({ name, args, signal, status }) => {
    const whole = await program(name, args, { input: ANSWER })
    const child = start(name, args)
    child.feed(chunk('Blue is '))
    await child.wrote('Blue is ')
    child.kill(signal)
    child.feed(chunk('short.'))
    await child.wrote('short.')
    child.feed(`${chunk('', 'stop')}${DONE}`)
    child.close()
    expect(await child.ended).toEqual({ ...whole, stderr: expect.any(String), status })
  },
)

test.each(signalled)('$name: a second $signal ends it at once', async ({ name, args, signal, status }) => {
  const child = start(name, args)
  child.feed(chunk('Blue is '))
  await child.wrote('Blue is ')
  child.kill(signal)
  child.feed(chunk('short.'))
  await child.wrote('short.')
  child.kill(signal)
  expect(await child.ended).toEqual({ stdout: expect.stringContaining('short.'), stderr: '', status })
})

test.each(streaming)('%s: a signal that finds a cut answer is not told as a failure', async (name, args) => {
  const child = start(name, args)
  child.feed(chunk('Blue is '))
  await child.wrote('Blue is ')
  child.kill('SIGINT')
  child.feed(chunk('short.'))
  await child.wrote('short.')
  child.close()
  expect(await child.ended).toEqual({
    stdout: expect.stringContaining('Blue is '),
    stderr: expect.not.stringContaining('truncated:'),
    status: 130,
  })
})

const endings = streaming.flatMap(([name, args]) => [
  { name, args, ending: 'whole', status: 0 },
  { name, args, ending: 'cut', status: name === 'sse-parse' ? 0 : 76 },
])

test.each(endings)('$name: a slow reader gets all of a $ending answer', async ({ name, args, ending, status }) => {
  const tool = `${[name, ...args].join(' ')} ${join(folder, ending)}.sse 2>/dev/null`
  const all = await shell(`${tool} >${folder}/all; cksum <${folder}/all`)
  const slow = await shell(`${tool} | (sleep 0.2; cksum); echo "\${PIPESTATUS[*]}"`, {}, 'bash')
  expect(slow).toEqual({ stdout: `${all.stdout}${status} 0\n`, stderr: '', status: 0 })
})

/** A descriptor of ours as execa's types let one be handed on. */
type Handed = 3 | 4 | 5 | 6 | 7 | 8 | 9

/** Makes a pipe with a name and opens it; the shell gets it as descriptor 3, 4 …, on which Node leaves the flags alone. */
async function pipeOf(name: string, ...flags: readonly number[]): Promise<{ fifo: string; fds: Handed[] }> {
  const fifo = join(folder, name)
  await execa('mkfifo', [fifo])
  return { fifo, fds: flags.map((flag) => openSync(fifo, flag) as Handed) }
}

test.each(streaming)('%s: another program has made stdout non-blocking', async (name, args) => {
  const { fifo, fds } = await pipeOf(`${name}.stdout`, constants.O_RDWR | constants.O_NONBLOCK)
  const tool = [name, ...args, big].join(' ')
  const all = await shell(`${tool} 2>/dev/null | cksum`)
  const reader = `(exec <${fifo} 3>&-; sleep 0.2; cksum) &`
  const read = shell(`${reader} ${tool} >&3; echo $?; exec 3>&-; wait`, { stdio: ['ignore', 'pipe', 'pipe', ...fds] })
  for (const fd of fds) closeSync(fd)
  expect(await read).toEqual({
    stdout: `0\n${all.stdout}`,
    stderr: expect.not.stringContaining('error'),
    status: 0,
  })
})

test.each(streaming)('%s: another program has made stdin non-blocking', async (name, args) => {
  const { fds } = await pipeOf(`${name}.stdin`, constants.O_RDONLY | constants.O_NONBLOCK, constants.O_WRONLY)
  const tool = [name, ...args].join(' ')
  const all = await shell(`${tool} ${big} 2>/dev/null | cksum`)
  const writer = `(exec 3<&-; sleep 0.2; cat ${big} >&4) & exec 4>&-;`
  const options: Options = { stdio: ['ignore', 'pipe', 'pipe', ...fds] }
  const written = shell(`${writer} ${tool} <&3 | cksum; echo "\${PIPESTATUS[*]}"`, options, 'bash')
  for (const fd of fds) closeSync(fd)
  expect(await written).toEqual({
    stdout: `${all.stdout}0 0\n`,
    stderr: expect.not.stringContaining('error'),
    status: 0,
  })
})
