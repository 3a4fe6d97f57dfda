import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseFlagsOnly, parse } from '../../../src/cli/command-line/argv.js'
import type { OptionTable } from '../../../src/cli/command-line/option.js'
import { SEED, sized } from '../../support/size.js'

const options = {
  help: { type: 'flag', short: 'h', description: '' },
  version: { type: 'flag', short: 'V', description: '' },
  plain: { type: 'flag', description: '' },
  name: { type: 'text', short: 'n', description: '' },
  many: { type: 'list', short: 'm', description: '' },
  count: { type: 'number', description: '' },
  size: { type: 'size', description: '' },
} as const satisfies OptionTable
const parsed = (...args: string[]) => parse(options, args)

test.each([[[]], [['-h']], [['--help', '-V']], [['a', '--plain', '-', '', '1.0', 'é b']], [['x', '-']]])(
  '%j is known without the parser',
  async (args) => {
    expect(parseFlagsOnly(options, args)).toEqual(await parsed(...args))
  },
)

test.each([[['-hV']], [['--plain=false']], [['-n', 'x']], [['--plain', 'true']], [['--', 'x']], [['--no-such']]])(
  '%j is for the parser',
  (args) => {
    expect(parseFlagsOnly(options, args)).toBeUndefined()
  },
)

test('what is known without the parser is what the parser says', async () => {
  const words = [
    '--plain',
    '-h',
    '--help',
    '-V',
    '-',
    '',
    'x',
    'true',
    'false',
    '0x10',
    '1e3',
    '=',
    'a=b',
    '-é',
    '--',
    '--plai',
  ]
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...words), { maxLength: 5 }), async (args) => {
      const whole = await parsed(...args).catch(() => undefined)
      expect([undefined, whole]).toContainEqual(parseFlagsOnly(options, args))
    }),
    { seed: SEED, numRuns: sized({ small: 200, ci: 1000, long: 10_000 }) },
  )
})

test('each kind of value, the last of those given twice, and the operands as they are', async () => {
  const { values, operands } = await parsed(
    '-n',
    'a',
    '-n',
    'b',
    '-m',
    '-',
    '-m',
    'y',
    '--count',
    '-1.5',
    '--size',
    '2k',
    '1e3',
    '-',
    '--',
    '-z',
  )
  expect(values).toEqual({
    help: false,
    version: false,
    plain: false,
    name: 'b',
    many: ['-', 'y'],
    count: -1.5,
    size: 2048,
  })
  expect(operands).toEqual(['1e3', '-', '-z'])
})
