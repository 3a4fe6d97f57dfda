import OpenAI from 'openai'
import { expect, test } from 'vitest'
import { objectsOf, type JsonObject } from '../../../src/core/json/json.js'
import { dialects } from '../../../src/dialects/index.js'
import { foldAnswers } from '../../../src/filters/fold/fold.js'
import { run } from '../../support/feed.js'
import { cases } from '../../support/fixtures.js'

/** Reads a stream with the official OpenAI client. */
async function finalChatCompletion(bytes: Uint8Array): Promise<JsonObject> {
  const headers = { 'content-type': 'text/event-stream' }
  const client = new OpenAI({ apiKey: 'none', fetch: async () => new Response(Buffer.from(bytes), { headers }) })
  const request = { model: 'test/model', messages: [{ role: 'user', content: 'Why?' }] } as const
  const answer = client.chat.completions.stream({ ...request, messages: [...request.messages] })
  return { ...(await answer.finalChatCompletion()) }
}

/** Reduces a chat.completion to the fields that the client keeps. The client sets missing fields and empty texts to null. */
function clientFields(completion: JsonObject): unknown {
  const { id, model, created, usage = null, choices } = completion
  return { id, model, created, usage, choices: objectsOf(choices).map(clientChoice) }
}

function clientChoice({ index, finish_reason: finish, logprobs = null, message }: JsonObject): unknown {
  const { role, content, refusal = null, tool_calls: calls, audio = null } = message as JsonObject
  return {
    index,
    finish,
    logprobs,
    role,
    content: content || null,
    refusal,
    calls: objectsOf(calls).map(clientCall),
    audio,
  }
}

function clientCall({ id, type, function: fn }: JsonObject): unknown {
  const { name, arguments: written } = fn as JsonObject
  return { id, type, name, arguments: written || '{}' }
}

/** Streams that the client rejects or reads incorrectly. */
const UNSUPPORTED = new Set([
  // The client throws.
  'chat/broken-json-event',
  'chat/cerebras-time-info',
  'chat/comment-as-data',
  'chat/data-space-only-heartbeat',
  'chat/done-without-finish',
  'chat/tail-done-unterminated',
  'chat/tail-json-unterminated',
  // The client drops calls without an index and merges calls with the same index.
  'chat/gemini-compat',
  'chat/tool-null-index',
  'chat/tool-same-index-new-id',
  // The client expects `content` to be a string and `usage` to be at the top level.
  'chat/mistral-array-content',
  'chat/groq-x-groq',
  'chat/tool-complete-in-one-chunk',
])

const supported = cases().filter(
  ({ name, outcome }) => name.startsWith('chat/') && outcome.verdict === 'complete' && !UNSUPPORTED.has(name),
)

test.each(supported.map((one) => [one.name, one] as const))(
  '%s: the result equals that of the official OpenAI client',
  async (_, { stream }) => {
    const answer = run(foldAnswers(dialects), [stream]).find((output) => output.type === 'folded')
    expect(clientFields(answer?.object ?? {})).toEqual(clientFields(await finalChatCompletion(stream)))
  },
)
