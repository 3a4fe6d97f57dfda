import type { OptionTable } from '../../src/cli/command-line/option.js'
import type { Synopsis } from '../../src/cli/command-line/synopsis.js'

/** A program that has a bit of everything. */
export const GREP: Synopsis<OptionTable> = {
  name: 'or-grep',
  summary: 'Prints lines that match.',
  operands: '[file|folder…]',
  options: {
    all: { type: 'flag', short: 'a', description: 'print every line', group: 'Output' },
    color: {
      type: 'text',
      placeholder: 'WHEN',
      description: 'color matches',
      choices: ['auto', 'never'],
      default: 'auto',
      group: 'Output',
    },
  },
  examples: [[`or-grep "it's" *.txt`, 'find a word']],
  environment: [['OR_GREP', 'default of --all']],
  files: [['.or-grep', 'settings']],
}

/** A part of the prose that a page in Markdown has unchanged. */
export const SAME_IN_MARKDOWN = String.raw`- ${'`two`'}

Then:

1. first
2. second

### Code

${'```sh'}
.profile -x 'a'

echo "\n"
${'```'}

The end.
`

/** Its prose, with every kind of Markdown that a page can have. */
export const PROSE = String.raw`# Programs

Not in a page: [or-grep](#or-grep).

| a | table |
| --- | --- |

## What all programs share

Nothing.

## or-grep

${'`--all`'} prints *every* line, **always**. See [the other](#or-tail), [above](#two-kinds-of-files), [all](#what-all-programs-share),
[the readme](../README.md#more) and [the standard](https://example.com/a-b).

.hidden begins with a full stop, and a\\b has a backslash.

### Two kinds of "files"

- one,
  on two lines
${SAME_IN_MARKDOWN}
## or-tail

Nothing.
`
