// Prints the text of an answer with the `ai` SDK and its OpenRouter provider.
import { Readable } from 'node:stream'
import { createOpenRouter } from '@openrouter/ai-sdk-provider'
import { streamText } from 'ai'
import { words } from './words.mjs'

const response = new Response(Readable.toWeb(process.stdin), { headers: { 'content-type': 'text/event-stream' } })
const openrouter = createOpenRouter({ apiKey: 'none', fetch: async () => response })
const { write, end } = words()
for await (const text of streamText({ model: openrouter.chat('any/model'), prompt: 'Hi' }).textStream) write(text)
end()
