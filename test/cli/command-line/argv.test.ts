import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from '../../../src/cli/command-line/argv.js'
import type { Option, OptionTable } from '../../../src/cli/command-line/option.js'
import { SEED, sized } from '../../support/size.js'

const options = {
  help: { type: 'flag', short: 'h', description: '' },
  plain: { type: 'flag', description: '' },
  name: { type: 'text', short: 'n', description: '' },
  many: { type: 'list', short: 'm', description: '' },
  count: { type: 'number', description: '' },
  size: { type: 'size', description: '' },
} as const satisfies OptionTable
const parsed = (args: string) => parse(options, args.split(' '))

test('parse returns a value of each type and leaves the operands unchanged', async () => {
  expect(await parsed('-n a -hn b -m - -m y --count -1.5 --size 2k 1e3 true - -- -z')).toEqual({
    values: { help: true, plain: false, name: 'b', many: ['-', 'y'], count: -1.5, size: 2048 },
    operands: ['1e3', 'true', '-', '-z'],
  })
})

test('parse handles a command line with flags only', async () => {
  expect(await parsed('-h 0x10 --plain --help - true')).toEqual({
    values: { help: true, plain: true, name: undefined, many: [], count: undefined, size: undefined },
    operands: ['0x10', '-', 'true'],
  })
})

test.each([
  ['--plain --plain=false', false],
  ['--plain=false --plain', true],
  ['--plain --plain=false --count 1', false],
  ['--count 1 --plain=false --plain', true],
])('%s: the last value wins', async (args, plain) => {
  expect((await parsed(args)).values).toMatchObject({ plain })
})

test.each([
  ['--count=', '--count takes a number, not ""'],
  ['--count x', '--count takes a number, not "x"'],
  ['--size 2q', '--size takes a size such as 4096 or 64M, not "2q"'],
])('%s is a usage error', async (args, message) => {
  await expect(parsed(args)).rejects.toMatchObject({ code: 'usage', message })
})

/** Texts that option parsers often misread. */
const TRAPS = fc.constantFrom(
  '',
  '-',
  '--',
  '---',
  '-1',
  '--help',
  '-n',
  '"a"',
  "'a'",
  '"',
  'true',
  'false',
  '1e3',
  '0x10',
  'a=b',
  '=',
  '\n',
  '- x',
)
const text = fc.oneof(
  TRAPS,
  fc.string({ unit: 'binary' }),
  fc.array(TRAPS).map((parts) => parts.join('')),
)

const LETTERS = [...'abcdefghijklmnopqrstuvwxyzABC0189']

/** Option tables with unique names and letters. */
const tables = fc
  .uniqueArray(
    fc.tuple(fc.stringMatching(/^[a-z][a-z\d]+(-[a-z\d]+){0,2}$/), fc.constantFrom('flag', 'text', 'list')),
    {
      selector: ([name]) => name,
      minLength: 1,
      maxLength: 8,
    },
  )
  .chain((rows) =>
    fc
      .shuffledSubarray(LETTERS, { minLength: rows.length, maxLength: rows.length })
      .map((letters) => rows.map(([name, type], at) => ({ name, type, short: letters[at] ?? '' }) as const)),
  )

interface Row {
  readonly name: string
  readonly type: 'flag' | 'text' | 'list'
  readonly short: string
}

/** Ways to write an option, each as a function that returns the arguments. */
const FORMS = {
  flag: [({ name }: Row) => [`--${name}`], ({ short }: Row) => [`-${short}`]],
  value: [
    ({ name }: Row, value: string) => [`--${name}`, value],
    ({ name }: Row, value: string) => [`--${name}=${value}`],
    ({ short }: Row, value: string) => [`-${short}`, value],
    // An attached value is not empty, and does not begin with `=`.
    ({ short }: Row, value: string) => (/^(?:$|=)/.test(value) ? [`-${short}`, value] : [`-${short}${value}`]),
  ],
} as const

const cases = tables.chain((rows) =>
  fc.record({
    rows: fc.constant(rows),
    options: fc.array(fc.tuple(fc.constantFrom(...rows), text, fc.nat(3), fc.boolean()), { maxLength: 8 }),
    operands: fc.array(text, { maxLength: 4 }),
  }),
)

test('parse returns the options as they were written, in any form', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ rows, options: written, operands }) => {
      const table = Object.fromEntries(
        rows.map(({ name, type, short }): [string, Option] => [name, { type, short, description: '' }]),
      )
      const firstFlag = rows.find(({ type }) => type === 'flag')
      const expected = new Map<string, unknown>(
        rows.map(({ name, type }) => [name, type === 'flag' ? false : type === 'list' ? [] : undefined]),
      )
      const args: string[] = []
      for (const [row, value, form, isClustered] of written) {
        const write = row.type === 'flag' ? FORMS.flag[form % 2] : FORMS.value[form]
        const [first = '', ...rest] = write?.(row, value) ?? []
        // A short option can follow a flag in its cluster.
        const isCluster = isClustered && firstFlag !== undefined && !first.startsWith('--')
        args.push(isCluster ? `-${firstFlag.short}${first.slice(1)}` : first, ...rest)
        if (isCluster) expected.set(firstFlag.name, true)
        if (row.type === 'flag') expected.set(row.name, true)
        else expected.set(row.name, row.type === 'text' ? value : [...(expected.get(row.name) as string[]), value])
      }
      expect(await parse(table, [...args, '--', ...operands])).toEqual({
        values: Object.fromEntries(expected),
        operands,
      })
    }),
    { seed: SEED, numRuns: sized({ small: 300, ci: 1000, long: 10_000 }) },
  )
})
