// Prints the complete answer as JSON with OpenAI's SDK.
import { Readable } from 'node:stream'
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream'
import { Stream } from 'openai/streaming'

const response = new Response(Readable.toWeb(process.stdin))
const chunks = Stream.fromSSEResponse(response, new AbortController()).toReadableStream()
console.log(JSON.stringify(await ChatCompletionStream.fromReadableStream(chunks).finalChatCompletion()))
