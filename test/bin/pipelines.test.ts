import { expect, test } from 'vitest'
import { folderWith } from '../support/folder.js'
import { few } from '../support/size.js'
import { shell } from '../support/spawn.js'
import { reply, stream, upstream, type Upstream } from '../support/upstream.js'
import { ANSWER, chunk, DONE, event, WORDS } from '../support/wire.js'

const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 }
const USED = `${chunk('Blue is ')}${chunk('short.')}${chunk('', 'stop')}${event({ model: 'test/model', choices: [], usage })}${DONE}`

const folder = folderWith({ 'prompts.txt': 'one\n1e3\n空は なぜ\n' })

const at = ({ url }: Upstream) => ({ env: { OPENROUTER_BASE_URL: url } })

const PIPELINES: readonly (readonly [string, string, RegExp])[] = [
  ['or-stream "Why?" | sse-text', WORDS, /^$/],
  ['or-stream "Why?" | sse-parse | sse-text', WORDS, /^$/],
  ['or-stream "Why?" | sse-parse --decode --all | sse-text', WORDS, /^$/],
  ['or-stream "Why?" | sse-usage --tee | sse-text', WORDS, /^verdict +complete\n[^]*\ntotal tokens +7\n/],
  ['or-stream "Why?" | sse-parse | sse-usage --tee | sse-text', WORDS, /^verdict +complete\n[^]*\ntotal tokens +7\n/],
  ['or-stream "Why?" | sse-text --chat', `Assistant: ${WORDS}\n\n[Model: test/model | Tokens: 7]\n`, /^$/],
  ['or-stream "Why?" | sse-usage --json | grep -o \'"total_tokens":[0-9]*\'', '"total_tokens":7\n', /^$/],
  ['or-stream "Why?" | tee answer.sse | sse-text; sse-text answer.sse', WORDS + WORDS, /^$/],
]

test.each(few(PIPELINES, 4))('%s', async (command, stdout, stderr) => {
  const server = await upstream(stream(USED))
  expect(await shell(command, { ...at(server), cwd: folder })).toEqual({
    stdout,
    stderr: expect.stringMatching(stderr),
    status: 0,
  })
})

test('each program reports a truncated stream, and the pipeline exits 76', async () => {
  const server = await upstream(stream(chunk('Blue is ')))
  const command = 'or-stream "Why?" | sse-text; echo " ${PIPESTATUS[*]}"'
  const line = 'truncated: the stream ended after 1 event without an end marker\n'
  expect(await shell(command, at(server), 'bash')).toEqual({
    stdout: 'Blue is  76 76\n',
    stderr: expect.stringMatching(new RegExp(`^(or-stream: ${line}|sse-text: ${line}){1,2}$`)),
    status: 0,
  })
})

test.each(['sse-text', 'sse-parse | sse-text', 'sse-usage --tee 2>/dev/null | sse-text', 'sse-parse >/dev/null'])(
  'or-stream | %s exits with the status of a refused request, which is reported once',
  async (readers) => {
    const server = await upstream(reply(401, '{"error":{"code":401,"message":"no such key"}}'))
    expect(await shell(`or-stream "Why?" | ${readers}`, at(server), 'dash')).toEqual({
      stdout: '',
      stderr: `or-stream: auth: ${server.host} refused the key (HTTP 401: no such key); set OPENROUTER_API_KEY to a valid key\n`,
      status: 77,
    })
  },
)

const LOOPS = [
  ['from a file, with </dev/null', 'while read -r p <&3; do or-stream "$p" </dev/null | sse-text; done 3<prompts.txt'],
  ['from a file, with -n', 'while read -r p; do or-stream -n "$p" | sse-text; done <prompts.txt'],
  ['from a pipe, with </dev/null', 'cat prompts.txt | while read -r p; do or-stream "$p" </dev/null | sse-text; done'],
  ['from a pipe, with -n', 'cat prompts.txt | while read -r p; do or-stream -n "$p" | sse-text; done'],
] as const
const loops = ['bash', 'dash'].flatMap((name) => LOOPS.map(([title, command]) => ({ name, title, command })))

test.each(few(loops, 3))(
  'a batch of three prompts $title makes three requests, in $name',
  async ({ name, command }) => {
    const server = await upstream(stream(ANSWER))
    const ended = await shell(command, { ...at(server), cwd: folder }, name)
    const prompts = server.requests.map(
      ({ body }) => (JSON.parse(body) as { messages: { content: string }[] }).messages,
    )
    expect({ ...ended, prompts }).toEqual({
      stdout: WORDS.repeat(3),
      stderr: '',
      status: 0,
      prompts: ['one', '1e3', '空は なぜ'].map((content) => [{ role: 'user', content }]),
    })
  },
)
