import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folderWith } from '../support/folder.js'
import { shell } from '../support/spawn.js'
import { blocksOf } from './blocks.js'
import { cut, fixture, serveFixtures, withoutServer } from './serve.js'

const SKY = 'chat/sample-sky'
const words = fixture(SKY).text.toString()
const usage =
  fixture(SKY)
    .stream.toString()
    .match(/"usage":(\{.*\})\}/)?.[1] ?? ''
const { cost } = JSON.parse(usage) as { cost: number }

/** Releases of jq differ in how they print small numbers. */
const respelled = (text: string) => text.replace(/\d+(?:\.\d+)?e-\d+/g, (number) => String(Number(number)))

const matching = (pattern: RegExp) => expect.stringMatching(pattern) as string

/** The output of a recipe if its answers are complete, and its end if they are cut. */
interface Expected {
  readonly stdout: string
  readonly stderr?: string
  /** The fixtures that answer in turn. */
  readonly served?: readonly string[]
  /** The status of another run, in the same folder and without a server (default 69). */
  readonly offlineStatus?: number
}

/** By heading; all blocks below it are one script. */
const RECIPES: Readonly<Record<string, Expected>> = {
  'Keep the stream and read it': { stdout: words },
  'Run a batch of prompts': { stdout: `${words}\n`.repeat(3) },
  'Read a list while it is written': {
    stdout: 'Friday: Porto\nSaturday: Braga\nSunday: Aveiro\n',
    served: ['chat/json-list'],
  },
  // The first block then leaves an empty text, from which the recording differs.
  'Compare an answer with a kept one in CI': { stdout: '', offlineStatus: 1 },
  'Check every recording of a folder': {
    stdout: matching(/^complete {3}0 findings {4}recordings\/\S+\.sse\n1 file: 1 complete; 0 findings\n$/),
  },
  'Look into the events with jq': { stdout: `${respelled(JSON.stringify(JSON.parse(usage)))}\n` },
  'Edit a recording with jq': { stdout: 'length\n' },
  'Test your own parser': {
    stdout: 'split: the same\ncut: noticed\nerror: noticed\n',
    stderr: matching(/^sse-text: truncated: .*\nsse-text: rate_limited: .*\n$/),
  },
  'Run an agent loop': { stdout: words, served: ['chat/tool-call', SKY] },
  'Log the cost of each answer': { stdout: `${words}\n${cost}\n` },
  'Sum up the cost of a folder, by model': {
    stdout: matching(/\nopenai\/gpt-4o-mini +1 answer, 100 % successful +14 +162 +176 +0 +0 +\$0\.0000993 +-\n/),
  },
  'Test a script without a network': { stdout: words },
  'Record a script once, and run it offline afterwards': { stdout: words, offlineStatus: 0 },
}

const blocks = blocksOf('docs/recipes.md').filter(({ language }) => language !== 'yaml')
const headings = [...new Set(blocks.map(({ heading }) => heading))]

/** Returns the script of a recipe, in which the server of the test takes the place of OpenRouter. */
function scriptOf(heading: string): { readonly script: string; readonly shells: readonly string[] } {
  const own = blocks.filter((block) => block.heading === heading)
  const script = own
    .map(({ code }) => code)
    .join('')
    .replace('--record', '--record --upstream "$OPENROUTER_BASE_URL"')
  return { script, shells: own.some(({ language }) => language === 'bash') ? ['bash'] : ['dash', 'bash'] }
}

test('each recipe is expected to print something here, and each expectation has its recipe', () => {
  expect(headings).toEqual(Object.keys(RECIPES))
})

describe.each(headings)('recipes: %s', (heading) => {
  const { stdout, stderr = '', served = [SKY], offlineStatus = 69 } = RECIPES[heading] ?? { stdout: '' }
  const { script, shells } = scriptOf(heading)

  test.each(shells)('as written, and again without a server, in %s', async (name) => {
    const cwd = folderWith({})
    const ended = await shell(script, { cwd, env: await serveFixtures(served) }, name)
    expect({ ...ended, stdout: respelled(ended.stdout) }).toEqual({ stdout, stderr, status: 0 })
    expect(await withoutServer(script, cwd, name)).toMatchObject({ status: offlineStatus })
  })

  test.each(shells)('fails if the answer is cut, in %s', async (name) => {
    const env = await serveFixtures(served, cut)
    expect(await shell(script, { cwd: folderWith({}), env }, name)).toMatchObject({ status: 76 })
  })
})

test('recipes: a batch names the line that fails, and goes on', async () => {
  const { script } = scriptOf('Run a batch of prompts')
  const { OPENROUTER_BASE_URL } = await serveFixtures([SKY])
  const prompts = script.replace('Why is grass green?', '--help').replace('空はなぜ青い？', '')
  const ended = await shell(prompts, { cwd: folderWith({}), env: { OPENROUTER_BASE_URL } })
  expect(ended).toEqual({
    stdout: `${words}\n`.repeat(2),
    stderr: matching(/^or-stream: usage: .*\nprompts\.txt:3: exit status 64\n$/),
    status: 64,
  })
})

test.each([
  ['a recording that holds all of the text, but not the end', 'answer.sse', '"finish_reason":"stop"', 76],
  ['another kept text', 'expected.txt', 'remain.', 1],
])('recipes: the comparison in CI fails for %s', async (_, file, end, status) => {
  const [make, compare] = blocks.filter(({ heading }) => heading === 'Compare an answer with a kept one in CI')
  const folder = folderWith({})
  await shell(make?.code ?? '', { cwd: folder, env: await serveFixtures([SKY]) })
  const kept = readFileSync(join(folder, file))
  writeFileSync(join(folder, file), kept.subarray(0, kept.indexOf(end)))
  expect(await shell(compare?.code ?? '', { cwd: folder }, 'bash')).toMatchObject({ status })
})

test('recipes: what the agent loop leaves behind goes on with the conversation', async () => {
  const { script } = scriptOf('Run an agent loop')
  const folder = folderWith({})
  await shell(script, { cwd: folder, env: await serveFixtures(['chat/tool-call', SKY]) })
  const messages = JSON.parse(readFileSync(join(folder, 'messages.json'), 'utf8')) as {
    readonly role: string
    readonly content: unknown
  }[]
  expect(messages.map(({ role, content }) => [role, content])).toEqual([
    ['user', expect.any(String)],
    ['assistant', expect.anything()],
    ['tool', 'clear over Oslo'],
    ['assistant', words],
  ])
})

test('recipes: a recorded script runs offline, and the step for GitHub Actions fails as the tests of the project do', async () => {
  const folder = folderWith({})
  const { script } = scriptOf('Record a script once, and run it offline afterwards')
  await shell(script, { cwd: folder, env: await serveFixtures([SKY]) })
  expect(readdirSync(join(folder, 'recorded'))).toHaveLength(2)

  const yaml = blocksOf('docs/recipes.md').find(({ language }) => language === 'yaml')
  const [, step = ''] = /run: \|\n([^]*)$/.exec(yaml?.code ?? '') ?? []
  const run = (prompt: string) => {
    const command = step.replace('npx -p or-stream ', '').replace('npm test', `or-stream "${prompt}" | sse-text`)
    return shell(`rm -f url; trap 'kill $!' EXIT\n${command}`, { cwd: folder }, 'bash')
  }
  expect(await run('Name a colour')).toMatchObject({ stdout: words, status: 0 })
  expect(await run('Name a river')).toMatchObject({ stdout: '', status: 69 })
})

test.each(['dash', 'bash'])('errors: the script that reads the messages as JSON, in %s', async (name) => {
  const { code = '' } = blocksOf('docs/errors.md').find(({ language }) => language === 'sh') ?? {}
  const run = async (bytesOf?: typeof cut) =>
    shell(code, { cwd: folderWith({}), env: await serveFixtures([SKY], bytesOf) }, name)
  expect(await run()).toEqual({ stdout: words, stderr: '', status: 0 })
  expect(await run(cut)).toMatchObject({ stdout: matching(/^The sky[^]*truncated\n$/), status: 76 })
})
