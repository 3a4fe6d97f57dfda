import { expect, test } from 'vitest'
import { matchRun, type Slot } from '../../../../src/core/answer/repeat/template.js'

/** What is found of `<…>` at the start of a text. */
function found(hole: Slot, text: string, longest = 100) {
  return matchRun({ literals: ['"<', '>'], slots: [hole] }, longest)(text, 0)?.end
}

test.each<[Slot, string, boolean]>([
  ['number', '0', true],
  ['number', '-12.50e+3', true],
  ['number', '01', false],
  ['number', '1.', false],
  ['number', '', false],
  ['number', '-', false],
  ['blanks', '', true],
  ['blanks', '  ', true],
  ['blanks', '\t', false],
])('%s: %j', (hole, filled, isFound) => {
  const text = `"<${filled}>`
  expect(found(hole, text)).toBe(isFound ? text.length : undefined)
})

test.each<[string, string | undefined]>([
  ['Hi', 'Hi'],
  ['', undefined],
  ['a\\n\\u00e9\\ud83d\\udc1f', 'a\né🐟'],
  ['\\ud83d', undefined],
  ['\\udc1f!', undefined],
  ['\\x', undefined],
  ['\t', undefined],
  ['a\\', undefined],
])('words %j', (filled, words) => {
  expect(matchRun({ literals: ['"', '"\n'], slots: ['words'] }, 100)(`"${filled}"\n`, 0)?.words).toBe(words)
})

test.each(['', 'a', '\\"', '\\u0000'])('a string %j may be any', (filled) => {
  const text = `"${filled}","a"\n`
  expect(matchRun({ literals: ['"', '","', '"\n'], slots: ['string', 'words'] }, 100)(text, 0)?.end).toBe(text.length)
})

test('texts one behind the other, up to another, none longer than the bound', () => {
  const row = matchRun({ literals: ['"', '"\n'], slots: ['words'] }, 8)
  expect([row('x"a"\n"b\\n"\n"12345"\n"123456"\n', 1), row('"a"\nx', 4), row('"1234567"\n', 0)]).toEqual([
    { words: 'ab\n12345', count: 3, end: 19 },
    undefined,
    undefined,
  ])
})
