import { expect, test } from 'vitest'
import { bareCall, parse, type OptionTable } from '../../src/cli/argv.js'

const options = {
  help: { type: 'flag', short: 'h', what: '' },
  version: { type: 'flag', short: 'V', what: '' },
  plain: { type: 'flag', what: '' },
  name: { type: 'text', short: 'n', what: '' },
  many: { type: 'list', short: 'm', what: '' },
  count: { type: 'number', what: '' },
  size: { type: 'size', what: '' },
} as const satisfies OptionTable
const synopsis = { name: 'x', summary: '', operands: '', options, examples: [] }
const parsed = (...args: string[]) => parse(synopsis, args)

test.each([[[]], [['-h']], [['--help']], [['-V']], [['--version']]])('%j is known without the parser', async (args) => {
  expect(bareCall(options, args)).toEqual(await parsed(...args))
})

test.each([[['--plain']], [['x']], [['-h', 'x']], [['-hV']]])('%j is for the parser', (args) => {
  expect(bareCall(options, args)).toBeUndefined()
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
