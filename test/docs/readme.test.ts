import { existsSync, readdirSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { EXIT_STATUSES } from '../../src/core/errors/exit-status.js'
import { PROGRAMS } from '../../src/programs/index.js'
import { PROVIDERS } from '../../src/request/providers.js'
import manifest from '../../package.json' with { type: 'json' }
import { folderWith } from '../support/folder.js'
import { shell } from '../support/spawn.js'
import { blocksOf, documentText } from './blocks.js'
import { cut, fixture, serveFixtures, withoutServer } from './serve.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const SKY = 'chat/sample-sky'
const words = fixture(SKY).text.toString()

/** Returns the cells of the table below a heading of the README, without its two head rows. */
function tableBelow(heading: string): string[][] {
  const [, section = ''] = documentText('README.md').split(`\n## ${heading}\n`)
  const rows = section.split('\n## ')[0]?.match(/^\|.*\|$/gm) ?? []
  return rows.slice(2).map((row) => row.slice(2, -2).split(' | '))
}

test('README: the programs are those of src/programs/index.ts, each with its summary', () => {
  const programs = tableBelow('Programs').map(([link, , summary]) => [link, summary])
  expect(programs, 'change the table "Programs" of README.md to this').toEqual(
    PROGRAMS.map(({ name, summary }) => [`[\`${name}\`](docs/programs.md#${name})`, summary]),
  )
})

test('README: the exit statuses are those of src/core/errors/exit-status.ts', () => {
  expect(tableBelow('Exit status'), 'change the table "Exit status" of README.md to this').toEqual(
    EXIT_STATUSES.map(([status, when]) => [String(status), when]),
  )
})

test('README: the endpoints are those of src/request/providers.ts', () => {
  expect(tableBelow('Endpoints'), 'change the table "Endpoints" of README.md to this').toEqual(
    PROVIDERS.map(({ name, baseUrl, keyVariable }) => [
      `\`${name}\``,
      baseUrl,
      keyVariable === undefined ? 'none' : `\`${keyVariable}\``,
    ]),
  )
})

test('README: it has 8 to 10 kB', () => {
  const { length } = Buffer.from(documentText('README.md'))
  expect(length).toBeGreaterThanOrEqual(8_000)
  expect(length).toBeLessThanOrEqual(10_000)
})

/** Commands that install the programs, and commands that only set the environment. */
const isSetup = ({ code }: { readonly code: string }) => /^(?:npm|npx|git|export) /.test(code)
const examples = blocksOf('README.md').filter((block) => !isSetup(block))

/** The output of the examples, in their order. */
const EXPECTED: readonly (readonly [first: string, served: string, stdout: unknown])[] = [
  ['or-stream "Why is the sky blue?" | sse-text', SKY, words],
  ['df -h | or-stream "Which disk is nearly full?" | sse-text', SKY, words],
  [
    'or-stream --save cat.sse "Name a cat" | sse-text > cat.txt &&',
    SKY,
    expect.stringMatching(/^verdict +complete\n[^]*\ncost +\$0\.0000993\n[^]*and the reds and oranges remain\.$/),
  ],
  [
    `or-stream 'Plan three days in Portugal, as JSON: {"days": [{"day": "…", "place": "…"}]}' | sse-json --extract --each days`,
    'chat/json-list',
    expect.stringMatching(/^\{"day":"Friday".*\}\n\{"day":"Saturday".*\}\n\{"day":"Sunday".*\}\n$/),
  ],
  ['set -o pipefail', SKY, `${words}\n`],
  ['or-stream "Why is the sky blue?" | sse-text > answer.txt', SKY, 'whole\n'],
]

test('README: each example is expected to print something here', () => {
  expect(examples.map(({ code }) => code.split('\n')[0])).toEqual(EXPECTED.map(([first]) => first))
})

describe.each(EXPECTED)('README: %s', (first, served, stdout) => {
  const { code = '', language } = examples.find((block) => block.code.startsWith(first)) ?? {}
  const shells = language === 'bash' ? ['bash'] : ['dash', 'bash']

  test.each(shells)('as written, and again without a server, in %s', async (name) => {
    const cwd = folderWith({})
    const ended = await shell(code, { cwd, env: await serveFixtures([served]) }, name)
    expect(ended).toEqual({ stdout, stderr: '', status: 0 })
    expect(await withoutServer(code, cwd, name)).toMatchObject({ status: 69 })
  })

  test.each(shells)('fails if the answer is cut, in %s', async (name) => {
    const env = await serveFixtures([served], cut)
    expect(await shell(code, { cwd: folderWith({}), env }, name)).toMatchObject({ status: 76 })
  })
})

const documents = [
  'README.md',
  ...readdirSync(`${ROOT}docs`, { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'))

/** Returns whether npm packs a file. */
const isPacked = (file: string) =>
  file === 'README.md' || manifest.files.some((entry) => file === entry || file.startsWith(`${entry}/`))

/** Returns the anchors of the headings of a document. */
function anchorsOf(file: string): Set<string> {
  const headings = documentText(file)
    .replace(/^```[^]*?^```$/gm, '')
    .matchAll(/^#+ (.*)$/gm)
  return new Set(
    Array.from(headings, ([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

test.each(documents)('%s: each link leads to a file of the package, and to a heading in it', (document) => {
  const text = documentText(document).replace(/^```[^]*?^```$/gm, '')
  const links = Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target)
  const broken = links.filter((target) => {
    if (target.startsWith('https:')) return false
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? document : posix.join(posix.dirname(document), path)
    if (!existsSync(`${ROOT}${file}`) || !isPacked(file)) return true
    return anchor !== undefined && !anchorsOf(file).has(anchor)
  })
  expect(broken).toEqual([])
})

test.each(documents)('%s: npx takes every program from this package', (document) => {
  const calls = documentText(document).match(/\bnpx +(?:-p \S+ )?\S+/g) ?? []
  expect(calls.filter((call) => !/^npx +(?:or-stream|-p or-stream \S+)$/.test(call.replaceAll('`', '')))).toEqual([])
})
