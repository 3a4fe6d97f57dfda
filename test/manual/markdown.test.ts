import { expect, test } from 'vitest'
import { COMMON_OPTIONS } from '../../src/cli/command-line/common-options.js'
import { EXIT_STATUSES } from '../../src/core/errors/exit-status.js'
import { markdownPage } from '../../src/manual/markdown.js'
import { programPage } from '../../src/manual/page.js'
import { parseProse } from '../../src/manual/prose.js'
import { GREP, PROSE, SAME_IN_MARKDOWN } from './made-up.js'

const { quiet, verbose, errors, completion, help, version } = COMMON_OPTIONS

test('writes a whole page', () => {
  const page = programPage(GREP, parseProse(PROSE), ['or-grep', 'or-tail'])
  expect(markdownPage(page)).toBe(String.raw`# or-grep(1)

or-grep - prints lines that match

## Synopsis

${'`or-grep`'} \[*option*…\] \[*file*|*folder*…\]

## Description

Prints lines that match.

${'`--all`'} prints *every* line, **always**. See [or-tail(1)](or-tail.1.md), [or-grep(1)](or-grep.1.md), [or-stream-toolkit(7)](or-stream-toolkit.7.md), [the readme](../../README.md#more) and [the standard](https://example.com/a-b).

.hidden begins with a full stop, and a\\b has a backslash.

### Two kinds of "files"

- one, on two lines
${SAME_IN_MARKDOWN}
## Options

### Output

- ${'`-a`, `--all`'}\
  print every line
- ${'`--color`'} *WHEN*\
  color matches: auto (default), never

### Diagnostics

- ${'`-q`, `--quiet`'}\
  ${quiet.description}
- ${'`-v`, `--verbose`'}\
  ${verbose.description}
- ${'`--errors`'} *FORMAT*\
  ${errors.description}: text (default), json
- ${'`--completion`'} *SHELL*\
  ${completion.description}: bash, zsh, fish
- ${'`-h`, `--help`'}\
  ${help.description}
- ${'`-V`, `--version`'}\
  ${version.description}

Arguments after -- are operands, even if they begin with a dash.

## Exit status

${EXIT_STATUSES.map(([status, when]) => `- \`${status}\`\\\n  ${when}`).join('\n')}

## Environment

- ${'`OR_GREP`'}\
  default of --all

## Files

- ${'`.or-grep`'}\
  settings

## Examples

- ${'`or-grep "it\'s" *.txt`'}\
  find a word

## See also

[or-stream-toolkit(7)](or-stream-toolkit.7.md), [or-tail(1)](or-tail.1.md)
`)
})

test('escapes what Markdown would read, and fences backticks', () => {
  const blocks = [
    {
      type: 'paragraph',
      content: [
        { type: 'text', text: String.raw`a_b *c* [d] <e> \f ` },
        { type: 'code', text: '`' },
        { type: 'text', text: ' ' },
        { type: 'code', text: 'a``b' },
      ],
    },
  ] as const
  const page = markdownPage({ name: 'x', section: 1, summary: 'y', blocks })
  expect(page).toBe(`# x(1)\n\nx - y\n\n${String.raw`a\_b \*c\* \[d\] \<e> \\f `}${'`` ` ``'} ${'```a``b```'}\n`)
})
