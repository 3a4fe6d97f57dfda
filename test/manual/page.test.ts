import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { withCommonOptions } from '../../src/cli/command-line/common-options.js'
import { EXIT_STATUSES } from '../../src/core/errors/exit-status.js'
import { VERDICTS } from '../../src/core/errors/verdict.js'
import { markdownPage } from '../../src/manual/markdown.js'
import { overviewPage, programPage } from '../../src/manual/page.js'
import { parseProse } from '../../src/manual/prose.js'
import { PROGRAMS } from '../../src/programs/index.js'
import { GREP, PROSE } from './made-up.js'

const ROOT = new URL('../../', import.meta.url)
const files = [...PROGRAMS.map(({ name }) => `${name}.1`), 'or-stream-toolkit.7'].toSorted()

const roffOf = (file: string) => readFileSync(new URL(`dist/man/${file}`, ROOT), 'utf8')

/** The page as words: without the escapes and fonts of roff. */
function wordsOf(file: string): string {
  return roffOf(file)
    .replaceAll(/\\f[BIR]/g, '')
    .replaceAll(String.raw`\-`, '-')
}

/** The titles of the sections, and of the subsections if asked for. */
function headingsOf(file: string, macro: 'SH' | 'SS'): string[] {
  return captured(roffOf(file), new RegExp(String.raw`^\.${macro} "?([^"\n]*)`, 'gm'))
}

/** Returns what the pattern captures at each of its matches. */
function captured(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), ([, word = '']) => word)
}

test('the build, the documents and package.json have the same pages', () => {
  expect(readdirSync(new URL('dist/man/', ROOT)).toSorted()).toEqual(files)
  expect(readdirSync(new URL('docs/man/', ROOT)).toSorted()).toEqual(files.map((file) => `${file}.md`))
  expect(manifest.man.toSorted()).toEqual(files.map((file) => `dist/man/${file}`))
})

test.each(PROGRAMS)('the page of $name has every option', (program) => {
  const options = Array.from(wordsOf(`${program.name}.1`).matchAll(/^\.TP\n(?:-\w, )?--([\w-]+)/gm), ([, name]) => name)
  expect(options.toSorted()).toEqual(Object.keys(withCommonOptions(program).options).toSorted())
})

test.each(PROGRAMS)('the page of $name has its sections in the usual order', ({ name, environment, files: own }) => {
  expect(headingsOf(`${name}.1`, 'SH')).toEqual([
    'NAME',
    'SYNOPSIS',
    'DESCRIPTION',
    'OPTIONS',
    'EXIT STATUS',
    ...(environment ? ['ENVIRONMENT'] : []),
    ...(own ? ['FILES'] : []),
    'EXAMPLES',
    'SEE ALSO',
  ])
})

test('the page about all programs names each of them, the verdicts and the statuses', () => {
  const words = wordsOf('or-stream-toolkit.7')
  const section = (title: string) =>
    words.split(/^\.SH /m).find((text) => text.replace(/^"/, '').startsWith(title)) ?? ''
  expect(captured(section('DESCRIPTION'), /^\.TP\n(.*)\(1\)$/gm)).toEqual(PROGRAMS.map(({ name }) => name))
  expect(captured(section('VERDICTS'), /^\.IP .*\n(\w+): /gm)).toEqual(VERDICTS)
  expect(captured(section('EXIT STATUS'), /^\.TP\n(\d+)$/gm).map(Number)).toEqual(
    EXIT_STATUSES.map(([status]) => status),
  )
})

test.each(files)('every page that %s refers to exists', (file) => {
  const references = Array.from(
    roffOf(file).matchAll(/\\fB([^ ]*?)\\fR\((\d)\)/g),
    ([, name = '', section = '']) => `${name.replaceAll(String.raw`\-`, '-')}.${section}`,
  )
  expect(references.length).toBeGreaterThan(PROGRAMS.length - 1)
  expect(references.filter((one) => !files.includes(one))).toEqual([])
})

test('the options of a program without groups have no headings', () => {
  expect(headingsOf('sse-text.1', 'SS')).toEqual([])
  expect(headingsOf('or-stream.1', 'SS').slice(-5)).toEqual(['Request', 'Model', 'Output', 'Network', 'Diagnostics'])
})

test('a program that the prose does not describe is an error', () => {
  expect(() => programPage({ ...GREP, name: 'or-cut' }, parseProse(PROSE), [])).toThrow(
    'the prose has no section about or-cut',
  )
})

test('the page about all programs has the shared prose in sections of its own', () => {
  const prose = parseProse('## What all programs share\n\n### Formats\n\nSSE.\n')
  expect(markdownPage(overviewPage([GREP], prose, 'Filters'))).toBe(`# or-stream-toolkit(7)

or-stream-toolkit - Filters

## Description

Filters.

- [or-grep(1)](or-grep.1.md)\\
  Prints lines that match.

## Formats

SSE.

## Exit status

${EXIT_STATUSES.map(([status, when]) => `- \`${status}\`\\\n  ${when}`).join('\n')}

## See also

[or-grep(1)](or-grep.1.md)
`)
})
