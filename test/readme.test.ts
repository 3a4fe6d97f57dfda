import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cases } from './support/fixtures.js'
import { ENV, shell, type Ended } from './support/spawn.js'

const ROOT = new URL('../', import.meta.url)
const readme = readFileSync(new URL('README.md', ROOT), 'utf8')
const sample = cases().find(({ name }) => name === 'chat/sample-sky')
const words = sample?.text.toString() ?? ''
const usage = sample?.stream.toString().match(/"usage":(\{.*\})\}/)?.[1] ?? ''

/** Returns the code blocks in a language, in order. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map(([, code]) => code ?? '')
}

/** Matches the installation blocks, which CI runs in a fresh clone. */
const isFirstStep = (block: string) => block.startsWith('npm ')

/** Normalizes small numbers, because jq versions print them differently. */
const normalizeNumbers = (json: string) => json.replace(/\d+(?:\.\d+)?e-\d+/g, (number) => String(Number(number)))

/** The expected output of each recipe if every answer is the sample. The key is a string in the recipe. */
const EXPECTED: readonly (readonly [string, Ended])[] = [
  ['sse-fold --tool-calls', { stdout: words, stderr: '', status: 0 }],
  ['sse-replay', { stdout: 'the same\ncut: 76\nerror: 75\n', stderr: '', status: 0 }],
  ['--each days', { stdout: 'Friday: Porto\nSaturday: Braga\nSunday: Aveiro\n', stderr: '', status: 0 }],
  ['case $? in', { stdout: 'whole\n', stderr: '', status: 0 }],
  ['or-stream "Why is the sky blue?" | sse-text', { stdout: words, stderr: '', status: 0 }],
  ['while read', { stdout: `${words}\n`.repeat(3), stderr: '', status: 0 }],
  [
    'sse-check',
    {
      stdout: [
        'complete   0 findings    recordings/sky.sse',
        'complete   0 findings    recordings/tides.sse',
        '2 files: 2 complete; 0 findings',
        '',
      ].join('\n'),
      stderr: '',
      status: 0,
    },
  ],
  ['diff answer.txt', { stdout: '', stderr: '', status: 0 }],
  ['length.sse', { stdout: 'length\n', stderr: '', status: 0 }],
  ['sse-parse --decode', { stdout: `${normalizeNumbers(JSON.stringify(JSON.parse(usage)))}\n`, stderr: '', status: 0 }],
  [
    'cost.ndjson',
    { stdout: `${words}${String((JSON.parse(usage) as { cost: number }).cost)}\n`, stderr: '', status: 0 },
  ],
  [
    '--by model',
    {
      stdout: [
        '                                                                  input tokens  output  total  cached  reasoning        cost  duration',
        'openai/gpt-4o-mini                   1 answer, 100 % successful             14     162    176       0          0  $0.0000993         -',
        'anthropic/claude-4.5-haiku-20251001  1 answer, 100 % successful             15     162    177       0          0   $0.000825         -',
        'total                                2 answers, 100 % successful            29     324    353       0          0  $0.0009243         -',
        '',
      ].join('\n'),
      stderr: '',
      status: 0,
    },
  ],
  ['tee dog.sse', { stdout: words, stderr: '', status: 0 }],
  [
    'mkfifo url',
    {
      stdout: words,
      stderr: [
        'or-serve: answering with 1 recording; Ctrl-C ends it',
        'or-serve: POST /api/v1/chat/completions 200 answer.sse',
        '',
      ].join('\n'),
      status: 0,
    },
  ],
  [
    'mkfifo to-record',
    {
      stdout: words,
      stderr: expect.stringMatching(
        /^or-serve: answering with 0 recordings, recording the rest in recorded\/; Ctrl-C ends it\nor-serve: POST \/api\/v1\/chat\/completions 200 from 127\.0\.0\.1:\d+, recorded\n$/,
      ) as string,
      status: 0,
    },
  ],
]

let folder: string
let env: Record<string, string>
let agentEnv: Record<string, string>
const servers: { kill(): boolean }[] = []

/** Serves recordings in rotation. Returns the environment for clients. */
async function startServer(...files: readonly string[]): Promise<Record<string, string>> {
  const args = ['--port', '0', '--speed', 'max', '--quiet', ...files]
  const server = execa('or-serve', args, { env: ENV, extendEnv: false, reject: false })
  servers.push(server)
  const [url] = (await once(server.stdout, 'data')) as [Buffer]
  return { OPENROUTER_BASE_URL: url.toString().trim() }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'or-stream-readme-'))
  copyFileSync(sample?.file ?? '', join(folder, 'answer.sse'))
  copyFileSync(cases().find(({ name }) => name === 'chat/json-list')?.file ?? '', join(folder, 'plan.sse'))
  mkdirSync(join(folder, 'recordings'))
  for (const name of ['sky', 'tides']) {
    const file = cases().find((one) => one.name === `chat/sample-${name}`)?.file ?? ''
    copyFileSync(file, join(folder, 'recordings', `${name}.sse`))
  }
  writeFileSync(join(folder, 'prompts.txt'), 'Why is the sky blue?\nWhy is grass green?\n空はなぜ青い？\n')
  const answer = join(folder, 'answer.sse')
  env = await startServer(answer)
  // A turn with a tool call, and a turn with an answer.
  agentEnv = await startServer(cases().find(({ name }) => name === 'chat/tool-call')?.file ?? '', answer)
})

afterAll(() => {
  for (const server of servers) server.kill()
  rmSync(folder, { recursive: true })
})

test.each(
  blocks('sh')
    .filter((block) => !isFirstStep(block))
    .map((block) => [block.split('\n')[0], block] as const),
)('README: %s', async (_, block) => {
  const [, expected] = EXPECTED.find(([word]) => block.includes(word)) ?? []
  // Use the server of this test instead of OpenRouter.
  const command = block.replace('--record', `--record --upstream ${env['OPENROUTER_BASE_URL'] ?? ''}`)
  const { stdout, ...rest } = await shell(command, { cwd: folder, env: block.includes('--tools') ? agentEnv : env })
  expect({ ...rest, stdout: normalizeNumbers(stdout) }).toEqual(expected)
})

test('README: the agent loop leaves a valid conversation', async () => {
  const block = blocks('sh').find((one) => one.includes('--tool-calls')) ?? ''
  await shell(block, { cwd: folder, env: agentEnv })
  const roles = (
    JSON.parse(readFileSync(join(folder, 'messages.json'), 'utf8')) as { role: string; content: unknown }[]
  ).map(({ role, content }) => [role, content])
  expect(roles).toEqual([
    ['user', expect.any(String)],
    ['assistant', expect.anything()],
    ['tool', 'clear over Oslo'],
    ['assistant', words],
  ])
})

test('README: the CI step works with the recordings of the recipe before it', async () => {
  const [, script = ''] = /run: \|\n([^]*)$/.exec(blocks('yaml')[0] ?? '') ?? []
  const command = script
    .replace('npx ', '')
    .replace('npm test', 'or-stream "Name a colour" | sse-text; kill $!')
    .replaceAll('url', 'ci-url')
  expect(await shell(command, { cwd: folder })).toMatchObject({ stdout: words, status: 0 })
})

test('README: the installation blocks are the expected commands', () => {
  expect(
    blocks('sh')
      .filter(isFirstStep)
      .map((block) => block.split('\n')[0]),
  ).toEqual(['npm ci && npm run demo', 'npm install -g .', 'npm ci && npm test'])
})

test.each([
  ['streamChat', { stdout: words, status: 0 }],
  ['jsonElements', { stdout: 'Friday Porto\nSaturday Braga\nSunday Aveiro\n', status: 0 }],
  ['parseAnswers, dialects, text', { stdout: words, stderr: 'complete whole\n', status: 0 }],
  ['dialects, fold', { stdout: `${words}\n`, stderr: 'complete true 1 0\n', status: 0 }],
])('README: the library, %s', async (word, expected) => {
  const code = blocks('js').find((block) => block.includes(word)) ?? ''
  const file = join(folder, 'example.mjs')
  writeFileSync(file, code.replace("'or-stream'", `'${new URL('dist/index.js', ROOT).href}'`))
  expect(await shell('node example.mjs', { cwd: folder, env })).toMatchObject(expected)
})
