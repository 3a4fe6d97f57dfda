// Prints the text of an answer with the stream class of OpenAI's SDK.
import { Readable } from 'node:stream'
import { Stream } from 'openai/streaming'
import { words } from './words.mjs'

const response = new Response(Readable.toWeb(process.stdin))
const { write, end } = words()
for await (const chunk of Stream.fromSSEResponse(response, new AbortController()))
  write(chunk.choices[0]?.delta.content ?? '')
end()
