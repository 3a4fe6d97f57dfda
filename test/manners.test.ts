import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { EXIT_STATUSES } from '../src/core/errors/exit-status.js'
import { COMMON_OPTIONS } from '../src/cli/command-line/common-options.js'
import { PROGRAMS } from '../src/programs/index.js'
import manifest from '../package.json' with { type: 'json' }
import { folderWith } from './support/folder.js'
import { program, start } from './support/spawn.js'
import { ANSWER, chunk, DONE } from './support/wire.js'

const programs = PROGRAMS.map(({ name }) => name)
const filters = programs.filter((name) => name.startsWith('sse-'))
/** The options of every program. */
const COMMON_NAMES = new Set(Object.keys(COMMON_OPTIONS).map((option) => `--${option}`))
/** Arguments that make a filter write while it reads, if it does not do so by default. */
const STREAMING_ARGS: Record<string, string[]> = { 'sse-usage': ['--tee'] }
/** Filters that do not write the text they read, or only at the end of an answer. */
const REPORTS = new Set(['sse-check', 'sse-fold', 'sse-json'])
/** The filters that parse events; sse-replay accepts any bytes. */
const readers = filters.filter((name) => name !== 'sse-replay')
const streaming = filters
  .filter((name) => !REPORTS.has(name))
  .map((name) => [name, STREAMING_ARGS[name] ?? []] as const)

/** The first words of each exit status in help. The rest may be on another line. */
const statuses = EXIT_STATUSES.map(
  ([status, when]) => `  ${String(status).padEnd(3)}  ${when.split(' ').slice(0, 4).join(' ')}`,
)

test.each(PROGRAMS)('$name --help', async ({ name, summary, options, examples, environment = [] }) => {
  const { stdout, ...rest } = await program(name, ['--help'])
  expect(rest).toEqual({ stderr: '', status: 0 })
  const help = stdout.replace(/\s+/g, ' ')
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  const facts = [
    `Usage: ${name} [option…] `,
    summary,
    'Arguments after -- are operands, even if they begin with a dash.',
    ...Object.entries(options).flatMap(([option, { description, choices = [] }]) => [
      `--${option}`,
      description,
      ...choices,
    ]),
    ...Object.values(options).flatMap(({ default: byDefault }) => (byDefault === undefined ? [] : [byDefault])),
    ...examples.flat(),
    ...environment.flat(),
  ]
  expect(facts.filter((fact) => !help.includes(fact.replace(/\s+/g, ' ')))).toEqual([])
  expect(statuses.filter((status) => !stdout.includes(status))).toEqual([])
})

test.each(PROGRAMS)(
  '$name -h prints the basic options, or its own, and three examples',
  async ({ name, options, examples }) => {
    const { stdout, ...rest } = await program(name, ['-h'])
    expect(rest).toEqual({ stderr: '', status: 0 })
    const basic = Object.entries(options).filter(([, { isBasic }]) => isBasic)
    const own = Object.entries(options).filter(([, { group }]) => group === undefined)
    const shown = [basic, own, Object.entries(options)]
      .find((rows) => rows.length > 0)
      ?.map(([option]) => `--${option}`)
    const listed = Array.from(stdout.matchAll(/^ {2}(?:-\w,| {3}) (--[\w-]+)/gm), ([, option]) => option)
    expect(listed.filter((option) => !COMMON_NAMES.has(option ?? ''))).toEqual(shown)
    expect(examples.map(([command]) => stdout.includes(`  ${command}\n`))).toEqual(examples.map((_, at) => at < 3))
    expect(stdout.endsWith(`\n${name} --help lists all options and explains the exit statuses.\n`)).toBe(true)
  },
)

test.each(programs)('%s --version', async (name) => {
  const expected = { stdout: `${manifest.version}\n`, stderr: '', status: 0 }
  expect(await program(name, ['--version'])).toEqual(expected)
  expect(await program(name, ['-V'])).toEqual(expected)
})

test.each(programs)('%s: an unknown option, with the nearest match if there is one', async (name) => {
  expect(await program(name, ['--hepl'])).toEqual({
    stdout: '',
    stderr: `${name}: usage: unknown option --hepl (did you mean --help?)\n`,
    status: 64,
  })
  expect(await program(name, ['--nothing-like-it'])).toEqual({
    stdout: '',
    stderr: `${name}: usage: unknown option --nothing-like-it (see --help; write -- before an operand that begins with a dash)\n`,
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

/** Deterministic noise with line ends, colons and NUL bytes. */
const noise = Buffer.concat(Array.from({ length: 2000 }, (_, at) => createHash('sha256').update(`${at}`).digest()))

test.each(readers)('%s: binary garbage', async (name) => {
  expect(await program(name, [], { input: noise })).toEqual({
    // Lines of the noise that start with a colon are comments.
    stdout: expect.stringMatching(name === 'sse-format' ? /^(:[^\n]*\n\n)*$/ : /^$/),
    stderr: expect.stringMatching(new RegExp(`^${name}: bad_data: this is not an event stream: [^\\p{Cc}]+\n$`, 'u')),
    status: 65,
  })
})

test.each(streaming)('%s: output is written before the input ends', async (name, args) => {
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

test.each(filters)('%s: exits 70 if the event loop ends before the input does', async (name) => {
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
