import { createOpenRouter } from '@openrouter/ai-sdk-provider'
import { jsonSchema, streamText, tool } from 'ai'
import OpenAI from 'openai'
import { expect, onTestFinished, test } from 'vitest'
import { cases } from './support/fixtures.js'
import { folderWith } from './support/folder.js'
import { few } from './support/size.js'
import { shell, start, type Running } from './support/spawn.js'
import { reply, stream, upstream } from './support/upstream.js'

/** The answer as seen by a client. */
interface ClientResult {
  readonly text: string
  readonly tools: readonly { readonly name: string; readonly input: unknown }[]
  readonly error: string | undefined
}

const fixture = (name: string) => cases().find((one) => one.name === name)
const SKY = fixture('chat/sample-sky')
const TOOL = fixture('chat/tool-call')
const BROKEN = fixture('chat/error-documented')

/** Starts or-serve on a free port, as a user's test suite would. It is killed at the end of the test. */
async function startServer(...args: readonly string[]): Promise<Running & { readonly url: string }> {
  const child = start('or-serve', ['--port', '0', '--speed', 'max', ...args])
  onTestFinished(() => child.kill('SIGKILL'))
  return { ...child, url: (await child.wrote('\n')).trim() }
}

/** Returns the result of a client while it is recorded, and again from the recording after the upstream has stopped. */
async function recordAndReplay(
  client: (baseURL: string) => Promise<ClientResult>,
  script: Parameters<typeof upstream>[0],
) {
  const folder = folderWith({})
  const live = await upstream(script)
  const first = await startServer('--record', '--upstream', live.url, folder)
  const result = await client(first.url)
  first.kill('SIGTERM')
  await first.ended
  const { url } = await startServer(folder)
  return [result, await client(url)]
}

const question = { model: 'test/model', messages: [{ role: 'user', content: 'Why?' }] } as const

async function openai(baseURL: string): Promise<ClientResult> {
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

async function aiSdk(baseURL: string): Promise<ClientResult> {
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

/** Uses curl with our own filters. */
async function curl(baseURL: string): Promise<ClientResult> {
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

test('openai: the streamed message equals the message without streaming', async () => {
  const folder = folderWith({ 'a.sse': TOOL?.stream ?? '' })
  const { url } = await startServer(folder)
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
    'an error in the middle of the stream',
    stream(BROKEN?.stream ?? ''),
    { text: BROKEN?.text.toString(), tools: [], error: expect.any(String) as string },
  ],
  [
    'an error response',
    reply(400, '{"error":{"code":400,"message":"no such field"}}'),
    { text: '', tools: [], error: expect.stringContaining('no such field') as string },
  ],
] as const

const CASES = CLIENTS.flatMap(([clientName, client]) =>
  ANSWERS.map(([title, script, result]) => [clientName, title, client, script, result] as const),
)

test.each(few(CASES, 6))('%s: %s, recorded and replayed', async (_, __, client, script, result) => {
  expect(await recordAndReplay(client, script)).toEqual([result, result])
})
