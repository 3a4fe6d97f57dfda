import { createOpenRouter } from '@openrouter/ai-sdk-provider'
import { jsonSchema, streamText, tool } from 'ai'
import OpenAI from 'openai'
import { expect, onTestFinished, test } from 'vitest'
import { cases } from './support/fixtures.js'
import { folderWith } from './support/folder.js'
import { few } from './support/size.js'
import { shell, start, type Running } from './support/spawn.js'
import { reply, stream, upstream } from './support/upstream.js'

/** What a client makes of an answer. */
interface Heard {
  readonly text: string
  readonly tools: readonly { readonly name: string; readonly input: unknown }[]
  readonly error: string | undefined
}

const fixture = (name: string) => cases().find((one) => one.name === name)
const SKY = fixture('chat/sample-sky')
const TOOL = fixture('chat/tool-call')
const BROKEN = fixture('chat/error-documented')

/** Serves on a free port, as a user's test suite would, until the test is over or it is killed. */
async function serving(...args: readonly string[]): Promise<Running & { readonly url: string }> {
  const child = start('or-serve', ['--port', '0', '--speed', 'max', ...args])
  onTestFinished(() => child.kill('SIGKILL'))
  return { ...child, url: (await child.wrote('\n')).trim() }
}

/** What a client hears while it is recorded, and again from the recording, when the upstream is gone. */
async function heardTwice(client: (baseURL: string) => Promise<Heard>, script: Parameters<typeof upstream>[0]) {
  const folder = folderWith({})
  const live = await upstream(script)
  const first = await serving('--record', '--upstream', live.url, folder)
  const heard = await client(first.url)
  first.kill('SIGTERM')
  await first.ended
  const { url } = await serving(folder)
  return [heard, await client(url)]
}

const question = { model: 'test/model', messages: [{ role: 'user', content: 'Why?' }] } as const

async function openai(baseURL: string): Promise<Heard> {
  const client = new OpenAI({ apiKey: 'none', baseURL, maxRetries: 0 })
  let text = ''
  try {
    const answer = client.chat.completions.stream({ ...question, messages: [...question.messages] })
    answer.on('content', (piece) => (text += piece))
    const { choices } = await answer.finalChatCompletion()
    const tools = (choices[0]?.message.tool_calls ?? []).flatMap((call) =>
      call.type === 'function'
        ? [{ name: call.function.name, input: JSON.parse(call.function.arguments) as unknown }]
        : [],
    )
    return { text, tools, error: undefined }
  } catch (error) {
    return { text, tools: [], error: (error as Error).message }
  }
}

async function aiSdk(baseURL: string): Promise<Heard> {
  const { chat } = createOpenRouter({ apiKey: 'none', baseURL })
  const weather = tool({
    inputSchema: jsonSchema<{ city: string }>({ type: 'object' }),
    outputSchema: jsonSchema<string>({}),
  })
  const answer = streamText({
    model: chat(question.model),
    messages: [...question.messages],
    tools: { get_weather: weather },
    maxRetries: 0,
    onError: () => {},
  })
  let text = ''
  let error: string | undefined
  const tools: { name: string; input: unknown }[] = []
  for await (const part of answer.fullStream) {
    if (part.type === 'text-delta') text += part.text
    if (part.type === 'tool-call') tools.push({ name: part.toolName, input: part.input })
    if (part.type === 'error') error = part.error instanceof Error ? part.error.message : JSON.stringify(part.error)
  }
  return { text, tools, error }
}

/** curl, and our own filters behind it. */
async function curl(baseURL: string): Promise<Heard> {
  const body = JSON.stringify({ ...question, stream: true })
  const ask = `curl -sSN ${baseURL}/chat/completions -H 'content-type: application/json' -d '${body}' > answer`
  const cwd = folderWith({})
  const { stdout, stderr, status } = await shell(`${ask}; sse-text answer`, { cwd })
  const parsed = await shell(
    "sse-parse -d answer | jq -c '.data | objects | .choices[].delta.tool_calls[]?.function'",
    { cwd },
  )
  const pieces = parsed.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, string>)
  const [name, input] = ['name', 'arguments'].map((part) => pieces.map((piece) => piece[part] ?? '').join(''))
  const tools = pieces.length === 0 ? [] : [{ name: name ?? '', input: JSON.parse(input ?? '') as unknown }]
  return { text: stdout, tools, error: status === 0 ? undefined : stderr }
}

test('openai: the same message as a stream and whole', async () => {
  const folder = folderWith({ 'a.sse': TOOL?.stream ?? '' })
  const { url } = await serving(folder)
  const client = new OpenAI({ apiKey: 'none', baseURL: url, maxRetries: 0 })
  const messages = [...question.messages]
  const { choices } = await client.chat.completions.create({ ...question, messages })
  const streamed = await client.chat.completions.stream({ ...question, messages }).finalChatCompletion()
  expect(choices[0]?.message).toMatchObject({
    role: 'assistant',
    tool_calls: [{ id: streamed.choices[0]?.message.tool_calls?.[0]?.id, function: { arguments: '{"city":"Oslo"}' } }],
  })
})

const CLIENTS = [
  ['openai', openai],
  ['the ai SDK', aiSdk],
  ['curl', curl],
] as const

const ANSWERS = [
  ['a text', stream(SKY?.stream ?? ''), { text: SKY?.text.toString(), tools: [], error: undefined }],
  [
    'a tool call',
    stream(TOOL?.stream ?? ''),
    { text: '', tools: [{ name: 'get_weather', input: { city: 'Oslo' } }], error: undefined },
  ],
  [
    'an error in mid-stream',
    stream(BROKEN?.stream ?? ''),
    { text: BROKEN?.text.toString(), tools: [], error: expect.any(String) as string },
  ],
  [
    'a refusal',
    reply(400, '{"error":{"code":400,"message":"no such field"}}'),
    { text: '', tools: [], error: expect.stringContaining('no such field') as string },
  ],
] as const

const ALL = CLIENTS.flatMap(([who, client]) =>
  ANSWERS.map(([what, script, heard]) => [who, what, client, script, heard] as const),
)

test.each(few(ALL, 6))('%s: %s, recorded and replayed', async (_, __, client, script, heard) => {
  expect(await heardTwice(client, script)).toEqual([heard, heard])
})
