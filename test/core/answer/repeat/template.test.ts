import { expect, test } from 'vitest'
import { matchRun, type Slot } from '../../../../src/core/answer/repeat/template.js'

/** Returns the end of the match of `<…>` at the start of a text. */
function endOfMatch(slot: Slot, text: string, longest = 100) {
  return matchRun({ literals: ['"<', '>'], slots: [slot] }, longest)(text, 0)?.end
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
])('a %s slot and %j', (slot, filled, isMatch) => {
  const text = `"<${filled}>`
  expect(endOfMatch(slot, text)).toBe(isMatch ? text.length : undefined)
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
])('a words slot and %j', (filled, words) => {
  expect(matchRun({ literals: ['"', '"\n'], slots: ['words'] }, 100)(`"${filled}"\n`, 0)?.words).toBe(words)
})

test.each(['', 'a', '\\"', '\\u0000'])('a string slot matches %j', (filled) => {
  const text = `"${filled}","a"\n`
  expect(matchRun({ literals: ['"', '","', '"\n'], slots: ['string', 'words'] }, 100)(text, 0)?.end).toBe(text.length)
})

test('consecutive matches, up to another text, none longer than the limit', () => {
  const row = matchRun({ literals: ['"', '"\n'], slots: ['words'] }, 8)
  expect([row('x"a"\n"b\\n"\n"12345"\n"123456"\n', 1), row('"a"\nx', 4), row('"1234567"\n', 0)]).toEqual([
    { words: 'ab\n12345', count: 3, end: 19 },
    undefined,
    undefined,
  ])
})
