import { expect, test } from 'vitest'
import { splitArguments } from '../../../src/cli/command-line/arguments.js'
import type { OptionTable } from '../../../src/cli/command-line/option.js'

const table = {
  quiet: { type: 'flag', short: 'q', description: '' },
  verbose: { type: 'flag', short: 'v', description: '' },
  plain: { type: 'flag', description: '' },
  model: { type: 'text', short: 'm', description: '' },
  stop: { type: 'list', description: '' },
  seed: { type: 'number', description: '' },
} as const satisfies OptionTable
const absent = { 'api-key': 'set OPENROUTER_API_KEY', constructor: 'no' }

test.each<[args: string[], options: (string | boolean)[][], operands: string[]]>([
  [[], [], []],
  [['a', '--plain', '-', '', 'b'], [['plain', true]], ['a', '-', '', 'b']],
  // clusters and attached values
  [
    ['-qv'],
    [
      ['quiet', true],
      ['verbose', true],
    ],
    [],
  ],
  [
    ['-qvmX', 'y'],
    [
      ['quiet', true],
      ['verbose', true],
      ['model', 'X'],
    ],
    ['y'],
  ],
  [['-mX'], [['model', 'X']], []],
  [['-mqv'], [['model', 'qv']], []],
  [['-ma b'], [['model', 'a b']], []],
  [['-m\n'], [['model', '\n']], []],
  [
    ['-qm', 'X'],
    [
      ['quiet', true],
      ['model', 'X'],
    ],
    [],
  ],
  [
    ['--plain', 'false', '--plain=false', '--plain=true'],
    [
      ['plain', true],
      ['plain', false],
      ['plain', true],
    ],
    ['false'],
  ],
  // the next argument, even if it begins with a dash
  [['-m', '- be terse'], [['model', '- be terse']], []],
  [
    ['--stop', '---', '--stop', '--', 'x'],
    [
      ['stop', '---'],
      ['stop', '--'],
    ],
    ['x'],
  ],
  [['--seed', '-1'], [['seed', '-1']], []],
  [['--model', '--plain'], [['model', '--plain']], []],
  [['-m', '-q'], [['model', '-q']], []],
  [['-m', '-'], [['model', '-']], []],
  [['-m', ''], [['model', '']], []],
  // attached with =
  [['--model=X'], [['model', 'X']], []],
  [['--model=', 'x'], [['model', '']], ['x']],
  [['--model=a=b'], [['model', 'a=b']], []],
  [['--model="a"\n--b'], [['model', '"a"\n--b']], []],
  // the end of the options
  [['--', '--plain', '-q', '--', '-'], [], ['--plain', '-q', '--', '-']],
  [['-q', '--'], [['quiet', true]], []],
  // an argument with white space that is not an option
  [['- item one'], [], ['- item one']],
  [['--find me'], [], ['--find me']],
  [['---\ntitle: x\n---'], [], ['---\ntitle: x\n---']],
  [['--plain text=a'], [], ['--plain text=a']],
  [['-q is a flag'], [], ['-q is a flag']],
  [['-\tx'], [], ['-\tx']],
  [['-5', '-.5', '-1.5'], [], ['-5', '-.5', '-1.5']],
])('splits %j', (args, options, operands) => {
  expect(splitArguments(table, args, absent)).toEqual({ options, operands })
})

test.each<[args: string[], message: string]>([
  [['--modle', 'X'], 'unknown option --modle (did you mean --model?)'],
  [['-m=X'], '-m=… is not valid; write -m VALUE or --model=VALUE'],
  [['--modle=a b'], 'unknown option --modle (did you mean --model?)'],
  [['--mod', 'X'], 'unknown option --mod (did you mean --model?)'],
  [
    ['--nothing-like-it'],
    'unknown option --nothing-like-it (see --help; write -- before an operand that begins with a dash)',
  ],
  [['--toString'], 'unknown option --toString (see --help; write -- before an operand that begins with a dash)'],
  [['--q'], 'unknown option --q (see --help; write -- before an operand that begins with a dash)'],
  [['---'], 'unknown option --- (see --help; write -- before an operand that begins with a dash)'],
  [['-z'], 'unknown option -z (see --help; write -- before an operand that begins with a dash)'],
  [['-qz'], 'unknown option -z (see --help; write -- before an operand that begins with a dash)'],
  [['-é'], 'unknown option -é (see --help; write -- before an operand that begins with a dash)'],
  [['-😀'], 'unknown option -😀 (see --help; write -- before an operand that begins with a dash)'],
  [['-q=1'], 'unknown option -= (see --help; write -- before an operand that begins with a dash)'],
  [['-5x'], 'unknown option -5 (see --help; write -- before an operand that begins with a dash)'],
  [['--model'], '--model needs a value (see --help)'],
  [['-qm'], '-m needs a value (see --help)'],
  [['--plain=no'], '--plain takes no value (see --help)'],
  [['--plain='], '--plain takes no value (see --help)'],
  [['--api-key', 'sk-secret'], 'unknown option --api-key (set OPENROUTER_API_KEY)'],
  [['--api-key=sk-secret'], 'unknown option --api-key (set OPENROUTER_API_KEY)'],
  [['-ksk-secret'], 'unknown option -k (see --help; write -- before an operand that begins with a dash)'],
])('%j is a usage error', (args, message) => {
  expect(() => splitArguments(table, args, absent)).toThrow(expect.objectContaining({ code: 'usage', message }))
})

test('300,000 operands are supported', () => {
  const words = Array<string>(300_000).fill('x')
  expect(splitArguments(table, ['--', ...words]).operands).toEqual(words)
})
