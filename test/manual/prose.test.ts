import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseProse } from '../../src/manual/prose.js'
import { PROGRAMS } from '../../src/programs/index.js'

test.each([
  ['a table', '| a |\n| --- |\n', 'table: | a |\n| --- |\n'],
  ['HTML', '<b>bold</b>\n', 'html: <b>'],
  ['a picture', '![cat](cat.png)\n', 'image: ![cat](cat.png)'],
  ['a list in a list', '- a\n  - b\n', 'list: - b'],
])('refuses %s', (_, markdown, message) => {
  expect(() => parseProse(`## x\n\n${markdown}`)).toThrow(`a manual page cannot have this ${message}`)
})

test('reads the words of a list with blank lines', () => {
  expect(parseProse('## x\n\n- a\n\n- b\n').get('x')).toEqual([
    { type: 'list', isOrdered: false, items: [[{ type: 'text', text: 'a' }], [{ type: 'text', text: 'b' }]] },
  ])
})

test('docs/programs.md has a section for each program, and one for all', () => {
  const markdown = readFileSync(new URL('../../docs/programs.md', import.meta.url), 'utf8')
  const names = PROGRAMS.map(({ name }) => name)
  expect([...parseProse(markdown).keys()].toSorted()).toEqual(['or-stream-toolkit', ...names].toSorted())
})
