import OpenAI from 'openai'
import { expect, test } from 'vitest'
import { objectsOf, type JsonObject } from '../../../src/core/json/json.js'
import { dialects } from '../../../src/dialects/index.js'
import { fold } from '../../../src/filters/fold/fold.js'
import { run } from '../../support/feed.js'
import { cases } from '../../support/fixtures.js'

/** What OpenAI's own client makes of a stream. */
async function finalChatCompletion(bytes: Uint8Array): Promise<JsonObject> {
  const headers = { 'content-type': 'text/event-stream' }
  const client = new OpenAI({ apiKey: 'none', fetch: async () => new Response(Buffer.from(bytes), { headers }) })
  const request = { model: 'test/model', messages: [{ role: 'user', content: 'Why?' }] } as const
  const answer = client.chat.completions.stream({ ...request, messages: [...request.messages] })
  return { ...(await answer.finalChatCompletion()) }
}

/** What the client keeps of a chat.completion; it makes null of what is missing, and of an empty text. */
function kept(completion: JsonObject): unknown {
  const { id, model, created, usage = null, choices } = completion
  return { id, model, created, usage, choices: objectsOf(choices).map(keptChoice) }
}

function keptChoice({ index, finish_reason: finish, logprobs = null, message }: JsonObject): unknown {
  const { role, content, refusal = null, tool_calls: calls, audio = null } = message as JsonObject
  return {
    index,
    finish,
    logprobs,
    role,
    content: content || null,
    refusal,
    calls: objectsOf(calls).map(keptCall),
    audio,
  }
}

function keptCall({ id, type, function: fn }: JsonObject): unknown {
  const { name, arguments: written } = fn as JsonObject
  return { id, type, name, arguments: written || '{}' }
}

/** Streams of which the client makes no answer, or not what came. */
const BEYOND_IT = new Set([
  // It gives up.
  'chat/broken-json-event',
  'chat/cerebras-time-info',
  'chat/comment-as-data',
  'chat/data-space-only-heartbeat',
  'chat/done-without-finish',
  'chat/tail-done-unterminated',
  'chat/tail-json-unterminated',
  // It loses calls without an index, and makes one of those that share one.
  'chat/gemini-compat',
  'chat/tool-null-index',
  'chat/tool-same-index-new-id',
  // It takes every content for a text, and has no place for usage elsewhere.
  'chat/mistral-array-content',
  'chat/groq-x-groq',
  'chat/tool-complete-in-one-chunk',
])

const good = cases().filter(
  ({ name, outcome }) => name.startsWith('chat/') && outcome.verdict === 'complete' && !BEYOND_IT.has(name),
)

test.each(good.map((one) => [one.name, one] as const))("%s: as OpenAI's own client has it", async (_, { stream }) => {
  const answer = run(fold(dialects), [stream]).find((output) => output.type === 'folded')
  expect(kept(answer?.object ?? {})).toEqual(kept(await finalChatCompletion(stream)))
})
