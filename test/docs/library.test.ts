import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { folderWith } from '../support/folder.js'
import { shell } from '../support/spawn.js'
import { blocksOf } from './blocks.js'
import { cut, fixture, serveFixtures } from './serve.js'

const LIBRARY = new URL('../../dist/index.js', import.meta.url).href
const SKY = 'chat/sample-sky'
const words = fixture(SKY).text.toString()
/** The output of each example by heading, in the order of the document. */
const EXAMPLES = [
  ['Stream a chat', { stdout: words, stderr: expect.stringContaining('inputTokens: 14,') as string, status: 0 }],
  ['Read a recording', { stdout: words, stderr: 'complete\n', status: 0 }],
  ['Get the answer as one object', { stdout: `${words}\n`, stderr: 'complete 1 0\n', status: 0 }],
  [
    'Read structured output while it is written',
    {
      stdout: 'Friday Porto\nSaturday Braga\nSunday Aveiro\n',
      stderr: expect.stringMatching(/\[ 'boats', 'salt flats 🐟' \]\n$/u) as string,
      status: 0,
    },
  ],
] as const

const blocks = blocksOf('docs/library.md')

function withoutTypes(code: string): string {
  const { ESNext: target } = ts.ScriptTarget
  return ts.transpileModule(code, { compilerOptions: { target, module: ts.ModuleKind.ESNext } }).outputText
}

/** Runs an example on whole or broken answers: one that is served, and those in the files that it reads. */
async function run(heading: string, bytesOf: (file: string) => Buffer = (file) => readFileSync(file)) {
  const { code = '' } = blocks.find((block) => block.heading === heading) ?? {}
  const cwd = folderWith({
    'example.mjs': withoutTypes(code).replace("'or-stream'", `'${LIBRARY}'`),
    'answer.sse': bytesOf(fixture(SKY).file),
    'plan.sse': bytesOf(fixture('chat/json-list').file),
  })
  return shell('node example.mjs', { cwd, env: await serveFixtures([SKY], bytesOf) })
}

test('each example of the library is expected to print something here', () => {
  expect(blocks.map(({ heading }) => heading)).toEqual(EXAMPLES.map(([heading]) => heading))
})

test.each(EXAMPLES)('library: %s', async (heading, expected) => {
  expect(await run(heading)).toEqual(expected)
})

test.each(EXAMPLES)('library: %s fails if the answer is cut', async (heading) => {
  const { status, stderr } = await run(heading, cut)
  expect(status).toBe(1)
  expect(stderr).toMatch(/StreamError|the answer is not whole: truncated/)
})

/** The answer without its finish reason and what follows: its text, and its JSON, are all there. */
function withoutEnd(file: string): Buffer {
  const stream = readFileSync(file, 'utf8')
  return Buffer.from(stream.slice(0, stream.lastIndexOf('\n\n', stream.search(/"finish_reason": ?"/)) + 2))
}

test.each(EXAMPLES)('library: %s fails if the answer has no end', async (heading) => {
  const { status, stderr } = await run(heading, withoutEnd)
  expect(status).toBe(1)
  expect(stderr).toMatch(/StreamError|the answer is not whole: truncated/)
})
