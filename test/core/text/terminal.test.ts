import { expect, test } from 'vitest'
import { oneLine, visible } from '../../../src/core/text/terminal.js'

test.each([
  ['text, tabs, line ends', 'Ä€豆🐟\t"x"\nb', 'Ä€豆🐟\t"x"\nb'],
  ['an escape sequence', '\u001b[31mred\u001b[0m', '^[[31mred^[[0m'],
  ['a title', '\u001b]0;x\u0007', '^[]0;x^G'],
  ['NUL, backspace, CR', '\0a\bb\rc', '^@a^Hb^Mc'],
  ['VT, FF, US', '\v\f\u001f', '^K^L^_'],
  ['DEL', 'a\u007f', 'a<U+007F>'],
  ['C1', '\u0080\u009b31m\u009f\u00a0', '<U+0080><U+009B>31m<U+009F>\u00a0'],
  ['bidi overrides', '\u202aa\u202eb\u2066c\u2069', '<U+202A>a<U+202E>b<U+2066>c<U+2069>'],
])('%s', (_, text, expected) => {
  expect(visible(text)).toBe(expected)
})

test('oneLine replaces line ends by spaces', () => {
  expect(oneLine('\n a\r\n\r\nb\u001b[0m\tc\n')).toBe('a b^[[0m\tc')
})
