import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { COMMON_OPTIONS } from '../../src/cli/command-line/common-options.js'
import { EXIT_STATUSES } from '../../src/core/errors/exit-status.js'
import { programPage } from '../../src/manual/page.js'
import { parseProse } from '../../src/manual/prose.js'
import { escapeRoff, roffPage } from '../../src/manual/roff.js'
import { GREP, PROSE } from './made-up.js'

const PAGES = new URL('../../dist/man/', import.meta.url).pathname
/** The options and the statuses of every program. */
const COMMON = definitions([
  [String.raw`\fB\-q\fR, \fB\-\-quiet\fR`, COMMON_OPTIONS.quiet.description],
  [String.raw`\fB\-v\fR, \fB\-\-verbose\fR`, COMMON_OPTIONS.verbose.description],
  [String.raw`\fB\-\-errors\fR \fIFORMAT\fR`, `${COMMON_OPTIONS.errors.description}: text (default), json`],
  [String.raw`\fB\-\-completion\fR \fISHELL\fR`, `${COMMON_OPTIONS.completion.description}: bash, zsh, fish`],
  [String.raw`\fB\-h\fR, \fB\-\-help\fR`, COMMON_OPTIONS.help.description],
  [String.raw`\fB\-V\fR, \fB\-\-version\fR`, COMMON_OPTIONS.version.description],
])
const STATUSES = definitions(EXIT_STATUSES.map(([status, when]) => [String.raw`\fB${status}\fR`, when]))

function definitions(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([term, description]) => `.TP\n${term}\n${escapeRoff(description)}`).join('\n')
}

const EDITION = { date: '2026-01-02', version: '1.2.3' }

test.each([
  ['plain words, "quoted".', 'plain words, "quoted".'],
  [String.raw`a\nb`, String.raw`a\enb`],
  ['--no-done', String.raw`\-\-no\-done`],
  ["it's", String.raw`it\(aqs`],
  ['`~^', String.raw`\(ga\(ti\(ha`],
  ['more…', 'more...'],
  ['é → 🐟', String.raw`\[u00E9] \[u2192] \[u1F41F]`],
])('escapes %s', (words, escaped) => {
  expect(escapeRoff(words)).toBe(escaped)
})

test('writes a whole page', () => {
  const page = programPage(GREP, parseProse(PROSE), ['or-grep', 'or-tail'])
  expect(roffPage(page, EDITION)).toBe(String.raw`.TH OR\-GREP 1 2026-01-02 "or\-stream 1.2.3" "User Commands"
.nh
.if n .ad l
.SH NAME
or\-grep \- prints lines that match
.SH SYNOPSIS
\fBor\-grep\fR [\fIoption\fR...] [\fIfile\fR|\fIfolder\fR...]
.SH DESCRIPTION
Prints lines that match.
.PP
\fB\-\-all\fR prints \fIevery\fR line, \fBalways\fR. See \fBor\-tail\fR(1), \fBor\-grep\fR(1), \fBor\-stream\-toolkit\fR(7), the readme and the standard (https://example.com/a\-b).
.PP
\&.hidden begins with a full stop, and a\eb has a backslash.
.SS "Two kinds of \(dqfiles\(dq"
.IP \(bu 2
one, on two lines
.IP \(bu 2
\fBtwo\fR
.PP
Then:
.IP 1. 3
first
.IP 2. 3
second
.SS Code
.RS 4
.EX
\&.profile \-x \(aqa\(aq

echo "\en"
.EE
.RE
.PP
The end.
.SH OPTIONS
.SS Output
.TP
\fB\-a\fR, \fB\-\-all\fR
print every line
.TP
\fB\-\-color\fR \fIWHEN\fR
color matches: auto (default), never
.SS Diagnostics
${COMMON}
.PP
Arguments after \-\- are operands, even if they begin with a dash.
.SH "EXIT STATUS"
${STATUSES}
.SH ENVIRONMENT
.TP
\fBOR_GREP\fR
default of \-\-all
.SH FILES
.TP
\fB.or\-grep\fR
settings
.SH EXAMPLES
.TP
\fBor\-grep "it\(aqs" *.txt\fR
find a word
.SH "SEE ALSO"
\fBor\-stream\-toolkit\fR(7), \fBor\-tail\fR(1)
`)
})

const isMissing = spawnSync('mandoc', ['-V']).error !== undefined
if (isMissing) console.warn('mandoc is not installed: the pages are not checked')

test.skipIf(isMissing).each(readdirSync(PAGES))('mandoc has no warning about %s', (name) => {
  const { stdout, stderr, status } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', `${PAGES}${name}`])
  expect({ stdout: String(stdout), stderr: String(stderr), status }).toEqual({ stdout: '', stderr: '', status: 0 })
})

test('the pages of the build are ASCII', () => {
  const wrong = readdirSync(PAGES).filter((name) => /[^\n\x20-\x7e]/.test(readFileSync(`${PAGES}${name}`, 'utf8')))
  expect(wrong).toEqual([])
})
